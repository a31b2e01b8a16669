/// Takes the reasoning off the front of an answer, byte by byte.
///
/// White space around the markers is dropped. Reasoning stands in front or nowhere: a marker later
/// in the answer is text about markers.
struct ReasoningSplitter: Sendable {
    private enum State {
        case start, inside, end, outside
    }

    private var state: State
    private var start: AnchoredMatcher
    private var ends: MarkerScanner
    private var answerStart: AnchoredMatcher
    private var answerEnd: MarkerScanner
    private var hasAnswerTag = false
    /// White space in front of the first marker, or behind the reasoning so far.
    private var space: [UInt8] = []
    private var hasReasoning = false

    init(_ tags: ReasoningTags?, startsInside: Bool) {
        start = AnchoredMatcher(tags?.starts ?? [])
        ends = MarkerScanner(tags?.ends ?? [])
        answerStart = AnchoredMatcher(tags?.answer.map { [$0.start] } ?? [])
        answerEnd = MarkerScanner(tags?.answer.map { [$0.end] } ?? [])
        state = tags == nil ? .outside : startsInside ? .inside : .start
    }

    /// Takes a byte; appends to `outside` what is no reasoning.
    mutating func push(_ byte: UInt8, _ output: inout PartBuffer, outside: inout [UInt8]) {
        switch state {
        case .start: atStart(byte, &outside)
        case .inside: inside(byte, &output)
        case .end: atEnd(byte, &outside)
        case .outside: pass(byte, &outside)
        }
    }

    /// The text is over: what was held back is what it looks like.
    mutating func finish(_ output: inout PartBuffer, outside: inout [UInt8]) {
        switch state {
        case .start:
            outside += space + start.takeHeld()
        case .inside:
            for byte in ends.takeHeld() { reasoning(byte, &output) }
            for byte in space { output.reasoning(byte) }
        case .end: outside += answerStart.takeHeld()
        case .outside: outside += answerEnd.takeHeld()
        }
        space = []
        state = .outside
    }

    private mutating func atStart(_ byte: UInt8, _ outside: inout [UInt8]) {
        if start.isAtStart, byte.isSpace, space.count < HoldLimit.spaceBytes {
            space.append(byte)
            return
        }
        switch start.push(byte) {
        case .more: return
        case .matched:
            state = .inside
            space = []
        case .failed(let bytes):
            outside += space + bytes
            space = []
            state = .outside
        }
    }

    private mutating func inside(_ byte: UInt8, _ output: inout PartBuffer) {
        if ends.passes(byte) { return reasoning(byte, &output) }
        var released: [UInt8] = []
        let match = ends.push(byte, released: &released)
        for byte in released { reasoning(byte, &output) }
        guard match != nil else { return }
        state = .end
        space = []
    }

    private mutating func reasoning(_ byte: UInt8, _ output: inout PartBuffer) {
        if byte.isSpace {
            guard hasReasoning else { return }
            space.append(byte)
            guard space.count > HoldLimit.spaceBytes else { return }
        }
        hasReasoning = true
        for held in space { output.reasoning(held) }
        space.removeAll(keepingCapacity: true)
        if !byte.isSpace { output.reasoning(byte) }
    }

    private mutating func atEnd(_ byte: UInt8, _ outside: inout [UInt8]) {
        if answerStart.isAtStart, byte.isSpace { return }
        switch answerStart.push(byte) {
        case .more: return
        case .matched: hasAnswerTag = true
        case .failed(let bytes):
            state = .outside
            for byte in bytes { pass(byte, &outside) }
        }
    }

    private mutating func pass(_ byte: UInt8, _ outside: inout [UInt8]) {
        guard hasAnswerTag else { return outside.append(byte) }
        _ = answerEnd.push(byte, released: &outside)
    }
}
