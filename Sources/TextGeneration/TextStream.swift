public import Inference
public import Sampling
public import Scheduling
import Tokenization

/// A piece of an answer: one token with the text that became certain with it, the end, or both.
public struct TextDelta: Sendable {
    /// New text; empty while a character is incomplete or may become part of a stop string.
    public var text = ""
    /// The token, if this piece came with one.
    public var token: SampledOutput?
    /// The prompt's log-probabilities, in the first piece, if they were asked for.
    public var promptLogprobs: [PositionLogprobs?]?
    /// How the answer ended, in the last piece.
    public var end: TextEnd?
}

/// How an answer ended.
public struct TextEnd: Sendable {
    /// What stopped it beside the end-of-sequence token.
    public enum StopReason: Sendable, Equatable {
        /// One of the request's stop strings.
        case string(String)
        /// One of the request's stop token ids.
        case tokenID(Int32)
    }

    /// Why it ended.
    public let finishReason: FinishReason
    /// What was found, for `FinishReason.stop` by one of the request's own stops.
    public let stopReason: StopReason?
    /// Times and token counts.
    public let metrics: RequestMetrics
}

/// An answer as it is written.
///
/// Letting it go cancels the request.
/// The concatenated text is the same whatever the timing: a streamed answer equals the whole one.
public struct TextStream: AsyncSequence, Sendable {
    let generation: Generation
    let tokenizer: Tokenizer?
    let parameters: SamplingParameters
    let stopTokenIDs: Set<Int32>
    let visibleSpecialTokenIDs: Set<Int32>
    /// The last tokens of the prompt: the text goes on after them, leading space and all.
    let promptTail: ArraySlice<Int32>
    /// Keeps the engine's loop alive while an answer is read.
    let engine: Engine

    /// Whether the engine has begun with it; until then it waits in the queue.
    public var hasStarted: Bool { generation.hasStarted }

    /// Reads the answer; there can be one reader only.
    public func makeAsyncIterator() -> Iterator {
        Iterator(self)
    }

    /// Reads one answer piece by piece.
    public struct Iterator: AsyncIteratorProtocol {
        private var events: AsyncStream<GenerationEvent>.Iterator
        private var detokenizer: AnswerDetokenizer?
        private var matcher: StopStringMatcher
        private var match: String?
        private var promptLogprobs: [PositionLogprobs?]?
        private var tokenCount = 0
        private var isOver = false
        private let stream: TextStream

        init(_ stream: TextStream) {
            self.stream = stream
            events = stream.generation.makeAsyncIterator()
            let parameters = stream.parameters
            detokenizer = stream.tokenizer.map {
                AnswerDetokenizer(
                    $0,
                    promptTail: stream.promptTail,
                    skipSpecialTokens: parameters.skipSpecialTokens,
                    visibleSpecialTokenIDs: stream.visibleSpecialTokenIDs
                )
            }
            matcher = StopStringMatcher(
                parameters.stop,
                includesMatch: parameters.includeStopStringInOutput
            )
        }

        /// The next piece; nil after the one with ``TextDelta/end``.
        ///
        /// - Throws: ``TextGenerationError/failed(_:)`` if the model failed on this request,
        ///   ``TextGenerationError/deadEnd(_:)`` if nothing that was asked for may come next, and
        ///   `CancellationError` if the reading task was cancelled.
        public mutating func next() async throws -> TextDelta? {
            guard !isOver else { return nil }
            while let event = await events.next(isolation: #isolation) {
                switch event {
                case .prompt(let logprobs):
                    promptLogprobs = logprobs
                case .embedding:
                    continue
                case .token(let token, let isLast):
                    // Tokens after a stop string were already under way; nobody sees them.
                    guard match == nil else { continue }
                    var delta = take(token)
                    // The end comes with the last token, in one piece.
                    if isLast, case .finished(let end) = await events.next(isolation: #isolation) {
                        let last = try finish(end)
                        delta.text += last.text
                        delta.end = last.end
                    }
                    return delta
                case .finished(let end):
                    return try finish(end)
                }
            }
            isOver = true
            throw CancellationError()
        }

        private mutating func take(_ token: SampledOutput) -> TextDelta {
            tokenCount += 1
            var delta = TextDelta(token: token, promptLogprobs: promptLogprobs)
            promptLogprobs = nil
            let parameters = stream.parameters
            let isStopToken = stream.stopTokenIDs.contains(token.tokenID)
            guard !isStopToken || parameters.includeStopStringInOutput,
                let text = detokenizer?.append(token.tokenID)
            else { return delta }
            guard tokenCount > parameters.minTokens else {
                // Too early for a stop string: the text passes without being looked at.
                delta.text = text
                return delta
            }
            let result = matcher.append(text)
            delta.text = result.released
            if let found = result.match {
                match = found
                stream.generation.finish()
            }
            return delta
        }

        private mutating func finish(_ end: GenerationEnd) throws -> TextDelta {
            isOver = true
            if end.reason == .error {
                let message = end.message ?? "The model failed."
                throw end.isRequestAtFault
                    ? TextGenerationError.deadEnd(message) : TextGenerationError.failed(message)
            }
            var delta = TextDelta(promptLogprobs: promptLogprobs)
            var stopReason: TextEnd.StopReason?
            var finishReason = end.reason
            if let match {
                finishReason = .stop
                stopReason = .string(match)
            } else {
                let rest = matcher.append(detokenizer?.finish() ?? "")
                delta.text = rest.released + matcher.finish()
                if let found = rest.match {
                    finishReason = .stop
                    stopReason = .string(found)
                } else if let id = end.stopTokenID, stream.parameters.stopTokenIDs.contains(id) {
                    stopReason = .tokenID(id)
                }
            }
            var metrics = end.metrics
            metrics.outputTokenCount = tokenCount
            metrics.finishReason = finishReason
            delta.end = TextEnd(
                finishReason: finishReason,
                stopReason: stopReason,
                metrics: metrics
            )
            return delta
        }
    }
}

/// A whole answer.
public struct TextResult: Sendable {
    /// The text, without the stop string unless that was asked for.
    public var text = ""
    /// Its tokens with their log-probabilities, the ending stop token included.
    public var tokens: [SampledOutput] = []
    /// The prompt's log-probabilities, if they were asked for.
    public var promptLogprobs: [PositionLogprobs?]?
    /// How it ended.
    public var end: TextEnd
}

extension TextStream {
    /// Reads to the end.
    ///
    /// - Throws: as ``Iterator/next()``.
    public func result() async throws -> TextResult {
        var text = ""
        var tokens: [SampledOutput] = []
        var promptLogprobs: [PositionLogprobs?]?
        for try await delta in self {
            text += delta.text
            if let token = delta.token { tokens.append(token) }
            if let logprobs = delta.promptLogprobs { promptLogprobs = logprobs }
            if let end = delta.end {
                return TextResult(
                    text: text,
                    tokens: tokens,
                    promptLogprobs: promptLogprobs,
                    end: end
                )
            }
        }
        throw CancellationError()
    }
}
