import FoundationEssentials
import JSONDocuments

/// The body of `POST /v1/embeddings`.
public struct EmbeddingRequest: Sendable, Equatable {
    /// The served model the client means; nil takes the only one.
    public var model: String?
    /// The texts.
    public var input: PromptList
    /// The vectors come as base64 of little-endian 32-bit numbers, not as lists.
    public var isBase64: Bool
    /// How the hidden states of a text become its vector: `mean` or `last`; nil takes the default.
    public var pooling: String?
    /// The tokenizer may put its own tokens around a text.
    public var addSpecialTokens: Bool

    /// Reads a body.
    ///
    /// - Throws: 400 naming the field at fault.
    public init(body: [UInt8]) throws(APIError) {
        let fields = try FieldReader(body: body)
        model = try fields.string("model")
        input = try PromptList(fields, field: "input")
        switch try fields.string("encoding_format") {
        case nil, "float": isBase64 = false
        case "base64": isBase64 = true
        default:
            throw .badRequest(
                "`encoding_format` must be \"float\" or \"base64\".",
                param: "encoding_format"
            )
        }
        pooling = try fields.string("pooling")
        addSpecialTokens = try fields.bool("add_special_tokens") ?? true
        if fields["dimensions"] != nil {
            throw .unsupported(
                "dimensions",
                "`dimensions` is not supported: the model was not trained for shorter vectors."
            )
        }
        _ = try fields.string("user")
    }
}

/// The answer to `POST /v1/embeddings`.
public struct EmbeddingResponse: Sendable, Equatable {
    /// The served model's name.
    public var model: String
    /// One per text.
    public var vectors: [[Float]]
    /// Tokens of all texts.
    public var tokenCount: Int
    /// The vectors are written as base64.
    public var isBase64: Bool

    /// Makes an answer.
    public init(model: String, vectors: [[Float]], tokenCount: Int, isBase64: Bool) {
        self.model = model
        self.vectors = vectors
        self.tokenCount = tokenCount
        self.isBase64 = isBase64
    }

    /// The JSON body.
    public func encoded() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("object", "list")
            writer.name("data")
            writer.array(vectors.enumerated()) { writer, element in
                writer.object { writer in
                    writer.member("object", "embedding")
                    writer.member("index", element.offset)
                    writer.name("embedding")
                    if isBase64 {
                        writer.string(Self.base64(element.element))
                    } else {
                        writer.array(element.element) { $0.number($1) }
                    }
                }
            }
            writer.member("model", model)
            writer.name("usage")
            writer.object { writer in
                writer.member("prompt_tokens", tokenCount)
                writer.member("total_tokens", tokenCount)
            }
        }
        return writer.bytes
    }

    private static func base64(_ vector: [Float]) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(vector.count * 4)
        for element in vector {
            for shift in stride(from: 0, to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: element.bitPattern >> UInt32(shift)))
            }
        }
        return Data(bytes).base64EncodedString()
    }
}
