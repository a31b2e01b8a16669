import Inference
import PrometheusExport
import Scheduling

/// Counters and histograms that steps and requests fill.
struct RequestMetricSeries: Sendable {
    let admissionRejections: CounterSeries
    let choiceCount: HistogramSeries
    private let promptTokens: CounterSeries
    private let generationTokens: CounterSeries
    private let success: [FinishReason: CounterSeries]
    private let firstToken: HistogramSeries
    private let interToken: HistogramSeries
    private let iterationTokens: HistogramSeries
    private let perOutputToken: HistogramSeries
    private let endToEnd: HistogramSeries
    private let queue: HistogramSeries
    private let inference: HistogramSeries
    private let prefill: HistogramSeries
    private let decode: HistogramSeries
    private let promptCount: HistogramSeries
    private let generationCount: HistogramSeries
    private let maxGenerationCount: HistogramSeries
    private let maxTokens: HistogramSeries
    private let computedCount: HistogramSeries

    init(_ registry: MetricRegistry, _ labels: [MetricLabel]) {
        func counter(_ name: String, _ help: String) -> CounterSeries {
            registry.counter("vllm:" + name, help: help, labels: labels)
        }
        func histogram(_ name: String, _ help: String) -> HistogramSeries {
            registry.histogram("vllm:" + name, help: help, labels: labels)
        }
        admissionRejections = counter("admission_rejections", "Requests refused: queue full.")
        promptTokens = counter("prompt_tokens", "Prompt tokens computed or found in the cache.")
        generationTokens = counter("generation_tokens", "Tokens generated.")
        let reasons: [FinishReason] = [.stop, .length, .abort, .error]
        var success: [FinishReason: CounterSeries] = [:]
        for reason in reasons {
            success[reason] = registry.counter(
                "vllm:request_success",
                help: "Requests ended, by reason.",
                labels: labels + [MetricLabel("finished_reason", reason.rawValue)]
            )
        }
        self.success = success
        choiceCount = histogram("request_params_n", "Continuations per prompt asked for.")
        firstToken = histogram("time_to_first_token_seconds", "From arrival to the first token.")
        interToken = histogram("inter_token_latency_seconds", "Between two tokens of a request.")
        iterationTokens = histogram("iteration_tokens_total", "Tokens computed in a step.")
        perOutputToken = histogram(
            "request_time_per_output_token_seconds",
            "Mean time between a request's tokens."
        )
        endToEnd = histogram("e2e_request_latency_seconds", "From arrival to the end.")
        queue = histogram("request_queue_time_seconds", "From arrival to the first step.")
        inference = histogram("request_inference_time_seconds", "From the first step to the end.")
        prefill = histogram("request_prefill_time_seconds", "First step to first token.")
        decode = histogram("request_decode_time_seconds", "From the first token to the end.")
        promptCount = histogram("request_prompt_tokens", "Prompt tokens of a request.")
        generationCount = histogram("request_generation_tokens", "Tokens a request generated.")
        maxGenerationCount = histogram(
            "request_max_num_generation_tokens",
            "Tokens a request could generate."
        )
        maxTokens = histogram("request_params_max_tokens", "The max_tokens in force.")
        computedCount = histogram(
            "request_prefill_kv_computed_tokens",
            "Prompt tokens that had to be computed."
        )
    }

    func count(_ step: StepMetrics, cachedTokenCount: Int) {
        promptTokens.increment(by: Double(step.promptTokenCount + cachedTokenCount))
        generationTokens.increment(by: Double(step.sampledTokenCount))
        if step.tokenCount > 0 { iterationTokens.record(Double(step.tokenCount), count: 1) }
        for seconds in step.firstTokenSeconds { firstToken.record(seconds, count: 1) }
        for seconds in step.interTokenSeconds { interToken.record(seconds, count: 1) }
    }

    func count(_ request: RequestMetrics) {
        success[request.finishReason]?.increment()
        endToEnd.record(request.totalSeconds, count: 1)
        queue.record(request.queueSeconds, count: 1)
        promptCount.record(Double(request.promptTokenCount), count: 1)
        generationCount.record(Double(request.outputTokenCount), count: 1)
        maxGenerationCount.record(Double(request.maxTokens), count: 1)
        maxTokens.record(Double(request.maxTokens), count: 1)
        computedCount.record(
            Double(request.promptTokenCount - request.cachedTokenCount),
            count: 1
        )
        guard request.outputTokenCount > 0 else { return }
        let decodeSeconds = request.totalSeconds - request.firstTokenSeconds
        inference.record(request.totalSeconds - request.queueSeconds, count: 1)
        prefill.record(request.firstTokenSeconds - request.queueSeconds, count: 1)
        decode.record(decodeSeconds, count: 1)
        guard request.outputTokenCount > 1 else { return }
        perOutputToken.record(decodeSeconds / Double(request.outputTokenCount - 1), count: 1)
    }
}
