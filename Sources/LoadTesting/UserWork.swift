/// What every user of the experiment does; users differ in their questions only.
struct UserWork: Sendable {
    let configuration: ConversationConfiguration
    let model: String
    let contextLimit: Int?
    let usesTokenIDs: Bool

    /// Refuses a context that has no room for one question and its answer.
    func requireRoom() throws(LoadTestError) {
        guard let contextLimit else { return }
        let question = usesTokenIDs ? configuration.questionTokenCount : 1
        guard question + configuration.maxTokens <= contextLimit else {
            throw .badConfiguration(
                "A question of \(question) and an answer of \(configuration.maxTokens) tokens do "
                    + "not fit into a context of \(contextLimit); give a smaller max-tokens"
            )
        }
    }

    /// Has one user's whole conversation.
    ///
    /// - Parameters:
    ///   - target: what answers.
    ///   - users: how many users this run has.
    ///   - user: which of them this is, from 0.
    ///   - requestEnded: called after every request, answered or not.
    /// - Returns: what each request came to; fewer if the task is cancelled.
    func converse(
        with target: any CompletionTarget,
        users: Int,
        user: Int,
        requestEnded: @Sendable () -> Void
    ) async -> [UserOutcome] {
        // Users and run are part of the seed, so that no two conversations of a target are alike.
        var base = SeededRandom(seed: configuration.seed)
        var seeds = SeededRandom(seed: base.next() &+ (UInt64(users) << 32 | UInt64(user)))
        var maker = QuestionMaker(source: configuration.questions, seed: seeds.next())
        var conversation = Conversation(
            contextLimit: contextLimit,
            maxTokens: configuration.maxTokens
        )
        var outcomes: [UserOutcome] = []
        for _ in 0..<configuration.requestsPerUser where !Task.isCancelled {
            let seed = seeds.next() >> 1
            if usesTokenIDs {
                let question = maker.question(
                    tokenCount: configuration.questionTokenCount,
                    ids: configuration.questionTokenIDs
                )
                let outcome = await ask(target, seed, &conversation) { $0.prompt(question) }
                if case .answered(let record) = outcome { conversation.append(question, record) }
                outcomes.append(outcome)
            } else {
                let question = maker.question()
                let outcome = await ask(target, seed, &conversation) { $0.prompt(question) }
                if case .answered(let record) = outcome { conversation.append(question, record) }
                outcomes.append(outcome)
            }
            requestEnded()
        }
        return outcomes
    }

    /// One request; where the target finds it too long, the history is shortened turn by turn.
    private func ask(
        _ target: any CompletionTarget,
        _ seed: UInt64,
        _ conversation: inout Conversation,
        _ prompt: (inout Conversation) -> Prompt
    ) async -> UserOutcome {
        while true {
            let call = CompletionCall(
                model: model,
                prompt: prompt(&conversation),
                maxTokens: configuration.maxTokens,
                ignoreEOS: configuration.ignoreEOS,
                temperature: configuration.temperature,
                seed: seed
            )
            do {
                return .answered(try await target.complete(call))
            } catch let error as LoadTestError {
                guard error.isContextOverflow, conversation.forgetOldest() else {
                    return .failed(error)
                }
            } catch {
                return .failed(.malformedAnswer("\(error)"))
            }
        }
    }
}
