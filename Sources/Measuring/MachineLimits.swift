import CLimits
public import Compute
public import LoadTesting

/// What a machine can do at most, as measured: the yardstick of every kernel.
public struct MachineLimits: Sendable, Equatable {
    /// A rate per second with some threads.
    public struct Rate: Sendable, Equatable {
        /// What was measured.
        public var name: String
        /// Threads that worked together.
        public var threadCount: Int
        /// The median of the repetitions, in bytes, multiply-adds or steps per second.
        public var median: Double
        /// The best of them.
        public var best: Double

        /// A rate.
        public init(name: String, threadCount: Int, median: Double, best: Double) {
            self.name = name
            self.threadCount = threadCount
            self.median = median
            self.best = best
        }

        init(_ name: String, _ threadCount: Int, _ rate: cl_rate) {
            self.init(
                name: name,
                threadCount: threadCount,
                median: rate.median,
                best: rate.best
            )
        }
    }

    /// Bytes read from memory.
    public var memory: [Rate] = []
    /// Multiply-adds, by the raw value of ``Multiplier``.
    public var multipliers: [Rate] = []
    /// Additions that wait for each other.
    public var clock: [Rate] = []
    /// Bytes that each measurement of the memory reads.
    public var byteCount = 0

    /// Limits without figures.
    public init() {}

    /// Measures, with 1 thread and with all there are.
    ///
    /// - Parameters:
    ///   - threadCount: all threads; nil is one per core the process may use.
    ///   - repetitions: of each measurement; the median counts.
    ///   - progress: told what is measured next.
    /// - Returns: the figures.
    public static func measure(
        threadCount: Int? = nil,
        repetitions: Int = 7,
        progress: (String) -> Void = { _ in }
    ) -> MachineLimits {
        let all = max(1, threadCount ?? CPUDevice.usableCoreCount)
        var limits = MachineLimits()
        // Eight times the largest cache, so that little of it is still there in the next round.
        limits.byteCount = min(max(1 << 30, 8 * cl_cache_byte_count()), 4 << 30)
        for threads in all > 1 ? [1, all] : [1] {
            progress("clock, \(threads) threads")
            limits.clock.append(Rate("clock", threads, cl_clock(threads, repetitions)))
            for streams in [1, 4] {
                let name = "memory read, \(streams) stream\(streams == 1 ? "" : "s") per thread"
                progress("\(name), \(threads) threads")
                let rate = cl_memory_read(limits.byteCount, threads, streams, repetitions)
                limits.memory.append(Rate(name, threads, rate))
            }
            for multiplier in Multiplier.allCases where multiplier.isAvailable {
                progress("\(multiplier.rawValue), \(threads) threads")
                let rate = cl_multiply_adds(multiplier.unit, threads, repetitions)
                limits.multipliers.append(Rate(multiplier.rawValue, threads, rate))
            }
        }
        return limits
    }

    /// The most bytes per second that were read with so many threads: the best median.
    public func bytesPerSecond(threadCount: Int) -> Double {
        memory.filter { $0.threadCount == threadCount }.map(\.median).max() ?? 0
    }

    /// The most multiply-adds per second of a kind of operand, with what an instruction set has.
    ///
    /// An instruction set without a multiplier for such operands is measured by its float32.
    public func multiplyAddsPerSecond(
        _ operand: Multiplier.Operand,
        _ instructionSet: InstructionSet,
        threadCount: Int
    ) -> Double {
        func best(_ operand: Multiplier.Operand) -> Double? {
            let names = Multiplier.allCases.filter {
                $0.operand == operand && $0.instructionSet == instructionSet
            }.map(\.rawValue)
            return multipliers.filter { $0.threadCount == threadCount && names.contains($0.name) }
                .map(\.median).max()
        }
        return best(operand) ?? best(.float32) ?? 0
    }

    /// A table for a terminal.
    public func text() -> String {
        let title = left("", 38) + right("threads", 8) + right("median", 11) + right("best", 11)
        var text = title + "\n"
        func add(_ rates: [Rate], _ unit: String) {
            for rate in rates {
                text += left(rate.name, 38) + right("\(rate.threadCount)", 8)
                text += right(fixed(rate.median / 1e9, 2), 11)
                text += right(fixed(rate.best / 1e9, 2), 11) + " \(unit)\n"
            }
        }
        add(memory, "GB/s")
        add(multipliers.sorted { $0.threadCount < $1.threadCount }, "GMAC/s")
        add(clock, "GHz, all threads together")
        return text
    }

    /// The figures as JSON, per second.
    public func report() -> ReportValue {
        func list(_ rates: [Rate]) -> ReportValue {
            .list(
                rates.map { rate in
                    .fields([
                        "name": .text(rate.name),
                        "threads": .integer(rate.threadCount),
                        "median": .number(rate.median),
                        "best": .number(rate.best),
                    ])
                }
            )
        }
        return .fields([
            "memory_bytes_per_second": list(memory),
            "multiply_adds_per_second": list(multipliers),
            "clock_steps_per_second": list(clock),
            "memory_byte_count": .integer(byteCount),
        ])
    }
}
