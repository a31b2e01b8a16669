/// Automata over the texts of numbers.
///
/// Numbers are written plainly (`-12.50`), or scientifically with one digit before the point and an
/// exponent of at most ``largestExponent``. Within each of the two ways of writing, an automaton
/// has all texts of a value or none, so that sets of values can be cut, joined and inverted.
enum NumberTexts {
    static let largestExponent = 20
    /// Digits after the point of a scientific text.
    static let scientificDigits = 17

    static let alphabet = Array("+-.0123456789Ee".utf8)

    /// How a value lies to a bound.
    enum Relation {
        case atLeast, above, atMost, below

        func holds(_ order: Int) -> Bool {
            switch self {
            case .atLeast: order >= 0
            case .above: order > 0
            case .atMost: order <= 0
            case .below: order < 0
            }
        }
    }

    /// Builds the automaton of a machine that reads numbers character by character.
    static func explore<State: Hashable>(
        from start: State,
        budget: CompileBudget,
        path: String,
        step: (State, UInt8) -> State?,
        accepts: (State) -> Bool
    ) throws(GrammarError) -> ScalarAutomaton {
        var starts: Set<UInt32> = [0]
        for byte in alphabet { starts.formUnion([UInt32(byte), UInt32(byte) + 1]) }
        var result = ScalarAutomaton(classStarts: starts.sorted(), table: [], isAccepting: [])
        var states = [start]
        var numbers = [start: Int32(0)]
        var next = 0
        while next < states.count {
            let state = states[next]
            next += 1
            try budget.spend(result.classCount, at: path)
            result.isAccepting.append(accepts(state))
            for value in result.classStarts {
                guard let byte = UInt8(exactly: value), alphabet.contains(byte),
                    let target = step(state, byte)
                else {
                    result.table.append(-1)
                    continue
                }
                let number = numbers[target] ?? Int32(states.count)
                if number == states.count {
                    numbers[target] = number
                    states.append(target)
                    try budget.checkStates(states.count, at: path)
                }
                result.table.append(number)
            }
        }
        return try result.trimmed(budget: budget, path: path)
    }

    // MARK: - Plain texts

    /// Reads a plain text and compares it with a bound on the way.
    private struct PlainComparison: Hashable {
        enum Phase { case start, sign, zero, whole, point, fraction }

        var phase = Phase.start
        var isNegative = false
        var isNonzero = false
        /// Digits read of the part at hand, as long as they matter.
        var count = 0
        /// How the magnitude's digits so far lie to the bound's.
        var order = 0
    }

    static func plain(
        _ relation: Relation,
        _ bound: Decimal,
        budget: CompileBudget,
        path: String
    ) throws(GrammarError) -> ScalarAutomaton {
        let whole = bound.integerDigits
        let fraction = bound.fractionDigits
        return try explore(
            from: PlainComparison(),
            budget: budget,
            path: path,
            step: { step($0, $1, whole: whole, fraction: fraction) },
            accepts: { state in
                switch state.phase {
                case .start, .sign, .point: return false
                case .zero, .whole, .fraction:
                    var order = state.order
                    if state.phase != .fraction { order = wholeOrder(state, whole) }
                    if order == 0 {
                        let rest = state.phase == .fraction ? state.count : 0
                        if rest < fraction.count { order = -1 }
                    }
                    return relation.holds(signed(order, state, bound))
                }
            }
        )
    }

    /// How a value lies to the bound, given how the magnitudes lie.
    private static func signed(_ order: Int, _ state: PlainComparison, _ bound: Decimal) -> Int {
        let isNegative = state.isNegative && state.isNonzero
        if isNegative != bound.isNegative { return isNegative ? -1 : 1 }
        return isNegative ? -order : order
    }

    private static func wholeOrder(_ state: PlainComparison, _ whole: [UInt8]) -> Int {
        state.count == whole.count ? state.order : (state.count < whole.count ? -1 : 1)
    }

    private static func step(
        _ state: PlainComparison,
        _ byte: UInt8,
        whole: [UInt8],
        fraction: [UInt8]
    ) -> PlainComparison? {
        var next = state
        if byte == UInt8(ascii: "-") {
            guard state.phase == .start else { return nil }
            next.phase = .sign
            next.isNegative = true
            return next
        }
        if byte == UInt8(ascii: ".") {
            guard state.phase == .zero || state.phase == .whole else { return nil }
            next.order = wholeOrder(state, whole)
            next.count = 0
            next.phase = .point
            return next
        }
        guard (0x30...0x39).contains(byte) else { return nil }
        let digit = byte - 0x30
        if digit != 0 { next.isNonzero = true }
        switch state.phase {
        case .zero: return nil
        case .start, .sign, .whole:
            if digit == 0, state.phase != .whole {
                next.phase = .zero
                return next
            }
            next.phase = .whole
            if state.order == 0, state.count < whole.count {
                next.order = digit < whole[state.count] ? -1 : (digit > whole[state.count] ? 1 : 0)
            }
            next.count = min(state.count + 1, whole.count + 1)
        case .point, .fraction:
            next.phase = .fraction
            guard state.order == 0 else { return next }
            let other = state.count < fraction.count ? fraction[state.count] : 0
            next.order = digit < other ? -1 : (digit > other ? 1 : 0)
            next.count = next.order == 0 ? min(state.count + 1, fraction.count) : 0
        }
        if next.count > whole.count, next.phase == .whole { next.order = 0 }
        return next
    }

    // MARK: - Multiples

    private struct Remainder: Hashable {
        enum Phase { case start, sign, zero, whole, point, fraction }

        var phase = Phase.start
        var remainder = 0
        /// Digits after the point.
        var count = 0
    }

    /// Plain texts of the multiples of a positive decimal.
    static func multiples(
        of divisor: Decimal,
        budget: CompileBudget,
        path: String
    ) throws(GrammarError) -> ScalarAutomaton {
        // Everything times ten to `places` is whole.
        let places = divisor.fractionDigits.count
        var scaled = 0
        for digit in divisor.integerDigits + divisor.fractionDigits {
            scaled = scaled * 10 + Int(digit)
            guard scaled <= budget.limits.states else {
                throw .unsupported(
                    feature: "multipleOf",
                    path: path,
                    reason: "only divisors with few digits can be held by an automaton"
                )
            }
        }
        let modulus = max(scaled, 1)
        return try explore(
            from: Remainder(),
            budget: budget,
            path: path,
            step: { state, byte in step(state, byte, modulus: modulus, places: places) },
            accepts: { state in
                guard state.phase != .start, state.phase != .sign, state.phase != .point else {
                    return false
                }
                var remainder = state.remainder
                for _ in state.count..<max(places, state.count) {
                    remainder = remainder * 10 % modulus
                }
                return remainder == 0
            }
        )
    }

    private static func step(
        _ state: Remainder,
        _ byte: UInt8,
        modulus: Int,
        places: Int
    ) -> Remainder? {
        var next = state
        switch byte {
        case UInt8(ascii: "-"):
            guard state.phase == .start else { return nil }
            next.phase = .sign
        case UInt8(ascii: "."):
            guard state.phase == .zero || state.phase == .whole else { return nil }
            next.phase = .point
        case 0x30...0x39:
            let digit = Int(byte - 0x30)
            switch state.phase {
            case .zero: return nil
            case .start, .sign: next.phase = digit == 0 ? .zero : .whole
            case .whole: break
            case .point, .fraction:
                next.phase = .fraction
                if state.count == places { return digit == 0 ? next : nil }
                next.count += 1
            }
            next.remainder = (state.remainder * 10 + digit) % modulus
        default: return nil
        }
        return next
    }
}
