extension Renderer {
    func comparison(
        _ first: Expression,
        _ parts: [(comparison: Comparison, operand: Expression)]
    ) throws(ChatTemplateError) -> Value {
        let line = line
        var left = try evaluate(first)
        for part in parts {
            let right = try evaluate(part.operand)
            self.line = line
            guard try holds(part.comparison, left, right) else { return .bool(false) }
            left = right
        }
        return .bool(true)
    }

    func holds(
        _ comparison: Comparison,
        _ left: Value,
        _ right: Value
    ) throws(ChatTemplateError) -> Bool {
        switch comparison {
        case .equal: try equal(left, right)
        case .notEqual: !(try equal(left, right))
        case .less: try order(left, right).map { $0 < 0 } ?? false
        case .lessOrEqual: try order(left, right).map { $0 <= 0 } ?? false
        case .greater: try order(left, right).map { $0 > 0 } ?? false
        case .greaterOrEqual: try order(left, right).map { $0 >= 0 } ?? false
        case .isIn: try contains(right, left)
        case .isNotIn: !(try contains(right, left))
        }
    }

    // MARK: - Equality

    func equal(_ left: Value, _ right: Value) throws(ChatTemplateError) -> Bool {
        switch (left, right) {
        case (.text(let left), .text(let right)):
            guard left.count == right.count else { return false }
            try pay(scanning: left.count)
            return left.bytes == right.bytes
        case (.null, .null), (.undefined, .undefined): return true
        case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
            if left === right { return true }
            return try equal(left.items, right.items)
        case (.map(let left), .map(let right)): return try equal(left, right)
        case (.range(let left), .range(let right)):
            guard left.count == right.count else { return false }
            if left.count == 0 { return true }
            return left.start == right.start && (left.count == 1 || left.step == right.step)
        case (.namespace(let left), .namespace(let right)): return left === right
        case (.macro(let left), .macro(let right)): return left === right
        case (.loop(let left), .loop(let right)): return left === right
        case (.generator(let left), .generator(let right)): return left === right
        case (.function(let left), .function(let right)): return left == right
        default: return order(numbers: left, right) == 0
        }
    }

    private func equal(_ left: [Value], _ right: [Value]) throws(ChatTemplateError) -> Bool {
        guard left.count == right.count else { return false }
        try enter()
        defer { leave() }
        for (left, right) in zip(left, right) {
            try pay(steps: 1)
            guard try equal(left, right) else { return false }
        }
        return true
    }

    private func equal(_ left: ValueMap, _ right: ValueMap) throws(ChatTemplateError) -> Bool {
        guard left !== right else { return true }
        guard left.count == right.count else { return false }
        try enter()
        defer { leave() }
        for (key, value) in zip(left.keys, left.values) {
            try pay(steps: 1)
            guard let other = MapKey(key).flatMap({ right.value($0) }) else { return false }
            guard try equal(value, other) else { return false }
        }
        return true
    }

    // MARK: - Order

    /// Negative, zero or positive; nil if a number is no number.
    func order(_ left: Value, _ right: Value) throws(ChatTemplateError) -> Int? {
        switch (left, right) {
        case (.text(let left), .text(let right)):
            try pay(scanning: min(left.count, right.count))
            // UTF-8 sorts as the scalars do.
            return left.bytes.order(right.bytes)
        case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
            try enter()
            defer { leave() }
            for (left, right) in zip(left.items, right.items) {
                try pay(steps: 1)
                if !(try equal(left, right)) { return try order(left, right) }
            }
            return left.items.count - right.items.count
        case (.undefined(let undefined), _), (_, .undefined(let undefined)):
            throw undefinedError(undefined)
        default:
            guard left.number != nil, right.number != nil else {
                throw typeError(
                    "a \(left.typeName) and a \(right.typeName) have no order between them"
                )
            }
            return order(numbers: left, right)
        }
    }

    private func order(numbers left: Value, _ right: Value) -> Int? {
        if let left = left.integer, let right = right.integer {
            return left < right ? -1 : left == right ? 0 : 1
        }
        guard let leftNumber = left.number, let rightNumber = right.number else { return nil }
        // A whole number that a Double cannot hold is compared as what it is.
        if let integer = left.integer, let other = Int128(exactly: rightNumber.rounded(.down)) {
            if integer != other { return integer < other ? -1 : 1 }
            return rightNumber > rightNumber.rounded(.down) ? -1 : 0
        }
        if right.integer != nil, Int128(exactly: leftNumber.rounded(.down)) != nil {
            return order(numbers: right, left).map { -$0 }
        }
        if leftNumber.isNaN || rightNumber.isNaN { return nil }
        return leftNumber < rightNumber ? -1 : leftNumber == rightNumber ? 0 : 1
    }

    // MARK: - Membership

    /// Whether `element in container` holds.
    func contains(_ container: Value, _ element: Value) throws(ChatTemplateError) -> Bool {
        switch container {
        case .text(let text):
            guard case .text(let part) = element else {
                if case .undefined(let undefined) = element { throw undefinedError(undefined) }
                throw typeError("a \(element.typeName) cannot be part of a str")
            }
            try pay(scanning: 2 * (text.count + part.count))
            return text.bytes.firstPlace(of: part.bytes, from: 0) != nil
        case .map(let map):
            guard let key = MapKey(element) else {
                throw typeError("a \(element.typeName) cannot be a key")
            }
            return map.value(key) != nil
        case .view(let view) where view.part == .keys:
            return MapKey(element).map { view.map.value($0) != nil } ?? false
        case .generator(let generator):
            while let item = generator.next() {
                try pay(steps: 1)
                if try equal(item, element) { return true }
            }
            return false
        default:
            for item in try items(of: container) {
                try pay(steps: 1)
                if try equal(item, element) { return true }
            }
            return false
        }
    }
}

extension [UInt8] {
    /// Negative, zero or positive.
    func order(_ other: [UInt8]) -> Int {
        for (left, right) in zip(self, other) where left != right { return left < right ? -1 : 1 }
        return count - other.count
    }
}
