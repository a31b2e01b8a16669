/// A dictionary that keeps the order of its keys; nothing changes it once it is made.
final class ValueMap {
    let keys: [Value]
    let values: [Value]
    let depth: Int
    /// Where a key is; made at the first search of a map that is not small.
    private var index: [MapKey: Int]?

    /// Makes a map of keys that all have a ``MapKey``, no two the same.
    init(keys: [Value], values: [Value]) {
        self.keys = keys
        self.values = values
        let deepest = values.reduce(0) { max($0, $1.depth) }
        depth = 1 + keys.reduce(deepest) { max($0, $1.depth) }
    }

    var count: Int { keys.count }

    var pairs: [Value] {
        keys.indices.map { .tuple(ValueList([keys[$0], values[$0]])) }
    }

    func value(_ key: MapKey) -> Value? {
        position(key).map { values[$0] }
    }

    func value(named name: String) -> Value? { value(.text(Array(name.utf8))) }

    private func position(_ key: MapKey) -> Int? {
        if keys.count <= 8 {
            if case .text(let bytes) = key {
                return keys.firstIndex { $0.text?.bytes == bytes }
            }
            return keys.firstIndex { MapKey($0) == key }
        }
        if let index { return index[key] }
        var index: [MapKey: Int] = [:]
        for (position, key) in keys.enumerated() {
            if let key = MapKey(key) { index[key] = position }
        }
        self.index = index
        return index[key]
    }
}

/// What makes two keys the same: `1`, `1.0` and `true` are one key, as in Python.
enum MapKey: Hashable {
    case undefined
    case none
    case integer(Int128)
    case float(Double)
    case text([UInt8])
    case tuple([MapKey])

    /// Nil for what cannot be a key.
    init?(_ value: Value) {
        switch value {
        case .undefined: self = .undefined
        case .null: self = .none
        case .bool, .int, .wide: self = .integer(value.integer ?? 0)
        case .float(let value):
            if let whole = Int128(exactly: value) {
                self = .integer(whole)
            } else {
                self = .float(value)
            }
        case .text(let text): self = .text(text.bytes)
        case .tuple(let list):
            var keys: [MapKey] = []
            for item in list.items {
                guard let key = MapKey(item) else { return nil }
                keys.append(key)
            }
            self = .tuple(keys)
        default: return nil
        }
    }
}

/// Collects the entries of a map; a later value replaces an earlier one in its place.
struct MapBuilder {
    private var keys: [Value] = []
    private var values: [Value] = []
    private var index: [MapKey: Int] = [:]

    /// False for a key that cannot be one.
    mutating func set(_ key: Value, _ value: Value) -> Bool {
        guard let mapKey = MapKey(key) else { return false }
        if let position = index[mapKey] {
            values[position] = value
        } else {
            index[mapKey] = keys.count
            keys.append(key)
            values.append(value)
        }
        return true
    }

    var map: ValueMap { ValueMap(keys: keys, values: values) }
}
