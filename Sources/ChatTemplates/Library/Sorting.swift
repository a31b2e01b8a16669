extension Renderer {
    /// Sorts by halves and merges them: stable, and the comparison may fail.
    func sorted<Element>(
        _ elements: [Element],
        by order: (Element, Element) throws(ChatTemplateError) -> Int
    ) throws(ChatTemplateError) -> [Element] {
        var from = elements
        var width = 1
        while width < from.count {
            try pay(steps: from.count)
            var merged: [Element] = []
            merged.reserveCapacity(from.count)
            var start = 0
            while start < from.count {
                let middle = min(start + width, from.count)
                let end = min(middle + width, from.count)
                var left = start
                var right = middle
                while left < middle || right < end {
                    let takesLeft: Bool
                    if left == middle {
                        takesLeft = false
                    } else if right == end {
                        takesLeft = true
                    } else {
                        takesLeft = try order(from[left], from[right]) <= 0
                    }
                    merged.append(from[takesLeft ? left : right])
                    if takesLeft { left += 1 } else { right += 1 }
                }
                start = end
            }
            from = merged
            width *= 2
        }
        return from
    }

    /// Sorts values by keys of each; texts without regard to case, unless that is asked for.
    ///
    /// With `skipsEqual`, equal keys need no order between them, as in Python's lists.
    func sorted(
        _ items: [Value],
        isReversed: Bool,
        isCaseSensitive: Bool,
        skipsEqual: Bool = true,
        key: (Value) throws(ChatTemplateError) -> [Value]
    ) throws(ChatTemplateError) -> [Value] {
        var keyed: [(keys: [Value], item: Value)] = []
        for item in items {
            var keys: [Value] = []
            for value in try key(item) {
                keys.append(isCaseSensitive ? value : try ignoringCase(value))
            }
            keyed.append((keys, item))
        }
        let sign = isReversed ? -1 : 1
        return try sorted(keyed) { (left, right) throws(ChatTemplateError) in
            for (left, right) in zip(left.keys, right.keys) {
                if skipsEqual, try equal(left, right) { continue }
                return sign * (try order(left, right) ?? 0)
            }
            return 0
        }.map(\.item)
    }

    func ignoringCase(_ value: Value) throws(ChatTemplateError) -> Value {
        guard case .text(let text) = value else { return value }
        return .text(try lowercased(text))
    }
}
