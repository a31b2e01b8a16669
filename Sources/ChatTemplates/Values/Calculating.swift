#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Renderer {
    /// The result of `left sign right`.
    func apply(_ sign: Sign, _ left: Value, _ right: Value) throws(ChatTemplateError) -> Value {
        if case .undefined(let undefined) = left { throw undefinedError(undefined) }
        if sign == .remainder, case .text(let text) = left {
            return .text(try percentFormat(text, right))
        }
        if case .undefined(let undefined) = right { throw undefinedError(undefined) }
        if let left = left.integer, let right = right.integer {
            return try apply(sign, integer: left, right)
        }
        if let left = left.number, let right = right.number {
            return .float(try apply(sign, float: left, right))
        }
        switch (sign, left, right) {
        case (.add, .text(var left), .text(let right)):
            try pay(text: left.count + right.count)
            left.append(right)
            return .text(left)
        case (.add, .list(let left), .list(let right)):
            try pay(steps: left.items.count + right.items.count)
            return try list(left.items + right.items)
        case (.add, .tuple(let left), .tuple(let right)):
            try pay(steps: left.items.count + right.items.count)
            return try tuple(left.items + right.items)
        case (.multiply, _, _):
            if let count = right.integer, let value = try repeated(left, count) { return value }
            if let count = left.integer, let value = try repeated(right, count) { return value }
        default: break
        }
        throw typeError(
            "a \(left.typeName) and a \(right.typeName) do not go with '\(sign.rawValue)'"
        )
    }

    private func repeated(_ value: Value, _ wanted: Int128) throws(ChatTemplateError) -> Value? {
        let count = max(0, Int(clamping: wanted))
        func size(_ unit: Int) -> Int {
            let (size, overflows) = unit.multipliedReportingOverflow(by: count)
            return overflows ? Int.max : size
        }
        switch value {
        case .text(let text):
            try pay(text: size(text.count))
            if text.isEmpty || count == 0 { return .text(MarkedText()) }
            var whole = MarkedText()
            for _ in 0..<count { whole.append(text) }
            whole.isMarkup = text.isMarkup
            return .text(whole)
        case .list(let list), .tuple(let list):
            try pay(steps: size(list.items.count))
            var items: [Value] = []
            if !list.items.isEmpty { for _ in 0..<count { items += list.items } }
            if case .list = value { return try self.list(items) }
            return try tuple(items)
        default: return nil
        }
    }

    // MARK: - Whole numbers

    private func apply(
        _ sign: Sign,
        integer left: Int128,
        _ right: Int128
    ) throws(ChatTemplateError) -> Value {
        let result: (partialValue: Int128, overflow: Bool)
        switch sign {
        case .add: result = left.addingReportingOverflow(right)
        case .subtract: result = left.subtractingReportingOverflow(right)
        case .multiply: result = left.multipliedReportingOverflow(by: right)
        case .divide:
            guard right != 0 else { throw typeError("a division by zero") }
            return .float(Double(left) / Double(right))
        case .floorDivide, .remainder:
            guard right != 0 else { throw typeError("a division by zero") }
            let (quotient, overflows) = left.dividedReportingOverflow(by: right)
            if overflows { throw limit(.integerSize, 128) }
            let rest = left - quotient * right
            let isBelow = rest != 0 && (rest < 0) != (right < 0)
            if sign == .floorDivide { return Value(isBelow ? quotient - 1 : quotient) }
            return Value(isBelow ? rest + right : rest)
        case .power:
            if right < 0 { return .float(try apply(.power, float: Double(left), Double(right))) }
            result = power(left, right)
        default: throw typeError("'\(sign.rawValue)' is no operation on numbers")
        }
        if result.overflow { throw limit(.integerSize, 128) }
        return Value(result.partialValue)
    }

    private func power(_ base: Int128, _ exponent: Int128) -> (partialValue: Int128, overflow: Bool)
    {
        if base == 0 || base == 1 { return (exponent == 0 ? 1 : base, false) }
        if base == -1 { return (exponent % 2 == 0 ? 1 : -1, false) }
        guard exponent < 128 else { return (0, true) }
        var product: Int128 = 1
        for _ in 0..<Int(exponent) {
            let (next, overflows) = product.multipliedReportingOverflow(by: base)
            if overflows { return (0, true) }
            product = next
        }
        return (product, false)
    }

    func negative(_ value: Value) throws(ChatTemplateError) -> Value {
        if let integer = value.integer {
            let (result, overflows) = Int128(0).subtractingReportingOverflow(integer)
            if overflows { throw limit(.integerSize, 128) }
            return Value(result)
        }
        if case .float(let number) = value { return .float(-number) }
        if case .undefined(let undefined) = value { throw undefinedError(undefined) }
        throw typeError("a \(value.typeName) has no negative")
    }

    func positive(_ value: Value) throws(ChatTemplateError) -> Value {
        if let integer = value.integer { return Value(integer) }
        if case .float = value { return value }
        if case .undefined(let undefined) = value { throw undefinedError(undefined) }
        throw typeError("a \(value.typeName) is no number")
    }

    // MARK: - Other numbers

    private func apply(
        _ sign: Sign,
        float left: Double,
        _ right: Double
    ) throws(ChatTemplateError) -> Double {
        switch sign {
        case .add: return left + right
        case .subtract: return left - right
        case .multiply: return left * right
        case .divide:
            guard right != 0 else { throw typeError("a division by zero") }
            return left / right
        case .floorDivide:
            guard right != 0 else { throw typeError("a division by zero") }
            let quotient = ((left - floorRemainder(left, right)) / right)
            return quotient.rounded()
        case .remainder:
            guard right != 0 else { throw typeError("a division by zero") }
            return floorRemainder(left, right)
        case .power:
            if left == 0, right < 0 { throw typeError("a division by zero") }
            let result = pow(left, right)
            if result.isNaN, !left.isNaN, !right.isNaN {
                throw typeError("a root of a negative number")
            }
            if result.isInfinite, left.isFinite, right.isFinite {
                throw typeError("a power is too large")
            }
            return result
        default: throw typeError("'\(sign.rawValue)' is no operation on numbers")
        }
    }

    private func floorRemainder(_ left: Double, _ right: Double) -> Double {
        let rest = left.truncatingRemainder(dividingBy: right)
        if rest == 0 { return right < 0 ? -0.0 : 0.0 }
        return (rest < 0) != (right < 0) ? rest + right : rest
    }
}
