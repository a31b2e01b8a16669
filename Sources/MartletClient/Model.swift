import JSONDocuments

/// A model that a server has.
public struct Model: Sendable, Equatable {
    /// The name by which requests ask for it.
    public var id: String
    /// How many tokens a conversation may have, answer included, if the server says.
    public var contextLength: Int?

    /// Describes a model.
    public init(id: String, contextLength: Int? = nil) {
        self.id = id
        self.contextLength = contextLength
    }
}

struct ModelList: ServerAnswer {
    var models: [Model]

    init(_ reader: AnswerReader) throws(ClientError) {
        models = try reader.requiredElements("data").map { model in
            Model(id: model.text("id") ?? "", contextLength: model.count("max_model_len"))
        }
    }
}

/// How long a conversation is.
public struct TokenCount: Sendable, Equatable {
    /// How many tokens it has, those of the chat template included.
    public var count: Int
    /// How many it may have, answer included, if the server says.
    public var contextLength: Int?
}

extension TokenCount: ServerAnswer {
    /// Reads an answer.
    ///
    /// - Throws: ``ClientError/malformedAnswer(_:)`` if it has neither a count nor the tokens.
    public init(_ reader: AnswerReader) throws(ClientError) {
        guard let count = reader.count("count") ?? reader.value["tokens"]?.array?.count else {
            throw .malformedAnswer("it has no `count`")
        }
        self.count = count
        contextLength = reader.count("max_model_len")
    }
}

/// Texts as vectors.
public struct Embeddings: Sendable, Equatable {
    /// The model that made them.
    public var model: String
    /// One for each text, in the order of the texts; all as wide as the model makes them.
    public var vectors: [[Double]]
    /// What it cost, if the server says.
    public var usage: TokenUsage?
}

extension Embeddings: ServerAnswer {
    /// Reads an answer.
    ///
    /// - Throws: ``ClientError/malformedAnswer(_:)`` if it has no list of lists of numbers.
    public init(_ reader: AnswerReader) throws(ClientError) {
        model = reader.text("model") ?? ""
        usage = reader.usage
        let entries = try reader.requiredElements("data")
        let sorted = entries.sorted { ($0.count("index") ?? 0) < ($1.count("index") ?? 0) }
        vectors = []
        for entry in sorted {
            let numbers = entry.value["embedding"]?.array?.compactMap(\.number)
            guard let numbers else { throw .malformedAnswer("an embedding is no list of numbers") }
            vectors.append(numbers)
        }
    }
}
