extension Renderer {
    func groupingFilter(
        _ filter: FilterName,
        _ value: Value,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        switch filter {
        case .batch: return try batch(value, arguments)
        case .slice: return try sliceFilter(value, arguments)
        case .groupby: return try groupBy(value, arguments)
        case .dictsort: return try dictSort(value, arguments)
        case .sort: return try sort(value, arguments)
        case .unique: return try unique(value, arguments)
        default: return try extreme(filter, value, arguments)
        }
    }

    private func batch(_ value: Value, _ arguments: Arguments) throws(ChatTemplateError) -> Value {
        let values = try arguments.bound(["linecount", "fill_with"], of: "batch", self)
        let size = try count(values[0] ?? .null, 0)
        var batches: [Value] = []
        var batch: [Value] = []
        for item in try items(of: value) {
            try pay(steps: 1)
            if batch.count == size {
                batches.append(try list(batch))
                batch = []
            }
            batch.append(item)
        }
        if !batch.isEmpty {
            if let fill = values[1], batch.count < size {
                try pay(steps: size - batch.count)
                batch += Array(repeating: fill, count: size - batch.count)
            }
            batches.append(try list(batch))
        }
        return try generator(batches)
    }

    private func sliceFilter(
        _ value: Value,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        let values = try arguments.bound(["slices", "fill_with"], of: "slice", self)
        let count = try count(values[0] ?? .null, 0)
        guard count != 0 else { throw typeError("a division by zero") }
        if count < 0 { return try generator([]) }
        let items = try items(of: value)
        try pay(steps: count)
        try pay(steps: items.count)
        let shortest = items.count / count
        let longer = items.count % count
        var slices: [Value] = []
        var start = 0
        for index in 0..<count {
            let end = start + shortest + (index < longer ? 1 : 0)
            var slice = Array(items[start..<end])
            if let fill = values[1], index >= longer { slice.append(fill) }
            slices.append(try list(slice))
            start = end
        }
        return try generator(slices)
    }

    private func groupBy(
        _ value: Value,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        let names = ["attribute", "default", "case_sensitive"]
        let values = try arguments.bound(names, of: "groupby", self)
        let isCaseSensitive = try flag(values[2], false)
        let path = try attributePath(values[0] ?? .null)
        let key = { [self] (item: Value) throws(ChatTemplateError) -> Value in
            try follow(path, in: item, fallback: values[1])
        }
        let items = try sorted(
            try items(of: value),
            isReversed: false,
            isCaseSensitive: isCaseSensitive,
            skipsEqual: false
        ) { (item) throws(ChatTemplateError) -> [Value] in [try key(item)] }
        var groups: [(key: Value, compared: Value, items: [Value])] = []
        for item in items {
            try pay(steps: 1)
            let found = try key(item)
            let compared = isCaseSensitive ? found : try ignoringCase(found)
            if let last = groups.last, try equal(last.compared, compared) {
                groups[groups.count - 1].items.append(item)
            } else {
                groups.append((found, compared, [item]))
            }
        }
        var result: [Value] = []
        for group in groups { result.append(try tuple([group.key, try list(group.items)])) }
        return try list(result)
    }

    private func dictSort(
        _ value: Value,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        let values = try arguments.bound(
            ["case_sensitive", "by", "reverse"],
            of: "dictsort",
            self
        )
        guard case .map(let map) = value else {
            if case .undefined(let undefined) = value { throw undefinedError(undefined) }
            throw typeError("only a dict can be sorted as one, not a \(value.typeName)")
        }
        let by = try values[1].map { value throws(ChatTemplateError) in
            try text(of: value).string
        }
        guard by == nil || by == "key" || by == "value" else {
            throw typeError("dictsort sorts by key or by value")
        }
        try pay(steps: map.count)
        let pairs = try sorted(
            map.pairs,
            isReversed: try flag(values[2], false),
            isCaseSensitive: try flag(values[0], false),
            skipsEqual: false
        ) { (pair) throws(ChatTemplateError) -> [Value] in
            [try items(of: pair)[by == "value" ? 1 : 0]]
        }
        return try list(pairs)
    }

    private func sort(_ value: Value, _ arguments: Arguments) throws(ChatTemplateError) -> Value {
        let names = ["reverse", "case_sensitive", "attribute"]
        let values = try arguments.bound(names, of: "sort", self)
        var paths: [[Value]] = [[]]
        if let attribute = values[2] {
            if case .text(let text) = attribute {
                paths = []
                let parts = text.string.split(separator: ",", omittingEmptySubsequences: false)
                for part in parts { paths.append(try attributePath(.text(String(part)))) }
            } else if case .null = attribute {
                paths = [[]]
            } else {
                paths = [[attribute]]
            }
        }
        let items = try sorted(
            try items(of: value),
            isReversed: try flag(values[0], false),
            isCaseSensitive: try flag(values[1], false)
        ) { (item) throws(ChatTemplateError) -> [Value] in
            var keys: [Value] = []
            for path in paths { keys.append(try follow(path, in: item, fallback: nil)) }
            return keys
        }
        return try list(items)
    }

    private func unique(
        _ value: Value,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        let values = try arguments.bound(["case_sensitive", "attribute"], of: "unique", self)
        let isCaseSensitive = try flag(values[0], false)
        let path = try path(values[1])
        var seen: Set<MapKey> = []
        var kept: [Value] = []
        for item in try items(of: value) {
            try pay(steps: 1)
            let found = try follow(path, in: item, fallback: nil)
            let compared = isCaseSensitive ? found : try ignoringCase(found)
            guard let key = MapKey(compared) else {
                throw typeError("a \(found.typeName) cannot be compared for being unique")
            }
            if seen.insert(key).inserted { kept.append(item) }
        }
        return try generator(kept)
    }

    private func path(_ attribute: Value?) throws(ChatTemplateError) -> [Value] {
        guard let attribute else { return [] }
        if case .null = attribute { return [] }
        return try attributePath(attribute)
    }

    private func extreme(
        _ filter: FilterName,
        _ value: Value,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        let names = ["case_sensitive", "attribute"]
        let values = try arguments.bound(names, of: filter.rawValue, self)
        let isCaseSensitive = try flag(values[0], false)
        let path = try path(values[1])
        var best: (item: Value, key: Value)?
        for item in try items(of: value) {
            try pay(steps: 1)
            let found = try follow(path, in: item, fallback: nil)
            let key = isCaseSensitive ? found : try ignoringCase(found)
            guard let current = best else {
                best = (item, key)
                continue
            }
            let order = try order(key, current.key) ?? 0
            if filter == .max ? order > 0 : order < 0 { best = (item, key) }
        }
        let hint = "an empty sequence has no least and no greatest item"
        return best?.item ?? .undefined(Undefined(.hint(hint)))
    }
}
