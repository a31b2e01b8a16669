public import Inference
public import LoadTesting

/// What a step costs beside the operations of the device, from a profile of steps.
public struct OverheadReport: Sendable, Equatable {
    /// A part of the step.
    public struct Part: Sendable, Equatable {
        /// What it is.
        public var name: String
        /// Whether the device does it.
        public var isDevice: Bool
        /// The median over all steps.
        public var medianMicroseconds: Double
        /// The mean over all steps: higher where other processes took the core away.
        public var meanMicroseconds: Double
    }

    /// Requests in each step.
    public let batchSize: Int
    /// Steps that were looked at.
    public let stepCount: Int
    /// The median of whole steps.
    public let stepMicroseconds: Double
    /// The parts, the device's first.
    public let parts: [Part]
    /// The median share of a step that is not inside operations of the device.
    public let overheadShare: Double
    /// The same without sampling.
    public let overheadShareWithoutSampling: Double

    /// Adds up the steps in which each of `batchSize` requests got a token and did nothing else.
    ///
    /// - Throws: ``MeasuringError/noStep(_:)`` if there is none.
    public init(_ steps: [StepTimes], batchSize: Int) throws(MeasuringError) {
        let steps = steps.filter { $0.isDecode && $0.requestCount == batchSize }
        guard !steps.isEmpty else {
            throw .noStep("There was no step with \(batchSize) requests and no prompt")
        }
        func part(_ name: String, isDevice: Bool = false, _ value: (StepTimes) -> Int) -> Part {
            let statistics = Statistics(steps.map { Double(value($0)) / 1000 })
            return Part(
                name: name,
                isDevice: isDevice,
                medianMicroseconds: statistics.p50,
                meanMicroseconds: statistics.mean
            )
        }
        func share(_ value: (StepTimes) -> Int) -> Double {
            Statistics(steps.map { Double(value($0)) / Double(max($0.total, 1)) }).p50
        }
        let phases: [TraceName] = [
            .drain, .plan, .prepare, .sampling, .apply, .deliver, .publish, .observe,
        ]
        self.batchSize = batchSize
        stepCount = steps.count
        stepMicroseconds = Statistics(steps.map { Double($0.total) / 1000 }).p50
        parts =
            [
                part("device operations", isDevice: true) { $0.device },
                part("model, between them") { $0.own(.forward) + $0.own(.head) },
            ]
            + phases.map { phase in part(phase.label) { $0.own(phase) } }
            + [
                part("rest") { step in
                    step.total - step.device - step.phases.values.reduce(0, +)
                }
            ]
        overheadShare = share { $0.total - $0.device }
        overheadShareWithoutSampling = share { $0.total - $0.device - $0.own(.sampling) }
    }

    /// A table for a terminal.
    public func text() -> String {
        var text =
            "Steps of \(batchSize) requests, one token each: \(stepCount), median "
            + "\(fixed(stepMicroseconds / 1000, 3)) ms\n"
        text += left("part", 22) + right("median µs", 12) + right("mean µs", 12)
        text += right("% of step", 11) + "\n"
        for part in parts {
            let share = part.medianMicroseconds / max(stepMicroseconds, 1e-9) * 100
            text += left(part.name, 22)
            text += right(fixed(part.medianMicroseconds, 1), 12)
            text += right(fixed(part.meanMicroseconds, 1), 12)
            text += right(fixed(share, 3), 11) + "\n"
        }
        text +=
            "Overhead of the engine: \(fixed(overheadShare * 100, 2)) % of a step, "
            + "\(fixed(overheadShareWithoutSampling * 100, 2)) % without sampling\n"
        return text
    }

    /// The figures as JSON.
    public func report() -> ReportValue {
        .fields([
            "batch_size": .integer(batchSize),
            "step_count": .integer(stepCount),
            "step_median_us": .number(stepMicroseconds),
            "overhead_share": .number(overheadShare),
            "overhead_share_without_sampling": .number(overheadShareWithoutSampling),
            "parts": .list(
                parts.map { part in
                    .fields([
                        "name": .text(part.name),
                        "is_device": .integer(part.isDevice ? 1 : 0),
                        "median_us": .number(part.medianMicroseconds),
                        "mean_us": .number(part.meanMicroseconds),
                    ])
                }
            ),
        ])
    }
}

extension StepTimes {
    /// What a phase took of its own.
    fileprivate func own(_ name: TraceName) -> Int { phases[name] ?? 0 }
}
