/// Upper bounds of histogram buckets; the same as vLLM's, so that quantiles can be compared.
enum MetricBounds {
    static let firstToken = [
        0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20,
        40,
        80, 160, 640, 2560,
    ]
    static let interToken = [
        0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40,
        80,
    ]
    static let request = [
        0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920,
        7680,
    ]
    static let iteration = [
        1.0, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384,
    ]

    /// 1, 2 and 5 times the powers of ten, up to a limit.
    static func tokenCounts(upTo limit: Int) -> [Double] {
        var bounds: [Double] = []
        var power = 1.0
        while power <= Double(limit) {
            bounds += [1, 2, 5].map { $0 * power }.filter { $0 <= Double(limit) }
            power *= 10
        }
        return bounds
    }

    /// The bounds of every histogram we have.
    static func byName(upTo maxModelLength: Int) -> [String: [Double]] {
        let tokens = tokenCounts(upTo: maxModelLength)
        return [
            "vllm:time_to_first_token_seconds": firstToken,
            "vllm:inter_token_latency_seconds": interToken,
            "vllm:request_time_per_output_token_seconds": interToken,
            "vllm:e2e_request_latency_seconds": request,
            "vllm:request_queue_time_seconds": request,
            "vllm:request_inference_time_seconds": request,
            "vllm:request_prefill_time_seconds": request,
            "vllm:request_decode_time_seconds": request,
            "vllm:request_prompt_tokens": tokens,
            "vllm:request_generation_tokens": tokens,
            "vllm:request_max_num_generation_tokens": tokens,
            "vllm:request_params_max_tokens": tokens,
            "vllm:request_prefill_kv_computed_tokens": tokens,
            "vllm:iteration_tokens_total": iteration,
            "vllm:request_params_n": [1, 2, 5, 10, 20],
        ]
    }
}
