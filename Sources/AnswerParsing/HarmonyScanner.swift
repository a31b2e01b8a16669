/// Splits an answer of gpt-oss, whose channels say what is reasoning, content and call.
///
/// An answer is a row of messages `<|start|>assistant HEADER<|message|>BODY<|end|>`; the prompt
/// ends behind the first `<|start|>assistant`. The header names the channel, and the recipient
/// where the message is a call: `to=functions.NAME`. Headers and the tokens between messages are
/// frame, never content.
struct HarmonyScanner: Sendable {
    private enum Body {
        case reasoning, content, call
    }

    /// How far a call's arguments have come.
    private enum Progress {
        case waiting, open, whole, broken
    }

    private enum State {
        /// In front of the first header, which may be missing.
        case start
        case header
        case body
    }

    private static let openings = [
        "<|channel|>", "to=", "<|start|>", "<|message|>", "<|constrain|>",
    ]
    private static let closings = ["<|end|>", "<|return|>", "<|call|>", "<|start|>", "<|channel|>"]

    private let takesCalls: Bool
    private var state = State.start
    private var body = Body.content
    private var start = AnchoredMatcher(Self.openings)
    private var headerEnd = MarkerScanner(["<|message|>"])
    private var bodyEnd = MarkerScanner(Self.closings)
    private var header: [UInt8] = []
    private var space: [UInt8] = []

    /// The call at hand.
    private var name = ""
    private var arguments = ArgumentsReader()
    private var progress = Progress.waiting

    /// Makes a scanner; without `takesCalls`, what is sent to functions is content.
    init(takesCalls: Bool, startsInReasoning: Bool) {
        self.takesCalls = takesCalls
        if startsInReasoning {
            state = .body
            body = .reasoning
        }
    }

    mutating func push(_ byte: UInt8, _ output: inout PartBuffer) {
        switch state {
        case .start: atStart(byte, &output)
        case .header: inHeader(byte, &output)
        case .body: inBody(byte, &output)
        }
    }

    mutating func finish(_ output: inout PartBuffer) {
        switch state {
        case .start: for byte in space + start.takeHeld() { output.content(byte) }
        case .header: break
        case .body:
            for byte in bodyEnd.takeHeld() { take(byte, &output) }
            for byte in space { output.content(byte) }
        }
        space = []
        state = .header
    }

    private mutating func atStart(_ byte: UInt8, _ output: inout PartBuffer) {
        if start.isAtStart, byte.isSpace, space.count < HoldLimit.spaceBytes {
            space.append(byte)
            return
        }
        switch start.push(byte) {
        case .more: return
        case .matched(let index):
            space = []
            state = .header
            for byte in Self.openings[index].utf8 { inHeader(byte, &output) }
        case .failed(let bytes):
            // Plain text with no header: an answer.
            for held in space { output.content(held) }
            space = []
            state = .body
            for byte in bytes { inBody(byte, &output) }
        }
    }

    private mutating func inHeader(_ byte: UInt8, _ output: inout PartBuffer) {
        let match = headerEnd.push(byte, released: &header)
        if header.count > HoldLimit.nameBytes {
            // No header is that long.
            beginBody(.content)
            for byte in header + headerEnd.takeHeld() { output.content(byte) }
            header = []
        } else if match != nil {
            read(String(decoding: header, as: UTF8.self))
            header = []
        }
    }

    private mutating func read(_ header: String) {
        let prefix = "functions."
        let recipient = Self.word(behind: "to=", in: header) ?? ""
        if takesCalls, recipient.hasPrefix(prefix), recipient != prefix {
            name = String(recipient.dropFirst(prefix.count))
            arguments = ArgumentsReader()
            progress = .waiting
            beginBody(.call)
        } else {
            let channel = Self.word(behind: "<|channel|>", in: header)
            beginBody(channel == "analysis" ? .reasoning : .content)
        }
    }

    /// The word that follows the last `marker`, nil where there is none.
    private static func word(behind marker: String, in header: String) -> String? {
        let marker = Array(marker.utf8)
        let text = Array(header.utf8)
        guard text.count >= marker.count else { return nil }
        let places = (0...text.count - marker.count).reversed()
        guard let place = places.first(where: { text[$0...].starts(with: marker) }) else {
            return nil
        }
        let word = text[(place + marker.count)...].prefix { !$0.isSpace && $0 != UInt8(ascii: "<") }
        return word.isEmpty ? nil : String(decoding: word, as: UTF8.self)
    }

    private mutating func beginBody(_ body: Body) {
        self.body = body
        state = .body
        space = []
    }

    private mutating func inBody(_ byte: UInt8, _ output: inout PartBuffer) {
        if bodyEnd.passes(byte) { return take(byte, &output) }
        var released: [UInt8] = []
        let match = bodyEnd.push(byte, released: &released)
        for byte in released { take(byte, &output) }
        guard let match else { return }
        endBody(&output)
        state = .header
        for byte in Self.closings[match].utf8 where match > 2 { inHeader(byte, &output) }
    }

    private mutating func take(_ byte: UInt8, _ output: inout PartBuffer) {
        switch body {
        case .reasoning: output.reasoning(byte)
        case .content: output.content(byte)
        case .call: inCall(byte, &output)
        }
    }

    /// A byte of what is sent to a function; from the first one that is no JSON on, it is content.
    private mutating func inCall(_ byte: UInt8, _ output: inout PartBuffer) {
        switch progress {
        case .waiting where byte.isSpace, .whole where byte.isSpace: return
        case .waiting, .open: inArguments(byte, &output)
        case .whole, .broken:
            progress = .broken
            output.content(byte)
        }
    }

    private mutating func inArguments(_ byte: UInt8, _ output: inout PartBuffer) {
        var decoded: [UInt8] = []
        let step = arguments.push(byte, decoded: &decoded)
        if progress == .waiting, step != .invalid {
            output.beginCall(name, id: nil)
            progress = .open
        }
        output.arguments(decoded)
        switch step {
        case .more: break
        case .done:
            output.endCall()
            progress = .whole
        case .invalid:
            progress = .broken
            output.content(byte)
        }
    }

    private mutating func endBody(_ output: inout PartBuffer) {
        guard body == .call, progress == .waiting else { return }
        // A function without parameters may be sent nothing.
        output.beginCall(name, id: nil)
        output.arguments("{}".utf8)
        output.endCall()
    }
}
