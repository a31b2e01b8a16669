import Scheduling
import Inference
import PrometheusExport

/// What is read off the engine's status when somebody looks.
struct EngineGauges: Sendable {
    private let running: GaugeSeries
    private let waiting: GaugeSeries
    private let waitingForCapacity: GaugeSeries
    private let waitingDeferred: GaugeSeries
    private let cacheUsage: GaugeSeries
    private let slotsAllocated: GaugeSeries
    private let slotsFilled: GaugeSeries
    private let waste: GaugeSeries
    private let slotStepsAllocated: CounterSeries
    private let slotStepsFilled: CounterSeries
    private let prefixQueries: CounterSeries
    private let prefixHits: CounterSeries
    private let preemptions: CounterSeries
    private let recomputed: CounterSeries
    private let computed: CounterSeries
    private let steps: CounterSeries

    init(_ registry: MetricRegistry, _ labels: [MetricLabel]) {
        func gauge(_ name: String, _ help: String, _ more: [MetricLabel] = []) -> GaugeSeries {
            registry.gauge(name, help: help, labels: labels + more)
        }
        func counter(_ name: String, _ help: String) -> CounterSeries {
            registry.counter(name, help: help, labels: labels)
        }
        let reasonHelp = "Requests that wait, by reason."
        let reason = "vllm:num_requests_waiting_by_reason"
        running = gauge("vllm:num_requests_running", "Requests that hold KV blocks.")
        waiting = gauge("vllm:num_requests_waiting", "Requests that wait.")
        waitingForCapacity = gauge(reason, reasonHelp, [MetricLabel("reason", "capacity")])
        waitingDeferred = gauge(reason, reasonHelp, [MetricLabel("reason", "deferred")])
        cacheUsage = gauge("vllm:kv_cache_usage_perc", "Share of the KV blocks in use, 0 to 1.")
        slotsAllocated = gauge("martlet:kv_cache_slots_allocated", "Positions in blocks in use.")
        slotsFilled = gauge("martlet:kv_cache_slots_filled", "Of these, those that hold a token.")
        waste = gauge("martlet:kv_cache_waste_perc", "Share of allocated positions not filled.")
        slotStepsAllocated = counter(
            "martlet:kv_cache_allocated_slot_steps",
            "Allocated positions, summed over steps."
        )
        slotStepsFilled = counter(
            "martlet:kv_cache_filled_slot_steps",
            "Filled positions, summed over steps."
        )
        prefixQueries = counter("vllm:prefix_cache_queries", "Tokens looked up in the cache.")
        prefixHits = counter("vllm:prefix_cache_hits", "Tokens found in the cache.")
        preemptions = counter("vllm:num_preemptions", "Times a request lost its blocks.")
        recomputed = counter(
            "vllm:prompt_tokens_recomputed",
            "Tokens computed again after a preemption."
        )
        computed = counter("martlet:computed_tokens", "Rows computed.")
        steps = counter("martlet:engine_steps", "Steps that computed anything.")
    }

    func update(_ status: EngineStatus) {
        let now = status.statistics
        running.set(Double(now.running))
        // The inbox knows what the scheduler has not seen, the scheduler what it took back from
        // running.
        let waitingCount = max(now.waiting, status.queuedRequestCount)
        waiting.set(Double(waitingCount))
        waitingForCapacity.set(Double(waitingCount))
        waitingDeferred.set(0.0)
        let blockCount = now.blocksUsed + now.blocksFree
        cacheUsage.set(blockCount > 0 ? Double(now.blocksUsed) / Double(blockCount) : 0)
        slotsAllocated.set(Double(now.allocatedSlots))
        slotsFilled.set(Double(now.filledSlots))
        waste.set(
            now.allocatedSlots > 0
                ? 1 - Double(now.filledSlots) / Double(now.allocatedSlots) : 0
        )
        slotStepsAllocated.advance(to: Double(now.allocatedSlotSteps))
        slotStepsFilled.advance(to: Double(now.filledSlotSteps))
        prefixQueries.advance(to: Double(now.prefixQueriedTokens))
        prefixHits.advance(to: Double(now.prefixHitTokens))
        preemptions.advance(to: Double(now.preemptions))
        recomputed.advance(to: Double(now.recomputedTokens))
        computed.advance(to: Double(now.computedTokens))
        steps.advance(to: Double(now.steps))
    }
}
