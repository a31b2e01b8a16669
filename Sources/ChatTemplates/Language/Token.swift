/// A piece of a template's source.
struct Token {
    enum Kind: Equatable {
        /// What stands between tags.
        case data([UInt8])
        case variableBegin
        case variableEnd
        case blockBegin
        case blockEnd
        case name(String)
        case text([UInt8])
        case integer(Int128)
        case float(Double)
        case sign(Sign)
        case end
    }

    let kind: Kind
    let line: Int
}

/// An operator or bracket.
enum Sign: String, CaseIterable {
    case floorDivide = "//"
    case power = "**"
    case equal = "=="
    case notEqual = "!="
    case greaterOrEqual = ">="
    case lessOrEqual = "<="
    case add = "+"
    case subtract = "-"
    case divide = "/"
    case multiply = "*"
    case remainder = "%"
    case concatenate = "~"
    case openBracket = "["
    case closeBracket = "]"
    case openParenthesis = "("
    case closeParenthesis = ")"
    case openBrace = "{"
    case closeBrace = "}"
    case greater = ">"
    case less = "<"
    case assign = "="
    case dot = "."
    case colon = ":"
    case pipe = "|"
    case comma = ","
    case semicolon = ";"

    /// The sign at the start of what is left, the longer one first.
    init?(_ first: UInt8, _ second: UInt8?) {
        if let second, let sign = Sign(rawValue: String(decoding: [first, second], as: UTF8.self)) {
            self = sign
            return
        }
        self.init(rawValue: String(decoding: [first], as: UTF8.self))
    }
}

extension Token.Kind {
    /// What the token is, for messages.
    var description: String {
        switch self {
        case .data: "text"
        case .variableBegin: "'{{'"
        case .variableEnd: "'}}'"
        case .blockBegin: "'{%'"
        case .blockEnd: "'%}'"
        case .name(let name): "'\(name)'"
        case .text: "a string"
        case .integer, .float: "a number"
        case .sign(let sign): "'\(sign.rawValue)'"
        case .end: "the end of the template"
        }
    }
}
