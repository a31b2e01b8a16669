/// Reads a call that is a name, a delimiter and a JSON object.
///
/// The call is announced where the object begins.
struct NamedBody: Sendable {
    private enum State {
        case name, delimiter, id, idDelimiter, lead, arguments
    }

    private let rules: NamedRules
    private var state = State.name
    private var name: [UInt8] = []
    private var id: [UInt8] = []
    private var delimiter: AnchoredMatcher
    private var arguments = ArgumentsReader()
    private var isAnnounced = false

    init(_ rules: NamedRules) {
        self.rules = rules
        delimiter = AnchoredMatcher([rules.delimiter] + (rules.idDelimiter.map { [$0] } ?? []))
    }

    mutating func push(_ byte: UInt8, _ output: inout PartBuffer) -> BodyStep {
        switch state {
        case .name:
            guard byte.isPartOfFunctionName else {
                state = .delimiter
                return name.isEmpty ? .failed([byte]) : inDelimiter(byte, &output)
            }
            name.append(byte)
            return name.count <= HoldLimit.nameBytes ? .more : .failed([byte])
        case .id:
            guard byte.isPartOfFunctionName else {
                state = .idDelimiter
                return inDelimiter(byte, &output)
            }
            id.append(byte)
            return id.count <= HoldLimit.nameBytes ? .more : .failed([byte])
        case .delimiter, .idDelimiter: return inDelimiter(byte, &output)
        case .lead: return byte.isSpace ? .more : begin(byte, &output)
        case .arguments: return inArguments(byte, &output)
        }
    }

    private mutating func inDelimiter(_ byte: UInt8, _ output: inout PartBuffer) -> BodyStep {
        if delimiter.isAtStart {
            if byte.isSpace { return .more }
            if byte == UInt8(ascii: "{"), rules.allowsBareArguments { return begin(byte, &output) }
        }
        switch delimiter.push(byte) {
        case .more: return .more
        case .failed(let bytes): return .failed(bytes)
        case .matched(let index):
            let isID = index == 1 && state == .delimiter
            state = isID ? .id : .lead
            return index == 0 || isID ? .more : .failed([byte])
        }
    }

    private mutating func begin(_ byte: UInt8, _ output: inout PartBuffer) -> BodyStep {
        guard ArgumentsReader.canBegin(with: byte) else { return .failed([byte]) }
        state = .arguments
        return inArguments(byte, &output)
    }

    private mutating func inArguments(_ byte: UInt8, _ output: inout PartBuffer) -> BodyStep {
        var decoded: [UInt8] = []
        let step = arguments.push(byte, decoded: &decoded)
        if !decoded.isEmpty {
            if !isAnnounced { announce(&output) }
            output.arguments(decoded)
        }
        switch step {
        case .more: return .more
        case .invalid: return .failed([byte])
        case .done:
            output.endCall()
            return .finished
        }
    }

    private mutating func announce(_ output: inout PartBuffer) {
        isAnnounced = true
        let name = String(decoding: name, as: UTF8.self)
        if rules.nameIsNumbered {
            output.beginCall(Self.unnumbered(name), id: name)
        } else {
            output.beginCall(name, id: id.isEmpty ? nil : String(decoding: id, as: UTF8.self))
        }
    }

    /// `get_weather` from `functions.get_weather:0`.
    private static func unnumbered(_ id: String) -> String {
        let prefix = "functions."
        let name = id.hasPrefix(prefix) ? id.dropFirst(prefix.count) : id[...]
        guard let colon = name.lastIndex(of: ":"), colon > name.startIndex else {
            return String(name)
        }
        return String(name[..<colon])
    }
}
