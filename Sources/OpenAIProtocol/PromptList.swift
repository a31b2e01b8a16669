import JSONDocuments

/// One or several texts, as text or as token ids: a string, a list of strings, a list of ids, or a
/// list of lists of ids.
public enum PromptList: Sendable, Equatable {
    case texts([String])
    case tokenIDs([[Int32]])

    /// How many there are.
    public var count: Int {
        switch self {
        case .texts(let texts): texts.count
        case .tokenIDs(let lists): lists.count
        }
    }

    init(_ fields: FieldReader, field: String) throws(APIError) {
        switch fields[field] {
        case nil:
            throw .badRequest("`\(field)` is required.", param: field)
        case .string(let text):
            self = .texts([text])
        case .array(let elements):
            self = try Self.list(elements, field)
        default:
            throw Self.error(field)
        }
    }

    private static func list(
        _ elements: [JSONValue],
        _ field: String
    ) throws(APIError) -> PromptList {
        switch elements.first {
        case nil:
            throw .badRequest("`\(field)` must not be an empty list.", param: field)
        case .string:
            let texts = elements.compactMap(\.string)
            guard texts.count == elements.count else { throw error(field) }
            return .texts(texts)
        case .integer, .number:
            return .tokenIDs([try FieldReader.tokenIDs(elements, field)])
        case .array:
            var lists: [[Int32]] = []
            for element in elements {
                guard let list = element.array else { throw error(field) }
                lists.append(try FieldReader.tokenIDs(list, field))
            }
            return .tokenIDs(lists)
        default:
            throw error(field)
        }
    }

    private static func error(_ field: String) -> APIError {
        .badRequest(
            "`\(field)` must be a string, a list of strings, a list of token ids, "
                + "or a list of lists of token ids.",
            param: field
        )
    }
}
