/// A time that the request-rate benchmark reports; the raw values are the options' words.
public enum RateMetric: String, Sendable, CaseIterable {
    /// From the request to the first token.
    case firstToken = "ttft"
    /// The mean time per token after the first, of each request.
    case perToken = "tpot"
    /// The time between neighbouring pieces of an answer.
    case interToken = "itl"
    /// From the request to the end of the answer.
    case endToEnd = "e2el"

    var title: String {
        switch self {
        case .firstToken: "Time to First Token"
        case .perToken: "Time per Output Token (excl. 1st token)"
        case .interToken: "Inter-token Latency"
        case .endToEnd: "End-to-end Latency"
        }
    }

    var abbreviation: String { rawValue.uppercased() }
}

/// What the request-rate benchmark measured.
public struct RateResult: Sendable, Equatable {
    /// What was asked for.
    public var configuration: RateConfiguration
    /// The model that answered.
    public var model: String
    /// The answers, in the order of their ends.
    public var records: [CompletionRecord] = []
    /// Requests without an answer, by kind of failure.
    public var failures: [String: Int] = [:]
    /// The first failure in words.
    public var firstFailure: String?
    /// From the first request to the last end.
    public var durationSeconds = 0.0

    /// A result without answers.
    public init(configuration: RateConfiguration, model: String) {
        self.configuration = configuration
        self.model = model
    }

    /// Requests without an answer.
    public var failureCount: Int { failures.values.reduce(0, +) }
    /// Tokens of the answered prompts.
    public var inputTokenCount: Int { records.reduce(0) { $0 + $1.promptTokenCount } }
    /// Tokens of the answers.
    public var outputTokenCount: Int { records.reduce(0) { $0 + $1.outputTokenCount } }

    /// A count per second of the whole run.
    func perSecond(_ count: Int) -> Double {
        durationSeconds > 0 ? Double(count) / durationSeconds : 0
    }

    /// The values of a metric in seconds, in ascending order.
    public func sortedSeconds(_ metric: RateMetric) -> [Double] {
        let values: [Double] =
            switch metric {
            case .firstToken: records.compactMap(\.firstTokenSeconds)
            case .endToEnd: records.map(\.responseSeconds)
            case .interToken: records.flatMap(\.interPieceSeconds)
            case .perToken: records.compactMap(\.secondsPerLaterToken)
            }
        return values.sorted()
    }

    /// The most tokens of answers that came in one second, counted from the first request.
    public var peakOutputTokensPerSecond: Int {
        guard let start = records.map(\.start).min() else { return 0 }
        var buckets: [Int: Int] = [:]
        for record in records {
            // Where pieces are fewer than tokens, the pieces share them out.
            let pieceTokens = record.pieces.reduce(0) { $0 + $1.tokenCount }
            let scale = Double(record.outputTokenCount) / Double(max(pieceTokens, 1))
            for piece in record.pieces {
                let second = Int((piece.time - start).inSeconds)
                buckets[second, default: 0] += Int((Double(piece.tokenCount) * scale).rounded())
            }
        }
        return buckets.values.max() ?? 0
    }

    /// The most requests that were under way at the same time.
    public var peakConcurrency: Int {
        // Of equal times an end comes first: those two requests did not overlap.
        let changes =
            (records.map { (time: $0.end, change: -1) }
            + records.map { (time: $0.start, change: 1) })
            .sorted { ($0.time, $0.change) < ($1.time, $1.change) }
        var (count, peak) = (0, 0)
        for change in changes {
            count += change.change
            peak = max(peak, count)
        }
        return peak
    }
}

extension CompletionRecord {
    /// The time between neighbouring pieces, however many tokens each has.
    var interPieceSeconds: [Double] {
        zip(pieces, pieces.dropFirst()).map { ($1.time - $0.time).inSeconds }
    }

    /// The mean time per token after the first; nil for an answer of one token.
    fileprivate var secondsPerLaterToken: Double? {
        guard let firstTokenSeconds, outputTokenCount > 1 else { return nil }
        return (responseSeconds - firstTokenSeconds) / Double(outputTokenCount - 1)
    }
}
