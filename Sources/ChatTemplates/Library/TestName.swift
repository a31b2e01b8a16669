/// The tests there are: what may follow `is`.
enum TestName: String {
    case boolean, callable, defined, divisibleby, escaped, even, `false`, filter, float, integer
    case iterable, lower, mapping, none, number, odd, sameas, sequence, string, test, `true`
    case undefined, upper
    case `in`
    case equal = "=="
    case equalName = "eq"
    case equalTo = "equalto"
    case notEqual = "!="
    case notEqualName = "ne"
    case greater = ">"
    case greaterName = "gt"
    case greaterThan = "greaterthan"
    case greaterOrEqual = ">="
    case greaterOrEqualName = "ge"
    case less = "<"
    case lessName = "lt"
    case lessThan = "lessthan"
    case lessOrEqual = "<="
    case lessOrEqualName = "le"

    fileprivate var comparison: Comparison? {
        switch self {
        case .equal, .equalName, .equalTo: .equal
        case .notEqual, .notEqualName: .notEqual
        case .greater, .greaterName, .greaterThan: .greater
        case .greaterOrEqual, .greaterOrEqualName: .greaterOrEqual
        case .less, .lessName, .lessThan: .less
        case .lessOrEqual, .lessOrEqualName: .lessOrEqual
        case .in: .isIn
        default: nil
        }
    }
}

extension Renderer {
    func apply(
        _ test: TestName,
        to value: Value,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Bool {
        if let comparison = test.comparison {
            return try holds(comparison, value, try operand(test, arguments))
        }
        switch test {
        case .divisibleby:
            let rest = try apply(.remainder, value, try operand(test, arguments))
            return try equal(rest, .int(0))
        case .sameas: return try isSame(value, try operand(test, arguments))
        case .odd, .even:
            try expectNone(test, arguments)
            let rest = try apply(.remainder, value, .int(2))
            return try equal(rest, .int(test == .odd ? 1 : 0))
        default:
            try expectNone(test, arguments)
            return try hasKind(test, value)
        }
    }

    private func operand(
        _ test: TestName,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        guard arguments.positional.count + arguments.named.count == 1 else {
            throw typeError("the test '\(test.rawValue)' takes one value")
        }
        return arguments.positional.first ?? arguments.named[0].value
    }

    private func expectNone(
        _ test: TestName,
        _ arguments: Arguments
    ) throws(ChatTemplateError) {
        guard arguments.positional.isEmpty, arguments.named.isEmpty else {
            throw typeError("the test '\(test.rawValue)' takes no value")
        }
    }

    private func hasKind(_ test: TestName, _ value: Value) throws(ChatTemplateError) -> Bool {
        switch (test, value) {
        case (.defined, _): return !value.isUndefined
        case (.undefined, _): return value.isUndefined
        case (.none, .null), (.boolean, .bool), (.string, .text), (.mapping, .map): return true
        case (.true, .bool(let value)): return value
        case (.false, .bool(let value)): return !value
        case (.integer, .int), (.integer, .wide), (.float, .float): return true
        case (.number, _): return value.number != nil
        case (.escaped, .text(let text)): return text.isMarkup
        case (.filter, .text(let text)): return FilterName(rawValue: text.string) != nil
        case (.test, .text(let text)): return TestName(rawValue: text.string) != nil
        case (.callable, .macro), (.callable, .method), (.callable, .function),
            (.callable, .joiner), (.callable, .undefined), (.callable, .loop):
            return true
        case (.iterable, .null), (.iterable, .bool), (.iterable, .int), (.iterable, .wide),
            (.iterable, .float), (.iterable, .namespace), (.iterable, .macro),
            (.iterable, .method), (.iterable, .function), (.iterable, .cycler),
            (.iterable, .joiner):
            return false
        case (.iterable, _): return true
        case (.sequence, .text), (.sequence, .list), (.sequence, .tuple), (.sequence, .map),
            (.sequence, .range), (.sequence, .undefined):
            return true
        case (.lower, _): return try isCased(value, wantsUpper: false)
        case (.upper, _): return try isCased(value, wantsUpper: true)
        default: return false
        }
    }

    private func isCased(_ value: Value, wantsUpper: Bool) throws(ChatTemplateError) -> Bool {
        let text = try text(of: value)
        try pay(text: 4 * text.count)
        return text.bytes.isCased(wantsUpper: wantsUpper)
    }

    private func isSame(_ left: Value, _ right: Value) throws(ChatTemplateError) -> Bool {
        switch (left, right) {
        case (.bool(let left), .bool(let right)): left == right
        case (.bool, _), (_, .bool): false
        case (.int(let left), .int(let right)): left == right
        case (.int, _), (_, .int): false
        case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
            left === right
        case (.map(let left), .map(let right)): left === right
        case (.undefined(let left), .undefined(let right)): left === right
        default: try equal(left, right)
        }
    }
}
