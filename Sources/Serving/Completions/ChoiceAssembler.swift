import Scheduling
import Inference
import OpenAIProtocol
import Sampling
import TextGeneration

/// Turns the pieces of one continuation into what is sent of it.
struct ChoiceAssembler {
    private let job: CompletionJob
    private let index: Int
    private var textOffset = 0
    private var hasBegun = false
    /// What the choice has cost so far.
    private(set) var tally = ChoiceTally()

    init(job: CompletionJob, index: Int) {
        self.job = job
        self.index = index
    }

    /// What a piece adds to the choice.
    ///
    /// - Throws: 503 when the engine gave the continuation up.
    mutating func choice(_ delta: TextDelta) throws(APIError) -> CompletionChoice {
        try tally.count(delta)
        var choice = CompletionChoice(index: index)
        var logprobs = job.request.sampling.logprobs.map { _ in CompletionLogprobs() }
        if job.request.options.returnTokenIDs { choice.tokenIDs = [] }
        if !hasBegun { begin(&choice, &logprobs, delta.promptLogprobs) }
        choice.text += delta.text
        if let token = delta.token {
            choice.tokenIDs?.append(token.tokenID)
            append(token.tokenID, token.logprob?.logprob, token.top, to: &logprobs)
        }
        if let end = delta.end {
            choice.finishReason = end.finishReason.rawValue
            choice.stopReason = StopReason(end)
        }
        choice.logprobs = logprobs
        return choice
    }

    private mutating func begin(
        _ choice: inout CompletionChoice,
        _ logprobs: inout CompletionLogprobs?,
        _ promptLogprobs: [PositionLogprobs?]?
    ) {
        hasBegun = true
        let prompt = job.answer.prompt(ofChoice: index)
        if job.request.options.returnTokenIDs { choice.promptTokenIDs = prompt }
        choice.text = job.echo(choice: index)
        guard let promptLogprobs else { return }
        if job.request.sampling.promptLogprobs != nil {
            choice.promptLogprobs = job.answer.texts.promptLogprobs(promptLogprobs)
        }
        guard job.request.echo, let count = job.request.sampling.logprobs else { return }
        for (id, position) in zip(prompt, promptLogprobs) {
            let top = position.map { Array($0.top.prefix(count)) } ?? []
            append(id, position?.chosen.logprob, top, to: &logprobs)
        }
    }

    private mutating func append(
        _ id: Int32,
        _ logprob: Float?,
        _ top: [TokenLogprob],
        to logprobs: inout CompletionLogprobs?
    ) {
        logprobs?.append(
            token: job.answer.texts.name(id),
            textOffset: textOffset,
            logprob: logprob,
            top: job.answer.texts.entries(top)
        )
        textOffset += job.answer.texts.text(id).unicodeScalars.count
    }
}

extension CompletionChoice {
    /// Adds what comes after this piece.
    mutating func append(_ next: CompletionChoice) {
        text += next.text
        if let ids = next.tokenIDs {
            if tokenIDs == nil { tokenIDs = ids } else { tokenIDs?.append(contentsOf: ids) }
        }
        if let ids = next.promptTokenIDs { promptTokenIDs = ids }
        if let more = next.promptLogprobs { promptLogprobs = more }
        if let more = next.logprobs {
            if logprobs == nil { logprobs = more } else { logprobs?.append(contentsOf: more) }
        }
        finishReason = next.finishReason ?? finishReason
        stopReason = next.stopReason ?? stopReason
    }
}
