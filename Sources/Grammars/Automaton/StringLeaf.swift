/// Reads a JSON string whose content, unescaped, obeys a rule.
///
/// Bytes are decoded as they come: raw UTF-8, short escapes, `\uXXXX`, surrogate pairs; the rule
/// sees scalars. A scalar that is half read is kept as the range it can still become, and as less
/// than that where the whole range leads to one place, so that few states arise.
struct StringLeaf: Hashable, Sendable {
    /// What the content must be.
    enum Content: Hashable, Sendable {
        /// Any content of a length in scalars.
        case lengths(atLeast: Int, atMost: Int?)
        /// What an automaton matches.
        case matching(ScalarAutomaton)
    }

    let content: Content

    // A state is the content's state in the upper half; in the lower half a phase (4 bits) and a
    // value (28 bits).
    private enum Phase: UInt32 {
        case start = 0
        /// Between two scalars.
        case content = 1
        case closed = 2
        /// In UTF-8: the value is the scalar's bits so far and in bits 24... how many bytes follow.
        case utf8 = 3
        /// As `utf8`, but the content's state has moved on already.
        case utf8Known = 4
        /// After a backslash.
        case escape = 5
        /// In `\uXXXX`: the bits so far, and in bits 24... how many digits follow.
        case hex = 6
        /// As `hex`, but the content's state has moved on already.
        case hexKnown = 7
        /// In a surrogate pair: the bits so far, and in bits 24... how many bytes follow.
        case pair = 8
        /// As `pair`, but the content's state has moved on already.
        case pairKnown = 9
    }

    var isEmpty: Bool {
        switch content {
        case .lengths(let least, let most): least > most ?? least
        case .matching(let automaton): automaton.isEmpty
        }
    }

    var byteCount: Int {
        guard case .matching(let automaton) = content else { return 32 }
        return automaton.table.count * 4 + automaton.stateCount
    }

    func isAccepting(_ state: Int64) -> Bool { Self.phase(state) == .closed }

    // MARK: - Far from a bound

    /// For how many scalars any plain text may follow, where that can be told at once.
    func plainDepth(_ state: Int64) -> Int? {
        guard Self.phase(state) == .content, case .lengths(_, let most) = content else {
            return nil
        }
        return most.map { $0 - Int(state >> 32) } ?? Int.max
    }

    /// A state that cannot be told apart from `state` within `distance` scalars.
    ///
    /// Counts far below a bound are all alike, so a long text needs few masks.
    func representative(_ state: Int64, within distance: Int) -> Int64 {
        guard case .lengths(let least, let most) = content else { return state }
        switch Self.phase(state) {
        case .start, .closed: return state
        default: break
        }
        let count = Int(state >> 32)
        let isFarBelow = most.map { $0 - count > distance } ?? true
        guard isFarBelow else { return state }
        let low = state & 0xFFFF_FFFF
        if count >= least { return Int64(least) << 32 | low }
        return least - count > distance ? low : state
    }

    // MARK: - Packing

    private static func phase(_ state: Int64) -> Phase {
        Phase(rawValue: UInt32(truncatingIfNeeded: state) >> 28) ?? .closed
    }

    private static func value(_ state: Int64) -> UInt32 {
        UInt32(truncatingIfNeeded: state) & 0xFF_FFFF
    }

    private static func rest(_ state: Int64) -> UInt32 {
        UInt32(truncatingIfNeeded: state) >> 24 & 15
    }

    private static func pack(
        _ inner: Int32,
        _ phase: Phase,
        _ value: UInt32 = 0,
        rest: UInt32 = 0
    ) -> Int64 {
        Int64(inner) << 32 | Int64(phase.rawValue << 28 | rest << 24 | value)
    }

    // MARK: - The rule

    private func target(
        _ inner: Int32,
        _ range: ClosedRange<UInt32>
    )
        -> ScalarAutomaton.RangeTarget
    {
        switch content {
        case .matching(let automaton): return automaton.target(inner, range)
        case .lengths(let least, let most):
            if let most { return .uniform(inner < most ? inner + 1 : nil) }
            return .uniform(min(inner + 1, Int32(least)))
        }
    }

    private func canEnd(_ inner: Int32) -> Bool {
        switch content {
        case .matching(let automaton): automaton.isAccepting[Int(inner)]
        case .lengths(let least, _): inner >= least
        }
    }

    private func after(_ inner: Int32, _ scalar: UInt32) -> Int64? {
        guard case .uniform(let next?) = target(inner, scalar...scalar) else { return nil }
        return Self.pack(next, .content)
    }

    // MARK: - Steps

    func step(_ state: Int64, _ byte: UInt8) -> Int64? {
        let inner = Int32(truncatingIfNeeded: state >> 32)
        let value = Self.value(state)
        let rest = Self.rest(state)
        switch Self.phase(state) {
        case .start: return byte == 0x22 ? Self.pack(0, .content) : nil
        case .closed: return nil
        case .content: return stepContent(inner, byte)
        case .utf8:
            let demand = Self.demand(value, rest: rest)
            guard let bits = Self.continuation(byte, demand) else { return nil }
            return settled(inner, .utf8, value << 6 | bits, rest: rest - 1, bitsPerStep: 6)
        case .utf8Known:
            // The value is what the first byte asks of the second.
            guard Self.continuation(byte, value) != nil else { return nil }
            return rest == 1
                ? Self.pack(inner, .content) : Self.pack(inner, .utf8Known, 2, rest: rest - 1)
        case .escape: return stepEscape(inner, byte)
        case .hex:
            guard let digit = Self.hexDigit(byte) else { return nil }
            let bits = value << 4 | digit
            if rest == 3, (0xD8...0xDB).contains(bits) {
                return settledPair(inner, bits & 3, rest: 8)
            }
            if rest == 3, (0xDC...0xDF).contains(bits) { return nil }
            return settled(inner, .hex, bits, rest: rest - 1, bitsPerStep: 4)
        case .hexKnown:
            guard Self.hexDigit(byte) != nil else { return nil }
            return rest == 1
                ? Self.pack(inner, .content) : Self.pack(inner, .hexKnown, rest: rest - 1)
        case .pair: return stepPair(inner, value, rest, byte, isKnown: false)
        case .pairKnown: return stepPair(inner, value, rest, byte, isKnown: true)
        }
    }

    private func stepContent(_ inner: Int32, _ byte: UInt8) -> Int64? {
        switch byte {
        case 0x22: return canEnd(inner) ? Self.pack(0, .closed) : nil
        case 0x5C:
            return isAlive(inner, 0...0x10FFFF) ? Self.pack(inner, .escape) : nil
        case 0..<0x20: return nil
        case 0x20..<0x80: return after(inner, UInt32(byte))
        case 0xC2...0xDF:
            return settled(inner, .utf8, UInt32(byte & 31), rest: 1, bitsPerStep: 6)
        case 0xE0...0xEF:
            return settled(inner, .utf8, UInt32(byte & 15), rest: 2, bitsPerStep: 6)
        case 0xF0...0xF4:
            return settled(inner, .utf8, UInt32(byte & 7), rest: 3, bitsPerStep: 6)
        default: return nil
        }
    }

    /// Reads `\` and what may follow at once.
    private func stepEscape(_ inner: Int32, _ byte: UInt8) -> Int64? {
        switch byte {
        case 0x22, 0x5C, 0x2F: after(inner, UInt32(byte))
        case 0x62: after(inner, 0x08)
        case 0x66: after(inner, 0x0C)
        case 0x6E: after(inner, 0x0A)
        case 0x72: after(inner, 0x0D)
        case 0x74: after(inner, 0x09)
        case 0x75: Self.pack(inner, .hex, rest: 4)
        default: nil
        }
    }

    /// A scalar of which `rest` steps are missing: dead, known, or still open.
    private func settled(
        _ inner: Int32,
        _ phase: Phase,
        _ value: UInt32,
        rest: UInt32,
        bitsPerStep: UInt32
    ) -> Int64? {
        guard rest > 0 else { return after(inner, value) }
        let shift = rest * bitsPerStep
        var low = value << shift
        var high = low | (1 << shift - 1)
        if phase == .utf8 {
            // No overlong forms, no surrogates, nothing past the last scalar.
            if rest == 2, low < 0x800 { low = 0x800 }
            if rest == 2, low == 0xD000 { high = 0xD7FF }
            if rest == 3 {
                low = max(low, 0x10000)
                high = min(high, 0x10FFFF)
            }
        } else if value == 0xD, rest == 3 {
            // Either a scalar below the surrogates, or the first half of a pair.
            let canFinish = isAlive(inner, 0xD000...0xD7FF) || isAlive(inner, 0x10000...0x10FFFF)
            return canFinish ? Self.pack(inner, phase, value, rest: rest) : nil
        }
        switch target(inner, low...high) {
        case .uniform(nil): return nil
        case .uniform(let next?):
            return phase == .utf8
                ? Self.pack(next, .utf8Known, Self.demand(value, rest: rest), rest: rest)
                : Self.pack(next, .hexKnown, rest: rest)
        case .mixed: return Self.pack(inner, phase, value, rest: rest)
        }
    }

    private func isAlive(_ inner: Int32, _ range: ClosedRange<UInt32>) -> Bool {
        if case .uniform(nil) = target(inner, range) { return false }
        return true
    }

    /// A surrogate pair of which `rest` bytes are missing.
    ///
    /// These are two digits of its first half, `\u`, and four digits of its second half. The value
    /// is what is known of its twenty bits.
    private func settledPair(_ inner: Int32, _ value: UInt32, rest: UInt32) -> Int64? {
        guard rest > 0 else { return after(inner, 0x10000 + value) }
        let missingBits: [UInt32] = [0, 4, 8, 10, 10, 10, 10, 14, 18]
        let shift = missingBits[Int(rest)]
        let low = 0x10000 + value << shift
        switch target(inner, low...(low + (1 << shift - 1))) {
        case .uniform(nil): return nil
        case .uniform(let next?): return Self.pack(next, .pairKnown, rest: rest)
        case .mixed: return Self.pack(inner, .pair, value, rest: rest)
        }
    }

    private func stepPair(
        _ inner: Int32,
        _ value: UInt32,
        _ rest: UInt32,
        _ byte: UInt8,
        isKnown: Bool
    ) -> Int64? {
        var next = value
        switch rest {
        case 6: guard byte == 0x5C else { return nil }
        case 5: guard byte == 0x75 else { return nil }
        case 4: guard Self.hexDigit(byte) == 13 else { return nil }
        case 3:
            guard let digit = Self.hexDigit(byte), digit >= 12 else { return nil }
            next = value << 2 | digit & 3
        default:
            guard let digit = Self.hexDigit(byte) else { return nil }
            next = value << 4 | digit
        }
        guard isKnown else { return settledPair(inner, next, rest: rest - 1) }
        return rest == 1
            ? Self.pack(inner, .content) : Self.pack(inner, .pairKnown, rest: rest - 1)
    }

    // MARK: - Bytes

    /// What the first bytes of a scalar ask of the next: a number for ``continuation(_:_:)``.
    private static func demand(_ value: UInt32, rest: UInt32) -> UInt32 {
        switch (rest, value) {
        case (2, 0): 0
        case (2, 0xD): 1
        case (3, 0): 3
        case (3, 4): 4
        default: 2
        }
    }

    private static func continuation(_ byte: UInt8, _ demand: UInt32) -> UInt32? {
        let range: ClosedRange<UInt8> =
            switch demand {
            case 0: 0xA0...0xBF
            case 1: 0x80...0x9F
            case 3: 0x90...0xBF
            case 4: 0x80...0x8F
            default: 0x80...0xBF
            }
        return range.contains(byte) ? UInt32(byte & 63) : nil
    }

    private static func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte - 0x30)
        case 0x41...0x46: UInt32(byte - 0x37)
        case 0x61...0x66: UInt32(byte - 0x57)
        default: nil
        }
    }

    func markBoundaries(_ state: Int64, in boundaries: inout ByteBoundaries) {
        let inner = Int32(truncatingIfNeeded: state >> 32)
        switch Self.phase(state) {
        case .start: boundaries.mark(only: 0x22)
        case .closed: break
        case .content: markContent(inner, in: &boundaries)
        case .utf8: for byte in UInt8(0x80)...0xC0 { boundaries.mark(byte) }
        case .utf8Known: for byte in [0x80, 0x90, 0xA0, 0xC0] as [UInt8] { boundaries.mark(byte) }
        case .escape:
            for byte in "\"\\/bfnrtu".utf8 { boundaries.mark(only: byte) }
        case .hex, .pair:
            for range in [0x30...0x39, 0x41...0x46, 0x61...0x66] as [ClosedRange<UInt8>] {
                for byte in range { boundaries.mark(only: byte) }
            }
            boundaries.mark(only: 0x5C)
            boundaries.mark(only: 0x75)
        case .hexKnown, .pairKnown:
            for range in [
                0x30...0x39, 0x41...0x46, 0x61...0x66, 0x43...0x46, 0x63...0x66, 0x44...0x44,
                0x64...0x64, 0x5C...0x5C, 0x75...0x75,
            ] as [ClosedRange<UInt8>] { boundaries.mark(range) }
        }
    }

    private func markContent(_ inner: Int32, in boundaries: inout ByteBoundaries) {
        boundaries.mark(0x20)
        boundaries.mark(only: 0x22)
        boundaries.mark(only: 0x5C)
        boundaries.mark(0x80)
        for byte in [0xC2, 0xE0, 0xE1, 0xED, 0xEE, 0xF0, 0xF1, 0xF4, 0xF5] as [UInt8] {
            boundaries.mark(byte)
        }
        guard case .matching(let automaton) = content else { return }
        for start in automaton.classStarts where start < 0x80 { boundaries.mark(UInt8(start)) }
        switch automaton.target(inner, 0x80...0x10FFFF) {
        case .uniform: break
        case .mixed: for byte in UInt8(0xC2)...0xF5 { boundaries.mark(byte) }
        }
    }
}
