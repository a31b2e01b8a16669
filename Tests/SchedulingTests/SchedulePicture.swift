import PagedCache
import Scheduling
import Testing

/// A request of a picture, called by one letter.
struct PictureRequest {
    var name: Character
    /// Prompt tokens; the first `shared` of them are the same for all requests of the picture.
    var prompt: Int
    var shared = 0
    /// Tokens to generate.
    var output: Int
    /// The step before which it is added.
    var arrives = 1
    /// The step before which it is cancelled.
    var cancelled: Int?
    var priority = 0
    var follows: Character?
    var wantsPromptLogits = false

    var request: Request {
        let own = Int32(name.asciiValue ?? 0) * 1000
        return Request(
            id: RequestID(name),
            promptTokenIDs: (0..<Int32(prompt)).map { $0 < shared ? $0 : own + $0 },
            maxTokens: output,
            wantsPromptLogits: wantsPromptLogits,
            priority: priority,
            followsPromptOf: follows.map(RequestID.init)
        )
    }
}

extension RequestID {
    /// The identity of a request called by one letter.
    init(_ name: Character) {
        self.init(rawValue: UInt64(name.asciiValue ?? 0))
    }
}

/// Runs a scheduler and compares what it does with a picture.
///
/// A row is a step: `+5` five tokens computed, `x` blocks lost to others, `.` nothing; then the
/// free blocks after the step, and the requests that finished in it.
func expectSchedule(
    tokensPerStep: Int,
    blocks: Int,
    slotsPerBlock: Int = 4,
    running: Int = 8,
    maxModelLength: Int = 32,
    policy: SchedulingPolicy = .continuous,
    prefixCaching: Bool = false,
    _ requests: [PictureRequest],
    sourceLocation: SourceLocation = #_sourceLocation,
    picture: () -> String
) {
    let limits = SchedulerLimits(
        tokensPerStep: tokensPerStep,
        maxRunningRequests: running,
        blockCount: blocks,
        slotsPerBlock: slotsPerBlock,
        maxModelLength: maxModelLength,
        prefixCaching: prefixCaching
    )
    var scheduler = Scheduler(limits: limits, policy: policy)
    let expected = columns(picture())
    var seen = [["step"] + requests.map { String($0.name) } + ["free", "done"]]
    for step in 1..<max(expected.count, 1) {
        for request in requests where request.arrives == step { scheduler.add(request.request) }
        for request in requests where request.cancelled == step {
            scheduler.cancel(RequestID(request.name))
        }
        let plan = scheduler.plan()
        let sampled = plan.entries.filter(\.samples).map {
            SampledToken(id: $0.id, tokenID: Int32($0.id.rawValue) * 1000 + Int32(step) + 500)
        }
        let events = scheduler.apply(sampled)
        seen.append(row(step, requests.map(\.name), plan, events, scheduler))
    }
    #expect(
        seen == expected,
        "the scheduler did:\n\(seen.map(aligned).joined(separator: "\n"))",
        sourceLocation: sourceLocation
    )
}

private func row(
    _ step: Int,
    _ names: [Character],
    _ plan: StepPlan,
    _ events: [SchedulerEvent],
    _ scheduler: Scheduler
) -> [String] {
    let cells = names.map { name in
        if plan.preempted.contains(RequestID(name)) { return "x" }
        let entry = plan.entries.first { $0.id == RequestID(name) }
        return entry.map { "+\($0.tokenIDs.count)" } ?? "."
    }
    let done = names.filter { name in
        events.contains { event in
            if case .finished(RequestID(name), _, _) = event { true } else { false }
        }
    }
    let free = String(scheduler.statistics.blocksFree)
    return [String(step)] + cells + [free, done.isEmpty ? "-" : String(done)]
}

private func columns(_ picture: String) -> [[String]] {
    picture.split(separator: "\n").map { line in
        line.split(separator: " ").map(String.init)
    }
}

private func aligned(_ cells: [String]) -> String {
    cells.map { String(repeating: " ", count: max(5 - $0.count, 1)) + $0 }.joined()
}
