public import LoadTesting

/// What requests that were handed in all at once came to.
public struct ThroughputResult: Sendable, Equatable {
    /// How many there were.
    public var requestCount: Int
    /// Times and tokens.
    public var run: BatchRun

    /// A result.
    public init(requestCount: Int, run: BatchRun) {
        self.requestCount = requestCount
        self.run = run
    }

    private func perSecond(_ count: Int) -> Double {
        run.seconds > 0 ? Double(count) / run.seconds : 0
    }

    /// vLLM's lines.
    public func text() -> String {
        let total = run.inputTokenCount + run.outputTokenCount
        return """
            Throughput: \(fixed(perSecond(requestCount), 2)) requests/s, \
            \(fixed(perSecond(total), 2)) total tokens/s, \
            \(fixed(perSecond(run.outputTokenCount), 2)) output tokens/s
            Total num prompt tokens:  \(run.inputTokenCount)
            Total num output tokens:  \(run.outputTokenCount)

            """
    }

    /// vLLM's fields, and the counts.
    public func report() -> ReportValue {
        let total = run.inputTokenCount + run.outputTokenCount
        return .fields([
            "elapsed_time": .number(run.seconds),
            "num_requests": .integer(requestCount),
            "total_num_tokens": .integer(total),
            "requests_per_second": .number(perSecond(requestCount)),
            "tokens_per_second": .number(perSecond(total)),
            "output_tokens_per_second": .number(perSecond(run.outputTokenCount)),
            "total_input_tokens": .integer(run.inputTokenCount),
            "total_output_tokens": .integer(run.outputTokenCount),
        ])
    }
}
