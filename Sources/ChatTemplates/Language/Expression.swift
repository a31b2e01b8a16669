/// What has a value.
///
/// Chains (`a + b + c`, `x.y.z`, `a and b`) are one node with a list, so that only real nesting
/// makes the evaluator recurse.
indirect enum Expression: Sendable {
    case none
    case bool(Bool)
    case integer(Int128)
    case float(Double)
    case text(MarkedText)
    case name(Int)
    case list([Expression])
    case tuple([Expression])
    case map([(key: Expression, value: Expression)])
    /// Operators of one strength, from left to right.
    case arithmetic(Expression, [(sign: Sign, operand: Expression)], line: Int)
    case concatenation([Expression])
    case comparison(Expression, [(comparison: Comparison, operand: Expression)], line: Int)
    case and([Expression])
    case or([Expression])
    case not(Expression)
    case negative(Expression, line: Int)
    case positive(Expression, line: Int)
    case conditional(Expression, condition: Expression, otherwise: Expression?)
    case chain(Expression, [Link])
}

/// A comparison of two values.
enum Comparison: Sendable {
    case equal
    case notEqual
    case less
    case lessOrEqual
    case greater
    case greaterOrEqual
    case isIn
    case isNotIn
}

/// What is done to the value on its left.
struct Link: Sendable {
    enum Kind: Sendable {
        case attribute(String)
        case item(Expression)
        case slice(SliceBounds)
        case call(ArgumentList)
        case filter(String, ArgumentList)
        case test(String, ArgumentList, isNegated: Bool)
    }

    let kind: Kind
    let line: Int
}

/// What stands between the colons of `a[1:2:3]`.
struct SliceBounds: Sendable {
    var start: Expression?
    var end: Expression?
    var step: Expression?
}

/// What stands in the brackets of a call.
struct ArgumentList: Sendable {
    var positional: [Expression] = []
    var named: [(name: String, value: Expression)] = []
    /// What stands behind `*`.
    var spread: Expression?
    /// What stands behind `**`.
    var namedSpread: Expression?
}
