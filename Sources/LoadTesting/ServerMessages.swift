import FoundationEssentials

// The names are those of the wire.

/// The body of `POST /v1/completions`.
struct CompletionBody: Encodable {
    private let call: CompletionCall

    init(_ call: CompletionCall) {
        self.call = call
    }

    private enum Key: String, CodingKey {
        case model, prompt, stream, temperature, seed
        case maxTokens = "max_tokens"
        case ignoreEOS = "ignore_eos"
        case streamOptions = "stream_options"
        case returnTokenIDs = "return_token_ids"
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(call.model, forKey: .model)
        try fields.encode(true, forKey: .stream)
        try fields.encode(["include_usage": true], forKey: .streamOptions)
        try fields.encode(call.maxTokens, forKey: .maxTokens)
        try fields.encode(call.temperature, forKey: .temperature)
        try fields.encode(call.seed, forKey: .seed)
        // Not OpenAI's: sent only where it is wanted, so that strict servers take the rest.
        if call.ignoreEOS { try fields.encode(true, forKey: .ignoreEOS) }
        switch call.prompt {
        case .text(let text):
            try fields.encode(text, forKey: .prompt)
        case .tokenIDs(let tokenIDs):
            try fields.encode(tokenIDs, forKey: .prompt)
            if call.wantsTokenIDs { try fields.encode(true, forKey: .returnTokenIDs) }
        }
    }
}

/// The answer of `GET /v1/models`.
struct ModelList: Decodable {
    struct Model: Decodable {
        let id: String
        let max_model_len: Int?
    }

    let data: [Model]
}

/// An error, in OpenAI's shape or flat.
struct ErrorBody: Decodable {
    struct Inner: Decodable {
        let message: String
    }

    let message: String

    private enum Key: CodingKey {
        case error, message
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        if let inner = try? fields.decode(Inner.self, forKey: .error) {
            message = inner.message
        } else if let text = try? fields.decode(String.self, forKey: .error) {
            message = text
        } else {
            message = try fields.decode(String.self, forKey: .message)
        }
    }
}

/// One event of a streamed completion.
struct CompletionChunk: Decodable {
    struct Choice: Decodable {
        let text: String?
        let token_ids: [Int32]?
        let finish_reason: String?
    }

    struct Usage: Decodable {
        let prompt_tokens: Int?
        let completion_tokens: Int?
    }

    let choices: [Choice]?
    let usage: Usage?
}

/// Puts a streamed completion together.
struct CompletionReader {
    private var parser = EventStreamParser()
    private var completion: CompletionRecord
    private var hasUsage = false
    private var isDone = false

    init(start: Duration) {
        completion = CompletionRecord(start: start)
    }

    mutating func append(_ bytes: [UInt8], at time: Duration) throws {
        for event in try parser.append(bytes) {
            if event.elementsEqual("[DONE]".utf8) {
                isDone = true
            } else if !isDone {
                try read(event, at: time)
            }
        }
    }

    mutating func end(at time: Duration) {
        completion.end = time
    }

    private mutating func read(_ event: [UInt8], at time: Duration) throws {
        guard let chunk = try? JSONDecoder().decode(CompletionChunk.self, from: Data(event)),
            chunk.choices != nil || chunk.usage != nil
        else {
            if let error = try? JSONDecoder().decode(ErrorBody.self, from: Data(event)) {
                throw LoadTestError.refused(status: 200, message: error.message)
            }
            let text = String(decoding: event.prefix(200), as: UTF8.self)
            throw LoadTestError.malformedAnswer("this event is no completion: \(text)")
        }
        if let choice = chunk.choices?.first {
            let tokenIDs = choice.token_ids ?? []
            completion.text += choice.text ?? ""
            completion.tokenIDs += tokenIDs
            // Without token ids an event counts as a token, unless it only tells why it ended.
            let isEmpty = (choice.text ?? "").isEmpty && choice.finish_reason != nil
            let tokenCount = tokenIDs.isEmpty ? (isEmpty ? 0 : 1) : tokenIDs.count
            if tokenCount > 0 {
                completion.pieces.append(.init(time: time, tokenCount: tokenCount))
            }
        }
        if let usage = chunk.usage {
            completion.promptTokenCount = usage.prompt_tokens ?? 0
            completion.outputTokenCount = usage.completion_tokens ?? 0
            hasUsage = true
        }
    }

    /// The whole answer.
    ///
    /// - Parameter wantsTokenIDs: whether an answer without token ids is of no use.
    /// - Returns: the answer and its times.
    /// - Throws: ``LoadTestError/malformedAnswer(_:)`` where something is missing.
    func record(wantsTokenIDs: Bool) throws(LoadTestError) -> CompletionRecord {
        guard isDone else { throw .malformedAnswer("the stream ended without [DONE]") }
        var record = completion
        if !hasUsage { record.outputTokenCount = record.pieces.reduce(0) { $0 + $1.tokenCount } }
        guard !wantsTokenIDs || record.outputTokenCount == record.tokenIDs.count else {
            throw .malformedAnswer("it has no token ids; the server ignores return_token_ids")
        }
        return record
    }
}
