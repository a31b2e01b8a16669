/// A part of a template's body.
struct Statement: Sendable {
    enum Kind: Sendable {
        case text(MarkedText)
        case output([Expression])
        case branch([(condition: Expression, body: [Statement])], otherwise: [Statement])
        case loop(LoopStatement)
        case assignment(Target, Expression)
        case blockAssignment(Target, filters: [Link], [Statement])
        case with([(target: Target, value: Expression)], [Statement])
        case macro(MacroDefinition)
        case callBlock(MacroDefinition, Expression, ArgumentList)
        case filter([Link], [Statement])
        /// A body with variables of its own.
        case scope([Statement], isIsolated: Bool)
        case breakLoop
        case continueLoop
    }

    let kind: Kind
    let line: Int
}

/// Where a value is put.
indirect enum Target: Sendable {
    case name(Int)
    case member(namespace: Int, name: String)
    case tuple([Target])
}

/// A loop: `{% for target in items if condition %}`.
final class LoopStatement: Sendable {
    let target: Target
    let items: Expression
    let condition: Expression?
    let isRecursive: Bool
    let body: [Statement]
    let otherwise: [Statement]
    let line: Int

    init(
        target: Target,
        items: Expression,
        condition: Expression?,
        isRecursive: Bool,
        body: [Statement],
        otherwise: [Statement],
        line: Int
    ) {
        self.target = target
        self.items = items
        self.condition = condition
        self.isRecursive = isRecursive
        self.body = body
        self.otherwise = otherwise
        self.line = line
    }
}

/// `{% macro name(parameters) %}`, or the body of a call block.
final class MacroDefinition: Sendable {
    let name: String
    let nameIndex: Int
    let parameters: [(name: String, index: Int, fallback: Expression?)]
    let body: [Statement]
    /// Whether the body speaks of `varargs`, `kwargs` and `caller`; only then they are accepted.
    let takesMore: (positional: Bool, named: Bool, caller: Bool)

    init(
        name: String,
        nameIndex: Int,
        parameters: [(name: String, index: Int, fallback: Expression?)],
        body: [Statement],
        takesMore: (positional: Bool, named: Bool, caller: Bool)
    ) {
        self.name = name
        self.nameIndex = nameIndex
        self.parameters = parameters
        self.body = body
        self.takesMore = takesMore
    }
}
