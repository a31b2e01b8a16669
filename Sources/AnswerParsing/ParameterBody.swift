/// Reads a call that is a name and a tagged text per parameter, and writes its arguments as JSON.
///
/// The call is announced at the first tag behind the name. Strings are passed on as they come; a
/// value that may be of another type is kept until its end shows what it is.
struct ParameterBody: Sendable {
    private enum State {
        case name, nameEnd, between, key, beforeValue, value
    }

    private let rules: ParameterRules
    private let schemas: ParameterSchemas

    private var state = State.name
    private var name: [UInt8] = []
    private var key: [UInt8] = []
    private var isAnnounced = false
    private var count = 0
    private var nameEnd: AnchoredMatcher
    private var tag: AnchoredMatcher
    private var keyEnd: MarkerScanner
    private var valueStart: AnchoredMatcher
    private var valueEnd: MarkerScanner

    /// The value at hand: whether it is passed on as a string, else its text so far.
    private var isStreamed = false
    private var kinds = ValueKinds.any
    private var text: [UInt8] = []
    private var isAtValueStart = false
    private var hasHeldNewline = false

    init(_ rules: ParameterRules, _ schemas: ParameterSchemas) {
        self.rules = rules
        self.schemas = schemas
        nameEnd = AnchoredMatcher(rules.nameEnd.map { [$0] } ?? [])
        tag = AnchoredMatcher([rules.beforeKey, rules.end])
        keyEnd = MarkerScanner([rules.afterKey])
        valueStart = AnchoredMatcher(rules.beforeValue.map { [$0] } ?? [])
        valueEnd = MarkerScanner([rules.afterValue])
    }

    mutating func push(_ byte: UInt8, _ output: inout PartBuffer) -> BodyStep {
        switch state {
        case .name:
            if byte.isPartOfFunctionName {
                name.append(byte)
                return name.count <= HoldLimit.nameBytes ? .more : .failed([byte])
            }
            guard !name.isEmpty else { return .failed([byte]) }
            state = rules.nameEnd == nil ? .between : .nameEnd
            return push(nameByte: byte, &output)
        case .nameEnd: return push(nameByte: byte, &output)
        case .between: return between(byte, &output)
        case .key: return inKey(byte, &output)
        case .beforeValue:
            if valueStart.isAtStart, byte.isSpace { return .more }
            switch valueStart.push(byte) {
            case .more: return .more
            case .failed(let bytes): return .failed(bytes)
            case .matched:
                beginValue(&output)
                return .more
            }
        case .value: return inValue(byte, &output)
        }
    }

    /// The text ends inside the call: what is held back of a value belongs to its fragments.
    mutating func finish(_ output: inout PartBuffer) {
        guard state == .value else { return }
        for byte in valueEnd.takeHeld() { take(byte, &output) }
        if hasHeldNewline { write(UInt8(ascii: "\n"), &output) }
        if !isStreamed { output.arguments(text) }
    }

    // MARK: - Parts

    private mutating func push(nameByte byte: UInt8, _ output: inout PartBuffer) -> BodyStep {
        guard state == .nameEnd else { return between(byte, &output) }
        switch nameEnd.push(byte) {
        case .more: return .more
        case .failed(let bytes): return .failed(bytes)
        case .matched:
            state = .between
            return .more
        }
    }

    private mutating func between(_ byte: UInt8, _ output: inout PartBuffer) -> BodyStep {
        if tag.isAtStart, byte.isSpace { return .more }
        switch tag.push(byte) {
        case .more: return .more
        case .failed(let bytes): return .failed(bytes)
        case .matched(let index):
            if !isAnnounced {
                output.beginCall(String(decoding: name, as: UTF8.self), id: nil)
                output.arguments(UInt8(ascii: "{"))
                isAnnounced = true
            }
            if index == 0 {
                key = []
                state = .key
                return .more
            }
            output.arguments(UInt8(ascii: "}"))
            output.endCall()
            return .finished
        }
    }

    private mutating func inKey(_ byte: UInt8, _ output: inout PartBuffer) -> BodyStep {
        let match = keyEnd.push(byte, released: &key)
        guard key.count <= HoldLimit.nameBytes else { return .failed([byte]) }
        guard match != nil else { return .more }
        if rules.beforeValue == nil { beginValue(&output) } else { state = .beforeValue }
        return .more
    }

    private mutating func beginValue(_ output: inout PartBuffer) {
        state = .value
        if count > 0 { output.arguments(", ".utf8) }
        count += 1
        output.arguments(key.jsonString)
        output.arguments(": ".utf8)
        kinds =
            schemas.kinds(
                tool: String(decoding: name, as: UTF8.self),
                parameter: String(decoding: key, as: UTF8.self)
            ) ?? rules.untyped
        text = []
        isAtValueStart = true
        hasHeldNewline = false
        isStreamed = kinds == .string
        if isStreamed { output.arguments(UInt8(ascii: "\"")) }
    }

    private mutating func inValue(_ byte: UInt8, _ output: inout PartBuffer) -> BodyStep {
        var released: [UInt8] = []
        let match = valueEnd.push(byte, released: &released)
        for byte in released { take(byte, &output) }
        guard match != nil else { return .more }
        if isStreamed {
            output.arguments(UInt8(ascii: "\""))
        } else {
            output.arguments(kinds.json(of: text))
            text = []
        }
        state = .between
        return .more
    }

    /// Takes a byte of the value, without the line breaks right inside its tags.
    private mutating func take(_ byte: UInt8, _ output: inout PartBuffer) {
        let isNewline = byte == UInt8(ascii: "\n") && rules.isOnOwnLines
        defer { isAtValueStart = false }
        if isAtValueStart, isNewline { return }
        if hasHeldNewline { write(UInt8(ascii: "\n"), &output) }
        hasHeldNewline = isNewline
        if !isNewline { write(byte, &output) }
    }

    private mutating func write(_ byte: UInt8, _ output: inout PartBuffer) {
        guard !isStreamed else { return output.arguments(escaped: byte) }
        text.append(byte)
        guard text.count > HoldLimit.bytes else { return }
        // Too long to wait for its end: a string, as anything unreadable is.
        isStreamed = true
        output.arguments(UInt8(ascii: "\""))
        for byte in text { output.arguments(escaped: byte) }
        text = []
    }
}

extension PartBuffer {
    /// Writes a byte of a JSON string.
    fileprivate mutating func arguments(escaped byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): arguments("\\\"".utf8)
        case UInt8(ascii: "\\"): arguments("\\\\".utf8)
        case UInt8(ascii: "\n"): arguments("\\n".utf8)
        case UInt8(ascii: "\r"): arguments("\\r".utf8)
        case UInt8(ascii: "\t"): arguments("\\t".utf8)
        case 0..<0x20:
            let digits = Array("0123456789abcdef".utf8)
            arguments("\\u00".utf8)
            arguments(digits[Int(byte >> 4)])
            arguments(digits[Int(byte & 15)])
        default: arguments(byte)
        }
    }
}
