import Scheduling

/// A request as its client sees it, and what the simulation knows of it.
struct SimulatedClient {
    let request: Request
    let turn: Turn
    var reference: ReferenceRun
    /// Leading tokens in the slots of its blocks.
    var computedCount = 0
    /// Leading prompt positions whose logits were given.
    var ratedCount = 0
    var preemptionCount = 0
    var hasStarted = false
    /// What must be told, once everything is generated.
    var expectedEnding: (reason: FinishReason, stopTokenID: Int32?)?

    /// Priority, then arrival.
    struct Turn: Comparable {
        var priority: Int
        var arrival: Int

        static func < (left: Turn, right: Turn) -> Bool {
            (left.priority, left.arrival) < (right.priority, right.arrival)
        }
    }

    init(_ request: Request, arrival: Int) {
        self.request = request
        turn = Turn(priority: request.priority, arrival: arrival)
        reference = ReferenceRun(request.promptTokenIDs)
    }

    var generatedCount: Int { reference.tokenIDs.count - request.promptTokenIDs.count }

    /// The client reads one more token.
    mutating func receive(_ tokenID: Int32, maxModelLength: Int) {
        reference.append(tokenID)
        let isStop = request.stopTokenIDs.contains(tokenID)
        if isStop && generatedCount >= request.minTokens {
            expectedEnding = (.stop, tokenID)
        } else if generatedCount == request.maxTokens
            || reference.tokenIDs.count == maxModelLength
        {
            expectedEnding = (.length, nil)
        }
    }
}

/// A promise of the scheduler that was not kept.
struct Violation: Error, CustomStringConvertible {
    let promise: String
    var seed: UInt64 = 0
    var step = 0

    init(_ promise: String) {
        self.promise = promise
    }

    var description: String {
        "seed \(seed), step \(step): \(promise). "
            + "Replay with MARTLET_SIMULATION_SEED=\(seed)."
    }
}

/// Checks a promise.
func promise(_ isKept: Bool, _ text: @autoclosure () -> String) throws(Violation) {
    if !isKept { throw Violation(text()) }
}
