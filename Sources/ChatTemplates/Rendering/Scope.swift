/// The variables of a loop round, a macro call or another body; the template's own lie apart.
final class Scope {
    let parent: Scope?
    private var names: [Int] = []
    private var values: [Value] = []
    /// Where each name is, once there are too many to look through.
    private var positions: [Int: Int] = [:]
    /// Whether a macro may still look here after the body has ended.
    var isCaptured = false

    init(parent: Scope?) { self.parent = parent }

    subscript(name: Int) -> Value? {
        get { position(name).map { values[$0] } }
        set {
            guard let newValue else { return }
            if let position = position(name) {
                values[position] = newValue
                return
            }
            names.append(name)
            values.append(newValue)
            if names.count == 16 {
                for (position, name) in names.enumerated() { positions[name] = position }
            } else if names.count > 16 {
                positions[name] = names.count - 1
            }
        }
    }

    private func position(_ name: Int) -> Int? {
        names.count < 16 ? names.firstIndex(of: name) : positions[name]
    }

    func clear() {
        positions.removeAll(keepingCapacity: true)
        names.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
    }
}

/// A macro with the variables it was defined among.
final class Macro {
    let definition: MacroDefinition
    let scope: Scope?

    init(_ definition: MacroDefinition, scope: Scope?) {
        self.definition = definition
        self.scope = scope
    }
}

/// What `loop` is inside a loop.
final class Loop {
    let statement: LoopStatement
    let scope: Scope?
    let level: Int
    private(set) var items: [Value]
    var index = 0
    var lastChanged: [Value]?

    init(_ statement: LoopStatement, items: [Value], scope: Scope?, level: Int) {
        self.statement = statement
        self.items = items
        self.scope = scope
        self.level = level
    }

    /// Lets go of the items: loops may be kept, in each other even.
    func clear() {
        items = []
        lastChanged = nil
    }
}

/// What a call is given.
struct Arguments {
    var positional: [Value] = []
    var named: [(name: String, value: Value)] = []
    /// The body of a call block.
    var caller: Value?

    func named(_ name: String) -> Value? { named.first { $0.name == name }?.value }
}
