public import Sampling
public import Scheduling

/// What the engine says about one request, in order.
public enum GenerationEvent: Sendable {
    /// The prompt's log-probabilities, once, before the first token, if they were asked for.
    ///
    /// One element per prompt token; the first is nil, as nothing comes before it.
    case prompt([PositionLogprobs?])
    /// The text's vector, of length 1, if that was asked for; nil if the model failed on it.
    case embedding([Float]?)
    /// One more token of the answer; after the last one ``finished(_:)`` follows at once.
    case token(SampledOutput, isLast: Bool)
    /// The end, always the last event and always there unless the handle was dropped.
    case finished(GenerationEnd)
}

/// How an answer ended.
public struct GenerationEnd: Sendable {
    /// Why.
    public let reason: FinishReason
    /// The stop token that ended it, if one did.
    public let stopTokenID: Int32?
    /// What happened when, and how many tokens.
    public let metrics: RequestMetrics
    /// What went wrong, for `FinishReason.error`.
    public let message: String?
    /// Whether it went wrong because of what was asked for, not because of the model.
    public let isRequestAtFault: Bool
}

/// A request in flight: its events as they come.
///
/// Letting it go cancels the request.
public struct Generation: AsyncSequence, Sendable {
    /// The engine's number for this request.
    public let id: RequestID
    let events: AsyncStream<GenerationEvent>
    let inbox: Inbox
    let started: StartMark

    /// Whether it has taken part in a step; until then it waits in the queue.
    public var hasStarted: Bool { started.isSet }

    /// Ends the request as stopped, as when a stop string was found in its text.
    ///
    /// Its ``GenerationEvent/finished(_:)`` still comes, after at most one step.
    public func finish() {
        inbox.post(.finish(id))
    }

    /// Reads the events; there can be one reader only.
    public func makeAsyncIterator() -> AsyncStream<GenerationEvent>.Iterator {
        events.makeAsyncIterator()
    }
}

/// What happened to a request, in seconds since it was submitted, and its token counts.
public struct RequestMetrics: Sendable {
    /// Prompt tokens.
    public var promptTokenCount = 0
    /// Prompt tokens whose keys and values came from the prefix cache.
    public var cachedTokenCount = 0
    /// Tokens generated.
    public var outputTokenCount = 0
    /// The most tokens it could have had.
    public var maxTokens = 0
    /// Until the request first took part in a step.
    public var queueSeconds = 0.0
    /// Until its first token.
    public var firstTokenSeconds = 0.0
    /// Until its end.
    public var totalSeconds = 0.0
    /// How it ended.
    public var finishReason = FinishReason.abort
    /// How often it lost its blocks and was computed again.
    public var preemptionCount = 0
}
