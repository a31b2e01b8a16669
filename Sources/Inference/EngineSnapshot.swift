public import Scheduling

/// What an engine has done since its start.
public struct EngineTotals: Sendable, Equatable {
    /// Tokens of prompts that were computed.
    public var promptTokenCount = 0
    /// Tokens that were sampled.
    public var generatedTokenCount = 0
    /// Requests that have ended, in whatever way.
    public var finishedRequestCount = 0

    /// Nothing yet.
    public init() {}
}

/// An engine between two steps: who has which blocks, who waits, what has been done.
public struct EngineSnapshot: Sendable, Equatable {
    /// Blocks and requests.
    public var scheduler: SchedulerSnapshot
    /// What has been done so far.
    public var totals: EngineTotals
}

extension Engine {
    /// Asks the engine's thread for a look at everything; it comes between two steps.
    ///
    /// Many who ask at once get the same look, so that the engine is not held up by them.
    ///
    /// - Returns: nil if the engine has stopped.
    public func snapshot() async -> EngineSnapshot? {
        await withCheckedContinuation { continuation in
            if !inbox.post(.look { continuation.resume(returning: $0) }) {
                continuation.resume(returning: nil)
            }
        }
    }
}
