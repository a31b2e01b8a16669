/// Collects an answer byte by byte and joins what belongs together.
///
/// Text is taken only where the caller's text ended, so it never ends inside a character.
struct PartBuffer: Sendable {
    /// What the collected bytes are.
    private enum Kind: Equatable {
        case reasoning
        case content
        case arguments(Int)
    }

    /// How many calls have begun.
    private(set) var callCount = 0

    private var parts: [AnswerPart] = []
    private var kind = Kind.content
    private var bytes: [UInt8] = []
    private var ids: Set<String> = []

    mutating func reasoning(_ byte: UInt8) { append(byte, .reasoning) }

    mutating func content(_ byte: UInt8) { append(byte, .content) }

    /// A call begins; arguments belong to it until the next one.
    ///
    /// An id that an earlier call of the answer has is none.
    mutating func beginCall(_ name: String, id: String?) {
        flush()
        var ownID: String?
        if let id, ids.count < 128, ids.insert(id).inserted { ownID = id }
        parts.append(.toolCall(index: callCount, name: name, id: ownID))
        callCount += 1
    }

    mutating func arguments(_ byte: UInt8) { append(byte, .arguments(callCount - 1)) }

    mutating func arguments(_ text: some Sequence<UInt8>) {
        for byte in text { arguments(byte) }
    }

    mutating func endCall() {
        flush()
        parts.append(.toolCallEnd(index: callCount - 1))
    }

    mutating func append(_ part: AnswerPart) {
        switch part {
        case .reasoning(let text): append(text.utf8, .reasoning)
        case .content(let text): append(text.utf8, .content)
        case .arguments(let index, let fragment): append(fragment.utf8, .arguments(index))
        case .toolCall, .toolCallEnd:
            flush()
            parts.append(part)
        }
    }

    /// Everything collected since the last time.
    mutating func take() -> [AnswerPart] {
        flush()
        defer { parts = [] }
        return parts
    }

    private mutating func append(_ byte: UInt8, _ kind: Kind) {
        if kind != self.kind {
            flush()
            self.kind = kind
        }
        bytes.append(byte)
    }

    private mutating func append(_ text: some Sequence<UInt8>, _ kind: Kind) {
        for byte in text { append(byte, kind) }
    }

    private mutating func flush() {
        guard !bytes.isEmpty else { return }
        let text = String(decoding: bytes, as: UTF8.self)
        bytes.removeAll(keepingCapacity: true)
        switch kind {
        case .reasoning: parts.append(.reasoning(text))
        case .content: parts.append(.content(text))
        case .arguments(let index): parts.append(.arguments(index: index, fragment: text))
        }
    }
}
