internal import JSONDocuments

extension Value {
    /// Takes a document over; its depth is bounded by whoever parsed it.
    ///
    /// With `isInput`, its texts came out of the request. Nil if it is deeper than the limit.
    init?(_ document: JSONValue, isInput: Bool, depthLimit: Int) {
        guard depthLimit >= 0 else { return nil }
        switch document {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .int(Int(value))
        case .wideInteger(let value): self = .wide(value)
        case .number(let value): self = .float(value)
        case .string(let text): self = .text(MarkedText(text, isInput: isInput))
        case .array(let elements):
            var items: [Value] = []
            items.reserveCapacity(elements.count)
            for element in elements {
                guard let item = Value(element, isInput: isInput, depthLimit: depthLimit - 1)
                else { return nil }
                items.append(item)
            }
            self = .list(ValueList(items))
        case .object(let members):
            var builder = MapBuilder()
            for member in members {
                let key = Value.text(MarkedText(member.name, isInput: isInput))
                guard let value = Value(member.value, isInput: isInput, depthLimit: depthLimit - 1)
                else { return nil }
                _ = builder.set(key, value)
            }
            self = .map(builder.map)
        }
    }
}
