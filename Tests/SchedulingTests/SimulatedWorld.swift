import Scheduling
import TestData

/// The circumstances of one seed.
struct SimulatedWorld {
    let limits: SchedulerLimits
    let policy: SchedulingPolicy
    /// How many times requests come.
    let arrivals: Int
    /// Steps between two arrivals, in the mean.
    let arrivalInterval: Int
    /// One step in so many sees a client go away or a row of logits that is not finite.
    let troubleInterval: Int
    let usesPriorities: Bool
    /// In the end everybody is cancelled; otherwise everybody is served.
    let isStopped: Bool
    let longestPrompt: Int
    let longestOutput: Int

    init(_ random: inout SeededGenerator) {
        // Small pools are full sooner.
        let blockCount = min(
            7 + random.drawMagnitude(upToExponent: 9),
            7 + random.drawMagnitude(upToExponent: 9)
        )
        let slotsPerBlock = random.pick([1, 1, 8, 8, 16, 32])
        let tokensPerStep = random.drawMagnitude(upToExponent: 10)
        let slots = blockCount * slotsPerBlock
        policy = random.pick([
            .continuous, .continuous, .continuous, .continuous, .continuous, .continuous, .static,
            .sequential,
        ])
        limits = SchedulerLimits(
            tokensPerStep: tokensPerStep,
            maxRunningRequests: max(random.drawMagnitude(upToExponent: 6), random.draw(1...8)),
            blockCount: blockCount,
            slotsPerBlock: slotsPerBlock,
            maxModelLength: max(4, slots * 2 / random.pick([1, 1, 2, 4, 8, 16])),
            prefixCaching: !random.once(in: 4),
            hashBits: random.pick([8, 64])
        )
        arrivals = random.draw(3...28)
        arrivalInterval = random.pick([1, 1, 2, 6])
        troubleInterval = random.pick([4, 16, 64, 1000])
        usesPriorities = random.once(in: 4)
        isStopped = random.once(in: 8)
        // A prompt is done within some steps, so that a seed is done within some hundred.
        longestPrompt = max(1, min(slots / random.pick([1, 4, 8, 16]), tokensPerStep * 16, 400))
        longestOutput = max(2, min(slots / random.pick([1, 1, 2, 4, 8, 16]), 200))
    }

    /// A length from 0 to twice the pool.
    private func drawPromptCount(_ random: inout SeededGenerator) -> Int {
        guard random.once(in: 12) else { return random.draw(1...longestPrompt) }
        let count = random.draw(0...2 * limits.blockCount * limits.slotsPerBlock)
        let fits = limits.canEverFit(promptCount: count, maxTokens: 1)
        return fits ? min(count, limits.tokensPerStep * 48) : count
    }

    /// A prompt of blocks that other prompts have too, also in other places, and an end of its own.
    private func drawPrompt(
        _ count: Int,
        earlier: [[Int32]],
        _ random: inout SeededGenerator
    ) -> [Int32] {
        var prompt: [Int32] = []
        prompt.reserveCapacity(count)
        if !earlier.isEmpty && random.once(in: 4) {
            // A conversation goes on.
            prompt = Array(random.pick(earlier).prefix(count))
        } else if !random.once(in: 4) {
            let sharedCount = random.draw(0...count)
            while prompt.count + limits.slotsPerBlock <= sharedCount {
                let segment = Int32(random.draw(1...2))
                for slot in 0..<limits.slotsPerBlock {
                    prompt.append((segment &* 11 &+ Int32(slot) &* segment) % 50)
                }
            }
        }
        while prompt.count < count { prompt.append(Int32(random.draw(0...49))) }
        return prompt
    }

    /// Draws a request; whether it can be served is for the caller to find out.
    func drawRequest(
        id: RequestID,
        earlier: [[Int32]],
        _ random: inout SeededGenerator
    ) -> Request {
        let count = drawPromptCount(&random)
        let maxTokens = random.once(in: 16) ? 0 : random.draw(1...longestOutput)
        let fits = limits.canEverFit(promptCount: count, maxTokens: maxTokens)
        return Request(
            id: id,
            promptTokenIDs: fits
                ? drawPrompt(count, earlier: earlier, &random) : Array(repeating: 0, count: count),
            maxTokens: maxTokens,
            minTokens: random.once(in: 4) ? random.draw(0...maxTokens) : 0,
            stopTokenIDs: random.once(in: 6) ? [1, 2, 3] : [],
            wantsPromptLogits: random.once(in: 8),
            cacheNamespace: random.once(in: 4) ? 1 : 0,
            priority: usesPriorities ? random.draw(-1...1) : 0
        )
    }
}
