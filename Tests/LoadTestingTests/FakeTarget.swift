import LoadTesting
import Synchronization

/// A target that computes its times instead of taking them.
///
/// Every byte of a text is a token. A token takes as many milliseconds as there are users, the
/// first one ten times that.
final class FakeTarget: CompletionTarget {
    struct State: Sendable {
        var now = Duration.zero
        var users = 1
        var calls: [CompletionCall] = []
        var looks = 0
    }

    let name: String
    let description: TargetDescription
    /// What a look at the KV cache adds.
    let slots: CacheSlotSteps?
    private let state = Mutex(State())
    /// An error instead of the answer to the call with this index.
    private let failure: @Sendable (Int, CompletionCall) -> LoadTestError?

    init(
        name: String = "fake",
        maxModelLength: Int? = nil,
        slots: CacheSlotSteps? = nil,
        failure: @escaping @Sendable (Int, CompletionCall) -> LoadTestError? = { _, _ in nil }
    ) {
        self.name = name
        self.description = TargetDescription(model: "model", maxModelLength: maxModelLength)
        self.slots = slots
        self.failure = failure
    }

    /// All calls but the first, which only finds out what the target takes.
    var calls: [CompletionCall] { state.withLock { Array($0.calls.dropFirst()) } }

    /// To be called with the experiment's progress: tells how many users there are.
    func follow(_ progress: ExperimentProgress) {
        state.withLock { $0.users = progress.users }
    }

    func describe() async throws -> TargetDescription { description }

    func cacheSlotSteps() async -> CacheSlotSteps? {
        let looks = state.withLock { state in
            state.looks += 1
            return state.looks
        }
        return slots.map {
            CacheSlotSteps(allocated: $0.allocated * looks, filled: $0.filled * looks)
        }
    }

    func complete(_ call: CompletionCall) async throws -> CompletionRecord {
        try state.withLock { state in
            state.calls.append(call)
            if let error = failure(state.calls.count - 1, call) { throw error }
            var record = CompletionRecord(start: state.now)
            var time = state.now + .milliseconds(9 * state.users)
            for _ in 0..<call.maxTokens {
                time += .milliseconds(state.users)
                record.pieces.append(.init(time: time))
            }
            record.end = time
            record.outputTokenCount = call.maxTokens
            switch call.prompt {
            case .text(let text):
                record.promptTokenCount = text.utf8.count
                record.text = String(repeating: "a", count: call.maxTokens)
            case .tokenIDs(let tokenIDs):
                record.promptTokenCount = tokenIDs.count
                record.tokenIDs = [Int32](repeating: 9, count: call.maxTokens)
            }
            state.now = time
            return record
        }
    }
}

extension Prompt {
    var length: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .tokenIDs(let tokenIDs): tokenIDs.count
        }
    }
}
