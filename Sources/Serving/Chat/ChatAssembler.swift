import Scheduling
import AnswerParsing
import OpenAIProtocol
import Sampling
import TextGeneration

/// What one piece of a continuation means to whoever reads the conversation.
struct ChatStep: Sendable {
    /// How an answer ended.
    struct End: Sendable {
        /// `stop`, `length`, `tool_calls`.
        var reason: String
        var stopReason: StopReason?
    }

    /// The first step of its choice.
    var isFirst = false
    /// What is new, in order; calls have their names.
    var parts: [AnswerPart] = []
    /// The token that came with it.
    var token: SampledOutput?
    /// The prompt's log-probabilities, in the first step, if asked for.
    var promptLogprobs: [PositionLogprobs?]?
    /// In the last step.
    var end: End?
}

/// Turns the pieces of one continuation into steps of a conversation.
///
/// Streamed and whole answers are made of the same steps, so they cannot differ.
struct ChatAssembler: Sendable {
    private let job: ChatJob
    private let index: Int
    private var parser: AnswerParser
    private var hasBegun = false
    private var isThinking = false
    private var completedCallCount = 0
    /// What the choice has cost so far.
    private(set) var tally = ChoiceTally()

    init(job: ChatJob, index: Int, parser: AnswerParser) {
        self.job = job
        self.index = index
        self.parser = parser
    }

    /// What a piece adds.
    ///
    /// - Throws: 503 when the engine gave the continuation up.
    mutating func step(_ delta: TextDelta) throws(APIError) -> ChatStep {
        try tally.count(delta)
        var step = ChatStep(token: delta.token, promptLogprobs: delta.promptLogprobs)
        step.isFirst = !hasBegun
        if !hasBegun, !job.echo.isEmpty { step.parts.append(.content(job.echo)) }
        hasBegun = true
        add(parser.append(delta.text), to: &step)
        if delta.end != nil { add(parser.finish(), to: &step) }
        if isThinking, delta.token != nil { tally.reasoningTokenCount += 1 }
        if let end = delta.end {
            let calls = end.finishReason == .stop && completedCallCount > 0
            step.end = ChatStep.End(
                reason: calls ? "tool_calls" : end.finishReason.rawValue,
                stopReason: StopReason(end)
            )
        }
        return step
    }

    /// Where one call is asked for, the first counts.
    private func isWanted(_ part: AnswerPart) -> Bool {
        switch part {
        case .toolCall(let call, _, _), .arguments(let call, _), .toolCallEnd(let call):
            call == 0 || job.request.parallelToolCalls
        case .reasoning, .content:
            true
        }
    }

    private mutating func add(_ parts: [AnswerPart], to step: inout ChatStep) {
        for part in parts where isWanted(part) {
            switch part {
            case .reasoning:
                isThinking = true
                if job.request.includeReasoning { step.parts.append(part) }
            case .toolCall(let call, let name, let id):
                isThinking = false
                let id = id ?? job.toolCallID(choice: index, call: call)
                step.parts.append(.toolCall(index: call, name: name, id: id))
            case .toolCallEnd:
                completedCallCount += 1
                step.parts.append(part)
            case .content, .arguments:
                isThinking = false
                step.parts.append(part)
            }
        }
    }
}

extension ChatJob {
    /// The log-probability of a step's token, if asked for.
    func logprobs(_ step: ChatStep) -> [ChatTokenLogprob]? {
        guard request.sampling.logprobs != nil else { return nil }
        guard let token = step.token, let chosen = token.logprob else { return [] }
        return [
            ChatTokenLogprob(
                chosen: answer.texts.candidate(chosen),
                top: token.top.map(answer.texts.candidate)
            )
        ]
    }
}
