extension Renderer {
    func call(_ method: BoundMethod, _ arguments: Arguments) throws(ChatTemplateError) -> Value {
        switch method.receiver {
        case .text(let text):
            guard let name = TextMethod(rawValue: method.name) else { break }
            return try call(name, of: text, arguments)
        case .map(let map): return try call(method.name, of: map, arguments)
        case .list(let list), .tuple(let list):
            return try call(method.name, of: list, arguments)
        case .loop(let loop): return try call(method.name, of: loop, arguments)
        case .cycler(let cycler): return try call(method.name, of: cycler, arguments)
        case .float(let number):
            _ = try arguments.bound([], of: method.name, self)
            return .bool(number == number.rounded())
        default:
            _ = try arguments.bound([], of: method.name, self)
            guard let integer = method.receiver.integer else { break }
            return .int(128 - integer.magnitude.leadingZeroBitCount)
        }
        throw typeError("'\(method.name)' cannot be called")
    }

    private func call(
        _ name: String,
        of map: ValueMap,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        if name == "get" {
            guard (1...2).contains(arguments.positional.count), arguments.named.isEmpty else {
                throw typeError("'get' takes a key and a default")
            }
            let key = arguments.positional[0]
            let fallback = arguments.positional.count > 1 ? arguments.positional[1] : Value.null
            guard let mapKey = MapKey(key) else {
                throw typeError("a \(key.typeName) cannot be a key")
            }
            if case .text(let text) = key { try pay(scanning: text.count) }
            return map.value(mapKey) ?? fallback
        }
        _ = try arguments.bound([], of: name, self)
        switch name {
        case "items": return .view(MapView(map: map, part: .items))
        case "keys": return .view(MapView(map: map, part: .keys))
        case "values": return .view(MapView(map: map, part: .values))
        default: return .map(map)
        }
    }

    private func call(
        _ name: String,
        of list: ValueList,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        if name == "copy" { return .list(list) }
        guard let wanted = arguments.positional.first, arguments.named.isEmpty,
            arguments.positional.count == 1 || name == "index"
        else { throw typeError("'\(name)' takes one value") }
        var start = 0
        var end = list.items.count
        if arguments.positional.count > 1 {
            let places = SlicePlaces(
                list.items.count,
                try count(arguments.positional[1], 0),
                arguments.positional.count > 2 ? try count(arguments.positional[2], 0) : nil,
                1
            )
            start = places.first
            end = places.first + places.count
        }
        var found = 0
        for index in start..<end {
            try pay(steps: 1)
            guard try equal(list.items[index], wanted) else { continue }
            if name == "index" { return .int(index) }
            found += 1
        }
        if name == "index" { throw typeError("a list does not hold what is looked for") }
        return .int(found)
    }

    private func call(
        _ name: String,
        of loop: Loop,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        guard arguments.named.isEmpty else { throw typeError("'\(name)' takes no named values") }
        let given = arguments.positional
        if name == "cycle" {
            guard !given.isEmpty else { throw typeError("'cycle' needs values") }
            return given[loop.index % given.count]
        }
        if let last = loop.lastChanged, last.count == given.count {
            var isSame = true
            for (left, right) in zip(last, given) where isSame { isSame = try equal(left, right) }
            if isSame { return .bool(false) }
        }
        loop.lastChanged = given
        return .bool(true)
    }

    private func call(
        _ name: String,
        of cycler: Cycler,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        _ = try arguments.bound([], of: name, self)
        if name == "reset" {
            cycler.position = 0
            return .null
        }
        let value = cycler.items.items[cycler.position]
        cycler.position = (cycler.position + 1) % cycler.items.items.count
        return value
    }
}
