import Hummingbird
import Inference
import JSONDocuments
import OpenAIProtocol
import PagedCache
import Scheduling
import TextGeneration

/// `GET /engine`: the engine between two steps, for those who want to see it work.
enum EngineRoute {
    static func answer(_ service: ModelService) async throws -> Response {
        guard let snapshot = await service.model.engine.snapshot() else {
            throw APIError(status: 503, message: "The engine has stopped.")
        }
        var writer = JSONWriter()
        writer.object { writer in
            write(service, to: &writer)
            write(snapshot, service, to: &writer)
        }
        var response = Response(json: writer.bytes)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    /// What does not change.
    private static func write(_ service: ModelService, to writer: inout JSONWriter) {
        let engine = service.model.engine
        writer.member("model", service.model.name)
        writer.member("version", service.configuration.version)
        writer.member("device", engine.deviceName)
        writer.member("max_model_len", service.model.maxModelLength)
        writer.member("max_running", engine.configuration.maxRunningRequests)
        writer.name("uptime_seconds")
        writer.number(service.startInstant.duration(to: ContinuousClock().now) / .seconds(1))
    }

    private static func write(
        _ snapshot: EngineSnapshot,
        _ service: ModelService,
        to writer: inout JSONWriter
    ) {
        let scheduler = snapshot.scheduler
        let statistics = scheduler.statistics
        let plan = service.model.engine.memoryPlan
        writer.member("step_count", statistics.steps)
        writer.name("blocks")
        writer.object { writer in
            writer.member("count", plan.blockCount)
            writer.member("tokens_per_block", plan.tokenCapacity / max(plan.blockCount, 1))
            writer.member("used", statistics.blocksUsed)
            writer.member("shared", scheduler.sharedBlockCount)
            write(scheduler.cachedBlocks, as: "cached", to: &writer)
        }
        writer.member("filled_slots", statistics.filledSlots)
        writer.member("running_count", statistics.running)
        writer.member("waiting_count", statistics.waiting)
        writer.name("running")
        writer.array(scheduler.running) { write($1, holdsBlocks: true, to: &$0) }
        writer.name("waiting")
        writer.array(scheduler.waiting) { write($1, holdsBlocks: false, to: &$0) }
        writer.name("totals")
        writer.object { writer in
            writer.member("prompt_tokens", snapshot.totals.promptTokenCount)
            writer.member("generated_tokens", snapshot.totals.generatedTokenCount)
            writer.member("queried_prompt_tokens", statistics.prefixQueriedTokens)
            writer.member("cached_prompt_tokens", statistics.prefixHitTokens)
            writer.member("preemptions", statistics.preemptions)
            writer.member("finished_requests", snapshot.totals.finishedRequestCount)
        }
    }

    private static func write(
        _ place: SchedulerSnapshot.Place,
        holdsBlocks: Bool,
        to writer: inout JSONWriter
    ) {
        writer.object { writer in
            writer.member("request", Int(clamping: place.id.rawValue))
            writer.member("prompt_tokens", place.promptTokenCount)
            writer.member("computed_tokens", place.computedTokenCount)
            writer.member("generated_tokens", place.generatedTokenCount)
            writer.member("cached_tokens", place.cachedTokenCount)
            writer.member("preemptions", place.preemptionCount)
            if holdsBlocks { write(place.blocks, as: "blocks", to: &writer) }
        }
    }

    private static func write(_ runs: [BlockRun], as name: String, to writer: inout JSONWriter) {
        writer.name(name)
        writer.array(runs) { writer, run in
            writer.array([run.first, run.count]) { $0.integer($1) }
        }
    }
}
