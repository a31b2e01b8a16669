/// Splits text behind the reasoning into content and calls, byte by byte.
///
/// From the first byte of a marker on, the text is kept until the call is announced. If it turns
/// out to be no call it becomes content, together with the white space in front, which an
/// announced call swallows.
struct CallScanner: Sendable {
    private enum State {
        case idle, section, lead, envelope, named, parameters, after
    }

    private let grammar: CallGrammar
    /// The readers of a body, made once and copied for each candidate.
    private let newEnvelope: EnvelopeBody?
    private let newNamed: NamedBody?
    private let newParameters: ParameterBody?

    private var state = State.idle
    private var markers: MarkerScanner
    private var begin: AnchoredMatcher
    private var closing: AnchoredMatcher
    private var envelope: EnvelopeBody?
    private var named: NamedBody?
    private var parameters: ParameterBody?
    /// The candidate's bytes as long as it is not announced.
    private var raw: [UInt8] = []
    private var isAnnounced = false
    /// White space behind the content so far.
    private var space: [UInt8] = []
    private var isAtLineStart = true

    init(_ grammar: CallGrammar, tools: [AnswerTool]) {
        self.grammar = grammar
        newEnvelope = grammar.envelope.map { EnvelopeBody($0, toolNames: tools.map(\.name)) }
        newNamed = grammar.named.map { NamedBody($0) }
        newParameters = grammar.parameters.map { ParameterBody($0, ParameterSchemas(tools)) }
        markers = MarkerScanner(grammar.sections + grammar.begins)
        begin = AnchoredMatcher(grammar.begins)
        closing = AnchoredMatcher(
            grammar.after + grammar.separators + grammar.sections + grammar.begins
        )
    }

    mutating func push(_ byte: UInt8, _ output: inout PartBuffer) {
        guard var bytes = step(byte, &output) else { return }
        // Bytes that must be looked at again are fewer than a marker has, and each time at least
        // one of them is spent: the loop is short.
        bytes.reverse()
        while let next = bytes.popLast() {
            if let again = step(next, &output) { bytes.append(contentsOf: again.reversed()) }
        }
    }

    /// The text is over: what is not announced is content.
    mutating func finish(_ output: inout PartBuffer) {
        switch state {
        case .idle: for byte in markers.takeHeld() { content(byte, &output) }
        case .after: for byte in closing.takeHeld() { content(byte, &output) }
        default:
            for byte in raw { content(byte, &output) }
            if isAnnounced, state == .parameters { parameters?.finish(&output) }
        }
        for byte in space { output.content(byte) }
        raw = []
        space = []
        state = .idle
    }

    // MARK: - One byte

    /// Takes a byte; returns those that must be looked at again.
    private mutating func step(_ byte: UInt8, _ output: inout PartBuffer) -> [UInt8]? {
        switch state {
        case .idle:
            idle(byte, &output)
            return nil
        case .section: return section(byte, &output)
        case .lead: return lead(byte, &output)
        case .envelope, .named, .parameters: return body(byte, &output)
        case .after: return after(byte)
        }
    }

    private mutating func idle(_ byte: UInt8, _ output: inout PartBuffer) {
        if grammar.opensAtLineStart, isAtLineStart, byte == UInt8(ascii: "{"),
            markers.held.isEmpty
        {
            open(with: [], .lead)
            _ = lead(byte, &output)
            return
        }
        if markers.passes(byte) { return content(byte, &output) }
        var released: [UInt8] = []
        let match = markers.push(byte, released: &released)
        for byte in released { content(byte, &output) }
        guard let match else { return }
        let isSection = match < grammar.sections.count
        let marker = (grammar.sections + grammar.begins)[match]
        open(with: Array(marker.utf8), isSection ? .section : .lead)
    }

    private mutating func open(with marker: [UInt8], _ next: State) {
        raw = marker
        isAnnounced = false
        state = next
    }

    private mutating func section(_ byte: UInt8, _ output: inout PartBuffer) -> [UInt8]? {
        if begin.isAtStart, byte.isSpace { return keep(byte, &output) }
        switch begin.push(byte) {
        case .more: return keep(byte, &output)
        case .matched:
            state = .lead
            return keep(byte, &output)
        case .failed(let bytes): return fail(bytes, &output)
        }
    }

    private mutating func lead(_ byte: UInt8, _ output: inout PartBuffer) -> [UInt8]? {
        if byte.isSpace { return keep(byte, &output) }
        let isJSON = byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
        if isJSON, newEnvelope != nil {
            envelope = newEnvelope
            state = .envelope
        } else if newNamed != nil {
            named = newNamed
            state = .named
        } else if newParameters != nil {
            parameters = newParameters
            state = .parameters
        } else {
            return fail([byte], &output)
        }
        return body(byte, &output)
    }

    private mutating func body(_ byte: UInt8, _ output: inout PartBuffer) -> [UInt8]? {
        let callCount = output.callCount
        let outcome =
            switch state {
            case .envelope: envelope?.push(byte, &output)
            case .named: named?.push(byte, &output)
            default: parameters?.push(byte, &output)
            }
        if output.callCount > callCount {
            isAnnounced = true
            raw = []
            space = []
        }
        switch outcome {
        case .more: return keep(byte, &output)
        case .failed(let bytes): return fail(bytes, &output)
        case .finished, nil:
            state = .after
            return nil
        }
    }

    private mutating func after(_ byte: UInt8) -> [UInt8]? {
        if closing.isAtStart, byte.isSpace { return nil }
        switch closing.push(byte) {
        case .more: return nil
        case .failed(let bytes):
            state = .idle
            isAtLineStart = true
            return bytes
        case .matched(let index):
            if index < grammar.after.count { return nil }
            let rest = grammar.separators + grammar.sections + grammar.begins
            let place = index - grammar.after.count
            let sections =
                grammar.separators.count..<grammar.separators.count + grammar.sections.count
            open(with: Array(rest[place].utf8), sections.contains(place) ? .section : .lead)
            return nil
        }
    }

    // MARK: - What is kept

    private mutating func keep(_ byte: UInt8, _ output: inout PartBuffer) -> [UInt8]? {
        guard !isAnnounced else { return nil }
        raw.append(byte)
        guard raw.count > HoldLimit.bytes else { return nil }
        _ = raw.popLast()
        return fail([byte], &output)
    }

    /// Gives a candidate up.
    ///
    /// `bytes` ends with the byte at hand, which `raw` does not have yet.
    private mutating func fail(_ bytes: [UInt8], _ output: inout PartBuffer) -> [UInt8] {
        for byte in raw.dropLast(bytes.count - 1) { content(byte, &output) }
        raw = []
        if isAnnounced { isAtLineStart = false }
        state = .idle
        _ = begin.takeHeld()
        return bytes
    }

    private mutating func content(_ byte: UInt8, _ output: inout PartBuffer) {
        if byte.isSpace {
            if byte == UInt8(ascii: "\n") { isAtLineStart = true }
            space.append(byte)
            guard space.count > HoldLimit.spaceBytes else { return }
        } else {
            isAtLineStart = false
        }
        for held in space { output.content(held) }
        space.removeAll(keepingCapacity: true)
        if !byte.isSpace { output.content(byte) }
    }
}
