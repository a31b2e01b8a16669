package import PagedCache

/// A request and how far it has come.
///
/// There is no prefill and no decode: a job has tokens known and tokens computed, and every step
/// lets the second catch up with the first.
package struct Job: Sendable {
    package let request: Request
    package let turn: Turn
    /// The prompt and what has been generated.
    package var history: [Int32]
    /// Leading tokens whose keys and values lie in the table's blocks.
    package var computedCount = 0
    /// Tokens that the step under way computes.
    package var plannedCount = 0
    package var table = BlockTable()
    package var preemptionCount = 0
    /// Tokens that were computed when the job was last preempted.
    package var lostCount = 0
    /// Prompt tokens found in the cache at the first admission; nil before it.
    package var cachedTokenCount: Int?
    /// Leading prompt positions whose logits the caller has had.
    package var ratedCount = 0
    /// The step under way ends with a token for this job that has not come yet.
    package var awaitsToken = false
    /// Set when the job has ended and only its batch keeps it.
    package var ending: Ending?

    package struct Ending: Sendable, Equatable {
        var reason: FinishReason
        var stopTokenID: Int32?
    }

    /// Priority, then arrival: the order of service, and backwards that of preemption.
    package struct Turn: Comparable, Sendable {
        package var priority: Int
        package var arrival: UInt64

        package static func < (left: Turn, right: Turn) -> Bool {
            (left.priority, left.arrival) < (right.priority, right.arrival)
        }
    }

    init(_ request: Request, arrival: UInt64) {
        self.request = request
        turn = Turn(priority: request.priority, arrival: arrival)
        history = request.promptTokenIDs
    }

    package var id: RequestID { request.id }
    package var generatedCount: Int { history.count - request.promptTokenIDs.count }
    /// Tokens known but neither computed nor planned.
    var wantedCount: Int { history.count - computedCount - plannedCount }
    var isDecoding: Bool { generatedCount > 0 && history.count - computedCount == 1 }
    var isPrefilling: Bool { computedCount < request.promptTokenIDs.count }

    /// What the step under way asks of the model, if anything.
    var entry: StepPlan.Entry? {
        guard plannedCount > 0 else { return nil }
        let end = computedCount + plannedCount
        // The logits of a prompt's last position rate the first generated token, not the prompt.
        let rated = min(end, request.promptTokenIDs.count - 1)
        let firstRated = max(computedCount, ratedCount)
        let rows =
            request.wantsPromptLogits && firstRated < rated
            ? firstRated - computedCount..<rated - computedCount : 0..<0
        return StepPlan.Entry(
            id: id,
            firstPosition: computedCount,
            tokenIDs: Array(history[computedCount..<end]),
            blocks: table.blocks,
            samples: end == history.count && request.maxTokens > 0,
            outputIndex: generatedCount,
            promptLogitRows: rows,
            cachedTokenCount: cachedTokenCount ?? 0
        )
    }

    /// The planned tokens are computed.
    mutating func advance() {
        computedCount += plannedCount
        plannedCount = 0
        ratedCount = max(ratedCount, computedCount)
        guard computedCount == history.count else { return }
        if request.maxTokens > 0 {
            awaitsToken = true
        } else {
            ending = Ending(reason: .length)
        }
    }

    /// Makes the blocks findable that the last step has filled.
    mutating func register(in pool: inout BlockPool) {
        let tokenIDs = history
        table.register(
            tokenIDs.span.extracting(first: computedCount),
            namespace: request.cacheNamespace,
            in: &pool
        )
    }

    /// Adds the token that was sampled and ends the job if it is the last.
    mutating func append(_ tokenID: Int32, maxModelLength: Int) {
        awaitsToken = false
        history.append(tokenID)
        if request.stopTokenIDs.contains(tokenID) && generatedCount >= request.minTokens {
            ending = Ending(reason: .stop, stopTokenID: tokenID)
        } else if generatedCount >= request.maxTokens || history.count >= maxModelLength {
            ending = Ending(reason: .length)
        }
    }

    /// Forgets all computed work; the tokens stay.
    mutating func losePlace(to pool: inout BlockPool) {
        table.release(to: &pool)
        lostCount = computedCount
        computedCount = 0
        preemptionCount += 1
    }
}
