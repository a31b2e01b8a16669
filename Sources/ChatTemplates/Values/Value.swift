/// What a template computes with: Python's values, as far as templates meet them.
enum Value {
    case undefined(Undefined)
    case null
    case bool(Bool)
    case int(Int)
    /// A whole number that does not fit `Int`.
    indirect case wide(Int128)
    case float(Double)
    case text(MarkedText)
    case list(ValueList)
    case tuple(ValueList)
    case map(ValueMap)
    case range(ValueRange)
    /// What `map`, `select` and the like give: it can be walked once and has no length.
    case generator(Generator)
    case view(MapView)
    case namespace(Namespace)
    case loop(Loop)
    case macro(Macro)
    case method(BoundMethod)
    case function(Function)
    case cycler(Cycler)
    case joiner(Joiner)

    static func text(_ string: String) -> Value { .text(MarkedText(string)) }

    /// The smallest form of a whole number.
    init(_ integer: Int128) {
        if let small = Int(exactly: integer) { self = .int(small) } else { self = .wide(integer) }
    }

    /// The value as a whole number, where Python takes booleans for 0 and 1.
    var integer: Int128? {
        switch self {
        case .int(let value): Int128(value)
        case .wide(let value): value
        case .bool(let value): value ? 1 : 0
        default: nil
        }
    }

    /// The value as a number of any kind.
    var number: Double? {
        if case .float(let value) = self { return value }
        return integer.map { Double($0) }
    }

    var text: MarkedText? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    var isUndefined: Bool {
        guard case .undefined = self else { return false }
        return true
    }

    /// How deep values lie inside this one.
    var depth: Int {
        switch self {
        case .list(let list), .tuple(let list): list.depth
        case .map(let map): map.depth
        case .generator(let generator): generator.depth
        case .view(let view): view.map.depth
        case .method(let method): method.receiver.depth
        case .cycler(let cycler): cycler.items.depth
        default: 0
        }
    }

    /// Python's name of the type, for messages.
    var typeName: String {
        switch self {
        case .undefined: "Undefined"
        case .null: "None"
        case .bool: "bool"
        case .int, .wide: "int"
        case .float: "float"
        case .text: "str"
        case .list: "list"
        case .tuple: "tuple"
        case .map: "dict"
        case .range: "range"
        case .generator: "generator"
        case .view: "dict view"
        case .namespace: "Namespace"
        case .loop: "LoopContext"
        case .macro: "Macro"
        case .method, .function: "function"
        case .cycler: "Cycler"
        case .joiner: "Joiner"
        }
    }
}

/// A list or tuple; nothing changes it once it is made.
final class ValueList {
    let items: [Value]
    /// 1 for a list of plain values.
    let depth: Int

    init(_ items: [Value]) {
        self.items = items
        depth = 1 + (items.reduce(0) { max($0, $1.depth) })
    }
}

/// What Python's `range` gives.
struct ValueRange {
    var start: Int
    var step: Int
    var count: Int

    func value(at index: Int) -> Value { .int(start + index * step) }
}

/// Why there is no value.
final class Undefined {
    enum Reason {
        case name(String)
        case member(of: String, named: String)
        case element(of: String)
        case hint(String)
        /// A member that exists in Python and that no template may touch.
        case refused(of: String, named: String)
    }

    let reason: Reason

    init(_ reason: Reason) { self.reason = reason }

    var what: String {
        switch reason {
        case .name(let name): "'\(name)' is undefined"
        case .member(let type, let name): "a \(type) has no '\(name)'"
        case .element(let type): "a \(type) has no such element"
        case .hint(let hint): hint
        case .refused(let type, let name): "'\(name)' of a \(type) is not for templates"
        }
    }
}

/// Values that can be walked once.
final class Generator {
    private var items: [Value]
    private var position = 0
    let depth: Int

    init(_ items: [Value]) {
        self.items = items
        depth = 1 + (items.reduce(0) { max($0, $1.depth) })
    }

    func next() -> Value? {
        guard position < items.count else { return nil }
        position += 1
        return items[position - 1]
    }

    func rest() -> [Value] {
        let rest = position == 0 ? items : Array(items[position...])
        items = []
        position = 0
        return rest
    }
}

/// What `keys`, `values` and `items` of a map give.
struct MapView {
    enum Part: String {
        case keys = "dict_keys"
        case values = "dict_values"
        case items = "dict_items"
    }

    let map: ValueMap
    let part: Part

    var items: [Value] {
        switch part {
        case .keys: map.keys
        case .values: map.values
        case .items: map.pairs
        }
    }
}

/// The one kind of value that templates change: `namespace()`.
final class Namespace {
    private(set) var names: [String] = []
    private(set) var values: [Value] = []

    subscript(name: String) -> Value? {
        get { names.firstIndex(of: name).map { values[$0] } }
        set {
            guard let newValue else { return }
            if let index = names.firstIndex(of: name) {
                values[index] = newValue
            } else {
                names.append(name)
                values.append(newValue)
            }
        }
    }

    /// Lets go of everything: namespaces may hold each other.
    func clear() {
        names = []
        values = []
    }
}

/// A method taken from a value: `message.items`.
final class BoundMethod {
    let receiver: Value
    let name: String

    init(_ receiver: Value, _ name: String) {
        self.receiver = receiver
        self.name = name
    }
}

/// What `cycler(…)` gives.
final class Cycler {
    let items: ValueList
    var position = 0

    init(_ items: [Value]) { self.items = ValueList(items) }
}

/// What `joiner(…)` gives: nothing at first, then its separator.
final class Joiner {
    let separator: MarkedText
    var isUsed = false

    init(_ separator: MarkedText) { self.separator = separator }
}
