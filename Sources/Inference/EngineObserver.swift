public import Scheduling

/// What one step did, for metrics.
public struct StepMetrics: Sendable {
    /// Tokens computed, prompts and answers.
    public var tokenCount = 0
    /// Tokens of prompts among them.
    public var promptTokenCount = 0
    /// Tokens sampled.
    public var sampledTokenCount = 0
    /// Seconds between the tokens of each request that got a further one.
    public var interTokenSeconds: [Double] = []
    /// Seconds to the first token of each request that got its first one.
    public var firstTokenSeconds: [Double] = []
    /// Duration of the step.
    public var seconds = 0.0
}

/// Listens to the engine; called on the engine's thread, so it has to be quick and may not block.
public protocol EngineObserver: Sendable {
    /// A step is done.
    func stepFinished(_ step: StepMetrics, statistics: SchedulerStatistics)
    /// A request has ended, in whatever way.
    func requestFinished(_ request: RequestMetrics)
    /// A request was refused before it was queued.
    func requestRefused(_ error: EngineError)
}
