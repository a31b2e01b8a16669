/// A decoder at work on one sequence of tokens: it gives out bytes as soon as they are decided.
struct DecoderRun: Sendable {
    private let steps: [Decoder.Step]
    // What each step remembers.
    private var states: [State]
    /// Bytes that are decided and not yet taken.
    private(set) var output: [UInt8] = []

    private struct State {
        /// Whether a token has gone through this step.
        var hasStarted = false
        /// `byteFallback`: the bytes of the run so far.
        var pendingBytes: [UInt8] = []
        /// `strip`: how many characters are still to be dropped if they come first.
        var remaining = 0
    }

    init(_ decoder: Decoder) {
        steps = decoder.steps
        states = decoder.steps.map {
            var state = State()
            if case .strip(_, let start) = $0 { state.remaining = start }
            return state
        }
    }

    /// Takes the next token.
    mutating func append(_ piece: [UInt8]) { pass(piece, from: 0, isFused: false) }

    /// Decides what is still undecided; call once, at the end.
    mutating func finish() {
        var isFused = false
        for (index, step) in steps.enumerated() {
            switch step {
            case .byteFallback: flushBytes(at: index, isFused: isFused)
            case .fuse, .byteLevel: isFused = true
            default: break
            }
        }
    }

    /// Takes the decided bytes away.
    mutating func takeOutput() -> [UInt8] {
        let taken = output
        output.removeAll(keepingCapacity: true)
        return taken
    }

    private mutating func pass(_ piece: [UInt8], from first: Int, isFused: Bool) {
        var piece = piece
        var isFused = isFused
        for index in first..<steps.count {
            switch steps[index] {
            case .replace(let pattern, let content):
                piece = Decoder.replace(pattern, with: content, in: piece)
            case .byteFallback:
                if let byte = ByteFallback.byte(of: piece) {
                    states[index].pendingBytes.append(byte)
                    return
                }
                flushBytes(at: index, isFused: isFused)
            case .fuse:
                isFused = true
            case .byteLevel:
                piece = ByteLevelAlphabet.decode(piece) ?? piece
                isFused = true
            case .metaspace(let mark, let dropsFirst):
                let isFirst = !states[index].hasStarted
                piece = Decoder.replace(mark, with: isFirst && dropsFirst ? [] : [0x20], in: piece)
            case .strip(let character, let start):
                strip(character, start, at: index, isFused: isFused, from: &piece)
            case .joinWithSpaces:
                if states[index].hasStarted { piece.insert(0x20, at: 0) }
            }
            states[index].hasStarted = true
        }
        output.append(contentsOf: piece)
    }

    private mutating func strip(
        _ character: [UInt8],
        _ start: Int,
        at index: Int,
        isFused: Bool,
        from piece: inout [UInt8]
    ) {
        if !isFused { states[index].remaining = start }
        var dropped = 0
        while states[index].remaining > 0, dropped < piece.count {
            guard piece[dropped...].starts(with: character) else {
                states[index].remaining = 0
                break
            }
            dropped += character.count
            states[index].remaining -= 1
        }
        piece.removeFirst(dropped)
    }

    /// Ends a run of byte tokens and passes its characters on.
    private mutating func flushBytes(at index: Int, isFused: Bool) {
        let bytes = states[index].pendingBytes
        guard !bytes.isEmpty else { return }
        states[index].pendingBytes = []
        states[index].hasStarted = true
        if (try? UTF8Span(validating: bytes.span)) != nil {
            pass(bytes, from: index + 1, isFused: isFused)
        } else {
            for _ in bytes { pass([0xEF, 0xBF, 0xBD], from: index + 1, isFused: isFused) }
        }
    }
}
