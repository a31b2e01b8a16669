extension NumberTexts {
    /// Reads a scientific text and compares it with a bound on the way.
    private struct Comparison: Hashable {
        enum Phase { case start, sign, first, point, digits, letter, exponentSign, exponent }

        var phase = Phase.start
        var isNegative = false
        /// Digits of the mantissa read.
        var count = 0
        /// How the mantissa's digits so far lie to the bound's.
        var order = 0
        var exponentIsNegative = false
        var exponent = 0
        var exponentDigits = 0
    }

    /// Scientific texts whose value lies so to a bound.
    static func scientific(
        _ relation: Relation,
        _ bound: Decimal,
        budget: CompileBudget,
        path: String
    ) throws(GrammarError) -> ScalarAutomaton {
        try explore(
            from: Comparison(),
            budget: budget,
            path: path,
            step: { step($0, $1, bound) },
            accepts: { state in
                guard state.phase == .exponent else { return false }
                if state.isNegative != bound.isNegative || bound.digits.isEmpty {
                    return relation.holds(state.isNegative ? -1 : 1)
                }
                let exponent = state.exponentIsNegative ? -state.exponent : state.exponent
                // The text has its point after the first digit, the decimal before it.
                let own = exponent + 1
                let order = own == bound.exponent ? state.order : (own < bound.exponent ? -1 : 1)
                return relation.holds(state.isNegative ? -order : order)
            }
        )
    }

    private static func step(_ state: Comparison, _ byte: UInt8, _ bound: Decimal) -> Comparison? {
        var next = state
        switch byte {
        case UInt8(ascii: "-"):
            if state.phase == .start {
                next.phase = .sign
                next.isNegative = true
                return next
            }
            guard state.phase == .letter else { return nil }
            next.phase = .exponentSign
            next.exponentIsNegative = true
        case UInt8(ascii: "+"):
            guard state.phase == .letter else { return nil }
            next.phase = .exponentSign
        case UInt8(ascii: "."):
            guard state.phase == .first else { return nil }
            next.phase = .point
        case UInt8(ascii: "e"), UInt8(ascii: "E"):
            guard state.phase == .first || state.phase == .digits else { return nil }
            // What the bound has beyond the digits read makes it the larger one.
            if state.order == 0, state.count < bound.digits.count { next.order = -1 }
            next.count = 0
            next.phase = .letter
        default: return digitStep(state, byte, bound)
        }
        return next
    }

    private static func digitStep(
        _ state: Comparison,
        _ byte: UInt8,
        _ bound: Decimal
    ) -> Comparison? {
        guard (0x30...0x39).contains(byte) else { return nil }
        let digit = byte - 0x30
        var next = state
        switch state.phase {
        case .first: return nil
        case .start, .sign, .point, .digits:
            let isFirst = state.phase == .start || state.phase == .sign
            if isFirst, digit == 0 { return nil }
            guard state.count <= scientificDigits else { return nil }
            next.phase = isFirst ? .first : .digits
            if state.order == 0 {
                let other = state.count < bound.digits.count ? bound.digits[state.count] : 0
                next.order = digit < other ? -1 : (digit > other ? 1 : 0)
            }
            next.count += 1
        case .letter, .exponentSign, .exponent:
            next.phase = .exponent
            next.exponent = state.exponent * 10 + Int(digit)
            next.exponentDigits += 1
            guard next.exponent <= largestExponent, next.exponentDigits <= 2 else { return nil }
        }
        return next
    }
}
