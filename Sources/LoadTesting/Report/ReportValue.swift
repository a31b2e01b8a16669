import FoundationEssentials

/// A value of a report's JSON.
public enum ReportValue: Sendable, Equatable, Encodable {
    case integer(Int)
    /// JSON has no infinity and no NaN: those become null.
    case number(Double)
    case text(String)
    case list([ReportValue])
    case fields([String: ReportValue])
    case null

    /// Numbers in a list.
    public static func numbers(_ values: [Double]) -> ReportValue { .list(values.map(number)) }

    /// Writes the value alone, without a name for its kind.
    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .integer(let number): try value.encode(number)
        case .number(let number) where number.isFinite: try value.encode(number)
        case .number, .null: try value.encodeNil()
        case .text(let text): try value.encode(text)
        case .list(let list): try value.encode(list)
        case .fields(let fields): try value.encode(fields)
        }
    }

    /// UTF-8, keys in alphabetical order, ending with a line end.
    public func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
}
