public import Inference
import PrometheusExport
public import Scheduling
import Synchronization
import TextGeneration

/// What is measured while serving, under vLLM's names, so that dashboards and autoscalers work as
/// they are.
///
/// Events come from the engine's thread; gauges are read when somebody asks for `/metrics`.
public final class ServingMetrics: EngineObserver {
    let http: HTTPMetrics
    private let registry: MetricRegistry
    private let labels: [MetricLabel]
    private let requests: RequestMetricSeries
    private let gauges: EngineGauges
    private let cachedTokens = Mutex(0)

    /// Makes metrics that say nothing yet.
    ///
    /// - Parameters:
    ///   - modelName: the value of the label `model_name`.
    ///   - maxModelLength: the largest bucket of token counts.
    public init(modelName: String, maxModelLength: Int = 131_072) {
        registry = MetricRegistry(bucketBounds: MetricBounds.byName(upTo: maxModelLength))
        labels = [MetricLabel("model_name", modelName), MetricLabel("engine", "0")]
        http = HTTPMetrics(registry)
        requests = RequestMetricSeries(registry, labels)
        gauges = EngineGauges(registry, labels)
    }

    // MARK: - Events

    /// A step is done; called on the engine's thread.
    public func stepFinished(_ step: StepMetrics, statistics: SchedulerStatistics) {
        let newlyCached = cachedTokens.withLock { known in
            defer { known = max(known, statistics.prefixHitTokens) }
            return max(0, statistics.prefixHitTokens - known)
        }
        requests.count(step, cachedTokenCount: newlyCached)
    }

    /// A request has ended; called on the engine's thread.
    public func requestFinished(_ request: RequestMetrics) {
        requests.count(request)
    }

    /// A request was refused before it was queued.
    public func requestRefused(_ error: EngineError) {
        if case .overloaded = error { requests.admissionRejections.increment() }
    }

    /// A request was taken, with so many continuations per prompt.
    func requestTaken(choiceCount: Int) {
        requests.choiceCount.record(Double(choiceCount), count: 1)
    }

    // MARK: - Reading

    /// Says once what does not change.
    func describe(_ model: LanguageModel) {
        let plan = model.engine.memoryPlan
        let configuration = model.engine.configuration
        let info = [
            ("block_size", "\(plan.tokenCapacity / max(plan.blockCount, 1))"),
            ("num_gpu_blocks", "\(plan.blockCount)"),
            ("cache_dtype", "\(plan.keyValueType)"),
            ("enable_prefix_caching", configuration.prefixCaching ? "True" : "False"),
            ("max_model_len", "\(plan.maxModelLength)"),
        ]
        registry.gauge(
            "vllm:cache_config_info",
            help: "How the KV cache is set up.",
            labels: labels + info.map { MetricLabel($0.0, $0.1) }
        ).set(1.0)
    }

    /// Everything in Prometheus' text format.
    func text(_ status: EngineStatus) -> String {
        gauges.update(status)
        ProcessMetrics.update(registry)
        return registry.text()
    }
}
