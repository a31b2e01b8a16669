internal import CMachine

/// Threads that share a job with the thread that calls ``run(_:_:)``.
///
/// Waiting is a short spin, then a futex; see worker_pool.c.
@safe final class WorkerPool {
    private let pool: OpaquePointer
    /// Threads, the caller's included.
    let threadCount: Int

    init(threadCount: Int) throws(ComputeError) {
        guard let pool = unsafe cm_pool_make(threadCount) else {
            throw .outOfMemory(purpose: "the worker pool", byteCount: 256)
        }
        unsafe self.pool = pool
        self.threadCount = unsafe cm_pool_thread_count(pool)
    }

    deinit {
        unsafe cm_pool_free(pool)
    }

    /// Physical cores this process may use: affinity mask and cgroup quota are respected.
    static var usableCoreCount: Int { cm_usable_core_count() }

    private struct Job {
        let body: (_ worker: Int, _ index: Int) -> Void
    }

    /// Runs `body` once for each index in 0..<`count`, on any of the threads, and returns when all
    /// are done.
    ///
    /// What `body` captures is shared by all threads: it may only write what belongs to its index
    /// or, by `worker` (0..<``threadCount``), to its thread.
    func run(_ count: Int, _ body: (_ worker: Int, _ index: Int) -> Void) {
        withoutActuallyEscaping(body) { body in
            var job = Job(body: body)
            unsafe withUnsafeMutablePointer(to: &job) { job in
                unsafe cm_pool_run(
                    pool,
                    count,
                    { context, worker, index in
                        guard let context = unsafe context else { return }
                        unsafe context.assumingMemoryBound(to: Job.self).pointee
                            .body(worker, index)
                    },
                    job
                )
            }
        }
    }

    /// Cuts 0..<`count` into ranges of whole `unit`s, a few for every thread, and runs `body` on
    /// each.
    ///
    /// - Parameters:
    ///   - count: elements.
    ///   - unit: every range but the last is a multiple of it.
    ///   - rangesPerThread: more of them even out differences, fewer cost less.
    ///   - body: called once per range.
    func run(
        over count: Int,
        unit: Int,
        rangesPerThread: Int = 4,
        _ body: (Range<Int>) -> Void
    ) {
        let unitCount = (count + unit - 1) / unit
        let rangeCount = threadCount == 1 ? 1 : min(unitCount, threadCount * rangesPerThread)
        guard rangeCount > 1 else {
            if count > 0 { body(0..<count) }
            return
        }
        run(rangeCount) { _, index in
            let first = unitCount * index / rangeCount * unit
            let end = unitCount * (index + 1) / rangeCount * unit
            body(first..<min(end, count))
        }
    }
}
