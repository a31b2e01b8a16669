import JSONDocuments

/// What took how long, in the names of llama.cpp (`timings`) and of vLLM (`metrics`).
public struct RequestTimings: Sendable, Equatable {
    /// Prompt tokens that were computed.
    public var promptTokens: Int
    /// Prompt tokens that came from the prefix cache.
    public var cachedTokens: Int
    /// Tokens of the answer.
    public var outputTokens: Int
    /// Until the request first took part in a step.
    public var queueSeconds: Double
    /// Until the first token, the wait included.
    public var firstTokenSeconds: Double
    /// Until the end.
    public var totalSeconds: Double

    /// Makes a report.
    public init(
        promptTokens: Int,
        cachedTokens: Int,
        outputTokens: Int,
        queueSeconds: Double,
        firstTokenSeconds: Double,
        totalSeconds: Double
    ) {
        self.promptTokens = promptTokens
        self.cachedTokens = cachedTokens
        self.outputTokens = outputTokens
        self.queueSeconds = queueSeconds
        self.firstTokenSeconds = firstTokenSeconds
        self.totalSeconds = totalSeconds
    }

    /// Writes both members into the object that is open.
    func write(to writer: inout JSONWriter) {
        let prefill = max(firstTokenSeconds - queueSeconds, 0)
        let decode = max(totalSeconds - firstTokenSeconds, 0)
        let later = max(outputTokens - 1, 0)
        writer.name("timings")
        writer.object { writer in
            writer.member("cache_n", cachedTokens)
            writer.member("prompt_n", promptTokens)
            writer.milliseconds("prompt_ms", prefill)
            writer.rate("prompt_per_second", promptTokens, prefill)
            writer.member("predicted_n", outputTokens)
            writer.milliseconds("predicted_ms", decode)
            writer.milliseconds("predicted_per_token_ms", later > 0 ? decode / Double(later) : 0)
            writer.rate("predicted_per_second", later, decode)
        }
        writer.name("metrics")
        writer.object { writer in
            writer.milliseconds("time_to_first_token_ms", firstTokenSeconds)
            writer.milliseconds("generation_time_ms", totalSeconds)
            writer.milliseconds("queue_time_ms", queueSeconds)
            writer.milliseconds("mean_itl_ms", later > 0 ? decode / Double(later) : 0)
            writer.rate("tokens_per_second", later, decode)
        }
    }
}

extension JSONWriter {
    /// Milliseconds, to the microsecond.
    fileprivate mutating func milliseconds(_ name: String, _ seconds: Double) {
        self.name(name)
        number((seconds * 1e6).rounded() / 1e3)
    }

    fileprivate mutating func rate(_ name: String, _ count: Int, _ seconds: Double) {
        self.name(name)
        number(seconds > 0 ? (Double(count) / seconds * 100).rounded() / 100 : 0)
    }
}
