internal import JSONDocuments

/// Reads a call that is one JSON object with a name and arguments in it.
///
/// The call is announced where the arguments begin, or, if they stand in front of the name, where
/// the name is known.
struct EnvelopeBody: Sendable {
    private enum State {
        case lead, keyOrClose, key, inKey, colon, value, afterValue
        case inName, inID, inArguments, inOther
    }

    private let rules: EnvelopeRules
    private let knownKeys: [[UInt8]]
    private let toolNames: [[UInt8]]

    private var state = State.lead
    private var sawBracket = false
    private var scanner = JSONScanner()
    private var text: [UInt8] = []
    private var key = ""
    private var name: String?
    private var id: String?
    private var isAnnounced = false
    private var arguments = ArgumentsReader()
    private var hasArguments = false
    /// Arguments that stand in front of the name.
    private var early: [UInt8] = []

    init(_ rules: EnvelopeRules, toolNames: [String]) {
        self.rules = rules
        self.toolNames = toolNames.map { Array($0.utf8) }
        knownKeys = ([rules.nameKey, "id", "type"] + rules.argumentKeys).map { Array($0.utf8) }
    }

    /// Takes a byte of the call; the first may be the bracket of a list.
    mutating func push(_ byte: UInt8, _ output: inout PartBuffer) -> BodyStep {
        switch state {
        case .inKey, .inName, .inID, .inArguments, .inOther: return inside(byte, &output)
        default: return byte.isSpace ? .more : between(byte, &output)
        }
    }

    private mutating func between(_ byte: UInt8, _ output: inout PartBuffer) -> BodyStep {
        switch (state, byte) {
        case (.lead, UInt8(ascii: "[")) where !sawBracket: sawBracket = true
        case (.lead, UInt8(ascii: "{")): state = .keyOrClose
        case (.keyOrClose, UInt8(ascii: "\"")), (.key, UInt8(ascii: "\"")): begin(.inKey, byte)
        case (.colon, UInt8(ascii: ":")): state = .value
        case (.value, _): return beginValue(byte, &output)
        case (.afterValue, UInt8(ascii: ",")): state = .key
        case (.afterValue, UInt8(ascii: "}")): return close(byte, &output)
        default: return .failed([byte])
        }
        return .more
    }

    private mutating func begin(_ next: State, _ byte: UInt8) {
        state = next
        text = [byte]
        scanner = JSONScanner()
        _ = scanner.push(byte)
    }

    private mutating func beginValue(_ byte: UInt8, _ output: inout PartBuffer) -> BodyStep {
        if key == rules.nameKey, name == nil {
            guard byte == UInt8(ascii: "\"") else { return .failed([byte]) }
            begin(.inName, byte)
        } else if rules.argumentKeys.contains(key), !hasArguments {
            guard ArgumentsReader.canBegin(with: byte) else { return .failed([byte]) }
            hasArguments = true
            state = .inArguments
            return inArguments(byte, &output)
        } else if key == "id", byte == UInt8(ascii: "\"") {
            begin(.inID, byte)
        } else {
            begin(.inOther, byte)
            scanner = JSONScanner()
            return inside(byte, &output)
        }
        return .more
    }

    private mutating func inArguments(_ byte: UInt8, _ output: inout PartBuffer) -> BodyStep {
        var decoded: [UInt8] = []
        let step = arguments.push(byte, decoded: &decoded)
        if let name, !decoded.isEmpty {
            if !isAnnounced { announce(name, &output) }
            output.arguments(decoded)
        } else {
            early += decoded
        }
        switch step {
        case .invalid: return .failed([byte])
        case .done:
            state = .afterValue
            if isAnnounced { output.endCall() }
        case .more: break
        }
        return .more
    }

    private mutating func inside(_ byte: UInt8, _ output: inout PartBuffer) -> BodyStep {
        if state == .inArguments { return inArguments(byte, &output) }
        let step = scanner.push(byte)
        switch step {
        case .invalid: return .failed([byte])
        case .doneBefore:
            state = .afterValue
            return byte.isSpace ? .more : between(byte, &output)
        case .more, .done: break
        }
        let isDone = step == .done
        switch state {
        case .inOther:
            if isDone { state = .afterValue }
        default:
            text.append(byte)
            guard text.count <= HoldLimit.bytes else { return .failed([byte]) }
            return isDone ? endString(byte, &output) : checkPrefix(byte)
        }
        return .more
    }

    /// Gives a strict envelope up as soon as a key or name can be none it knows.
    private func checkPrefix(_ byte: UInt8) -> BodyStep {
        guard rules.isStrict, state != .inID else { return .more }
        let candidates = state == .inKey ? knownKeys : toolNames
        return candidates.contains { $0.starts(with: text.dropFirst()) } ? .more : .failed([byte])
    }

    private mutating func endString(_ byte: UInt8, _ output: inout PartBuffer) -> BodyStep {
        guard let string = (try? JSONParser.parse(text))?.string else { return .failed([byte]) }
        switch state {
        case .inKey:
            if rules.isStrict, !knownKeys.contains(Array(string.utf8)) { return .failed([byte]) }
            key = string
            state = .colon
            return .more
        case .inID: id = string
        default:
            if string.isEmpty { return .failed([byte]) }
            if rules.isStrict, !toolNames.contains(Array(string.utf8)) { return .failed([byte]) }
            name = string
            if hasArguments {
                announce(string, &output)
                output.arguments(early)
                output.endCall()
            }
        }
        state = .afterValue
        return .more
    }

    private mutating func announce(_ name: String, _ output: inout PartBuffer) {
        output.beginCall(name, id: id)
        isAnnounced = true
    }

    private mutating func close(_ byte: UInt8, _ output: inout PartBuffer) -> BodyStep {
        if isAnnounced { return .finished }
        // A function without parameters may come without arguments, unless the object could be an
        // ordinary answer.
        guard let name, !hasArguments, !rules.isStrict else { return .failed([byte]) }
        announce(name, &output)
        output.arguments("{}".utf8)
        output.endCall()
        return .finished
    }
}
