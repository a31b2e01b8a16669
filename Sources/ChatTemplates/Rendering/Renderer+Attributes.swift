extension Renderer {
    /// `value.name`: what Python has under that name, else the entry.
    func attribute(_ name: String, of value: Value) throws(ChatTemplateError) -> Value {
        if let member = try member(name, of: value) { return member }
        if case .map(let map) = value, let entry = map.value(named: name) { return entry }
        return .undefined(Undefined(.member(of: value.typeName, named: name)))
    }

    /// `value[key]`: the entry, else what Python has under that name.
    func item(_ key: Value, of value: Value) throws(ChatTemplateError) -> Value {
        if case .undefined(let undefined) = value { throw undefinedError(undefined) }
        if let element = try element(key, of: value) { return element }
        guard case .text(let name) = key else {
            return .undefined(Undefined(.element(of: value.typeName)))
        }
        if let member = try member(name.string, of: value) { return member }
        return .undefined(Undefined(.member(of: value.typeName, named: name.string)))
    }

    private func element(_ key: Value, of value: Value) throws(ChatTemplateError) -> Value? {
        if case .map(let map) = value {
            if case .text(let text) = key { try pay(scanning: text.count) }
            return MapKey(key).flatMap { map.value($0) }
        }
        guard let integer = key.integer, let index = Int(exactly: integer) else { return nil }
        switch value {
        case .list(let list), .tuple(let list):
            return index.place(in: list.items.count).map { list.items[$0] }
        case .range(let range): return index.place(in: range.count).map { range.value(at: $0) }
        case .text(let text): return try character(index, of: text)
        default: return nil
        }
    }

    private func character(
        _ index: Int,
        of text: MarkedText
    ) throws(ChatTemplateError) -> Value? {
        if text.bytes.isASCII {
            try pay(scanning: text.count)
            return index.place(in: text.count).map { .text(text.slice($0..<$0 + 1)) }
        }
        try pay(scanning: 4 * text.count)
        guard var place = index.place(in: text.bytes.scalarCount) else { return nil }
        var offset = 0
        while place > 0 {
            offset += text.bytes.scalar(at: offset).byteCount
            place -= 1
        }
        return .text(text.slice(offset..<offset + text.bytes.scalar(at: offset).byteCount))
    }

    /// What Python finds as a member: methods, and values of the few objects templates know.
    ///
    /// There is no way from here to anything but data: names with an underscore in front, and
    /// methods that change a value, are refused.
    private func member(_ name: String, of value: Value) throws(ChatTemplateError) -> Value? {
        if case .namespace(let namespace) = value {
            try pay(steps: namespace.names.count / 16)
            if let entry = namespace[name] { return entry }
        }
        if name.hasPrefix("__") && name.hasSuffix("__") && name.utf8.count > 4 {
            if case .map(let map) = value, map.value(named: name) != nil,
                !Self.internalNames.contains(name)
            {
                return nil
            }
            if case .undefined(let undefined) = value, !Self.internalNames.contains(name) {
                throw undefinedError(undefined)
            }
            return .undefined(Undefined(.refused(of: value.typeName, named: name)))
        }
        switch value {
        case .undefined(let undefined): throw undefinedError(undefined)
        case .text: return TextMethod(rawValue: name).map { _ in method(name, of: value) }
        case .map:
            return member(
                name,
                of: value,
                ["copy", "get", "items", "keys", "values"],
                Self.mapChanges
            )
        case .list: return member(name, of: value, ["copy", "count", "index"], Self.listChanges)
        case .tuple(let list):
            if list.items.count == 2, name == "grouper" { return list.items[0] }
            if list.items.count == 2, name == "list" { return list.items[1] }
            return member(name, of: value, ["count", "index"], [])
        case .loop(let loop): return try member(name, of: loop)
        case .cycler(let cycler):
            if name == "current" { return cycler.items.items[cycler.position] }
            return member(name, of: value, ["next", "reset"], [])
        case .macro(let macro): return name == "name" ? .text(macro.definition.name) : nil
        case .range(let range):
            switch name {
            case "start": return .int(range.start)
            case "step": return .int(range.step)
            case "stop": return .int(range.start + range.count * range.step)
            default: return nil
            }
        case .int, .wide, .bool: return numberMember(name, of: value)
        case .float:
            if name == "real" { return value }
            return member(name, of: value, ["is_integer"], [])
        default: return nil
        }
    }

    private static let mapChanges = ["clear", "pop", "popitem", "setdefault", "update", "fromkeys"]
    private static let listChanges = [
        "append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove",
    ]
    private static let internalNames: Set<String> = [
        "__class__", "__dict__", "__doc__", "__init__", "__new__", "__subclasshook__",
        "__getattribute__", "__hash__", "__reduce__", "__reduce_ex__", "__len__", "__iter__",
        "__contains__", "__getitem__", "__setitem__", "__delitem__", "__dir__", "__eq__",
        "__format__", "__sizeof__", "__str__", "__repr__",
    ]

    private func method(_ name: String, of value: Value) -> Value {
        .method(BoundMethod(value, name))
    }

    private func member(
        _ name: String,
        of value: Value,
        _ methods: [String],
        _ refused: [String]
    ) -> Value? {
        if methods.contains(name) { return method(name, of: value) }
        guard refused.contains(name) else { return nil }
        return .undefined(Undefined(.refused(of: value.typeName, named: name)))
    }

    private func numberMember(_ name: String, of value: Value) -> Value? {
        switch name {
        case "real", "numerator": value.integer.map { Value($0) }
        case "imag": .int(0)
        case "denominator": .int(1)
        case "bit_length": method(name, of: value)
        default: nil
        }
    }

    private func member(_ name: String, of loop: Loop) throws(ChatTemplateError) -> Value? {
        let count = loop.items.count
        let index = loop.index
        switch name {
        case "index": return .int(index + 1)
        case "index0": return .int(index)
        case "revindex": return .int(count - index)
        case "revindex0": return .int(count - index - 1)
        case "first": return .bool(index == 0)
        case "last": return .bool(index == count - 1)
        case "length": return .int(count)
        case "depth": return .int(loop.level + 1)
        case "depth0": return .int(loop.level)
        case "previtem":
            if index > 0, index <= count { return loop.items[index - 1] }
            return .undefined(Undefined(.hint("there is no item before the first")))
        case "nextitem":
            if index + 1 < count { return loop.items[index + 1] }
            return .undefined(Undefined(.hint("there is no item behind the last")))
        case "cycle", "changed": return method(name, of: .loop(loop))
        default: return nil
        }
    }

    // MARK: - Slices

    /// The part of a value that `value[start:end:step]` names.
    func slice(_ value: Value, _ bounds: SliceBounds) throws(ChatTemplateError) -> Value {
        let start = try bound(bounds.start)
        let end = try bound(bounds.end)
        let step = try bound(bounds.step)
        if case .undefined(let undefined) = value { throw undefinedError(undefined) }
        guard case .some(let start) = start, case .some(let end) = end, case .some(let step) = step
        else { throw typeError("the bounds of a slice are whole numbers") }
        if step == .some(0) { throw typeError("the step of a slice is 0") }
        switch value {
        case .text(let text): return .text(try slice(text, start, end, step ?? 1))
        case .list(let list):
            return try self.list(try pick(list.items, start, end, step ?? 1))
        case .tuple(let list):
            return try tuple(try pick(list.items, start, end, step ?? 1))
        case .range(let range):
            let places = SlicePlaces(range.count, start, end, step ?? 1)
            let (stride, overflows) = range.step.multipliedReportingOverflow(by: places.step)
            return .range(
                ValueRange(
                    start: places.count > 0 ? range.start + places.first * range.step : 0,
                    step: overflows ? 1 : stride,
                    count: places.count
                )
            )
        default: throw typeError("a \(value.typeName) cannot be sliced")
        }
    }

    /// The number a bound gives: the outer nil means it is none, the inner that it is left out.
    private func bound(_ expression: Expression?) throws(ChatTemplateError) -> Int?? {
        guard let expression else { return .some(nil) }
        let value = try evaluate(expression)
        if case .null = value { return .some(nil) }
        guard let integer = value.integer else { return nil }
        return .some(Int(clamping: integer))
    }

    private func pick(
        _ items: [Value],
        _ start: Int?,
        _ end: Int?,
        _ step: Int
    ) throws(ChatTemplateError) -> [Value] {
        let places = SlicePlaces(items.count, start, end, step)
        try pay(steps: places.count)
        if places.step == 1 { return Array(items[places.first..<places.first + places.count]) }
        return (0..<places.count).map { items[places.first + $0 * places.step] }
    }

    func slice(
        _ text: MarkedText,
        _ start: Int?,
        _ end: Int?,
        _ step: Int
    ) throws(ChatTemplateError) -> MarkedText {
        if text.bytes.isASCII {
            try pay(text: text.count)
            let places = SlicePlaces(text.count, start, end, step)
            if step == 1 { return text.slice(places.first..<places.first + places.count) }
            let bytes = (0..<places.count).map { text.bytes[places.first + $0 * places.step] }
            var picked = MarkedText(bytes, isInput: text.hasInput)
            picked.isMarkup = text.isMarkup
            return picked
        }
        try pay(text: 8 * text.count)
        var offsets: [Int] = []
        for index in text.bytes.indices where text.bytes.isBoundary(index) { offsets.append(index) }
        let places = SlicePlaces(offsets.count, start, end, step)
        offsets.append(text.count)
        if step == 1 {
            return text.slice(offsets[places.first]..<offsets[places.first + places.count])
        }
        var picked = MarkedText()
        for index in 0..<places.count {
            let place = places.first + index * places.step
            let character = text.bytes[offsets[place]..<offsets[place + 1]]
            picked.append(character, isInput: text.hasInput)
        }
        picked.isMarkup = text.isMarkup
        return picked
    }
}

/// Which elements a slice picks.
struct SlicePlaces {
    let first: Int
    let step: Int
    let count: Int

    init(_ length: Int, _ start: Int?, _ end: Int?, _ wantedStep: Int) {
        // A longer step than the length picks the same.
        let step = max(-length - 1, min(length + 1, wantedStep))
        let low = step > 0 ? 0 : -1
        let high = step > 0 ? length : length - 1
        func place(_ bound: Int?, _ fallback: Int) -> Int {
            guard let bound else { return fallback }
            if bound < 0 { return max(low, bound < -length - 1 ? low : bound + length) }
            return min(high, bound)
        }
        let start = place(start, step > 0 ? low : high)
        let end = place(end, step > 0 ? high : low)
        self.step = step
        if step > 0 {
            count = end > start ? (end - start - 1) / step + 1 : 0
        } else {
            count = start > end ? (start - end - 1) / -step + 1 : 0
        }
        first = count > 0 ? start : 0
    }
}

extension Int {
    /// The place an index means among `count` elements, where -1 is the last; nil outside.
    func place(in count: Int) -> Int? {
        let place = self < 0 ? self &+ count : self
        return place >= 0 && place < count ? place : nil
    }
}
