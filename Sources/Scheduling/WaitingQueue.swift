import DequeModule

/// Jobs that hold no blocks, in the order of their turns.
///
/// A preempted job goes back to its old turn, which is the head: whatever still waits came later.
package struct WaitingQueue: Sendable {
    private var jobs: Deque<Job> = []

    package init() {}

    package var count: Int { jobs.count }
    package var isEmpty: Bool { jobs.isEmpty }

    package subscript(index: Int) -> Job { jobs[index] }

    package mutating func insert(_ job: Job) {
        var low = 0
        var high = jobs.count
        // New arrivals go to the end nearly always.
        if let last = jobs.last, last.turn < job.turn { low = high }
        while low < high {
            let middle = (low + high) / 2
            if jobs[middle].turn < job.turn { low = middle + 1 } else { high = middle }
        }
        jobs.insert(job, at: low)
    }

    package mutating func remove(at index: Int) -> Job {
        jobs.remove(at: index)
    }

    package mutating func remove(_ id: RequestID) -> Job? {
        guard let index = jobs.firstIndex(where: { $0.id == id }) else { return nil }
        return jobs.remove(at: index)
    }

    package func contains(_ id: RequestID) -> Bool {
        jobs.contains { $0.id == id }
    }
}
