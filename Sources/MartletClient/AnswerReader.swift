public import JSONDocuments

/// What can be read from a server's JSON.
///
/// Reading is lenient, for servers differ: what is absent or null has a default, what is unknown is
/// left out. Only what no answer can do without is an error.
public protocol ServerAnswer: Sendable {
    /// Reads an answer.
    ///
    /// - Throws: ``ClientError/malformedAnswer(_:)``.
    init(_ reader: AnswerReader) throws(ClientError)
}

/// A JSON document that a server sent.
public struct AnswerReader: Sendable {
    /// The document.
    public let value: JSONValue

    /// Takes a document apart that is already read.
    public init(value: JSONValue) { self.value = value }

    init(_ bytes: [UInt8]) throws(ClientError) {
        do {
            value = try JSONParser.parse(bytes)
        } catch {
            throw .malformedAnswer("\(error.reason) at byte \(error.byteOffset)")
        }
        guard value.object != nil else { throw .malformedAnswer("\(value.kind) is no answer") }
    }

    func text(_ name: String) -> String? { value[name]?.string }

    func count(_ name: String) -> Int? { value[name]?.integer.flatMap { Int(exactly: $0) } }

    func number(_ name: String) -> Double? { value[name]?.number }

    func member(_ name: String) -> AnswerReader? {
        value[name].flatMap { $0 == .null ? nil : AnswerReader(value: $0) }
    }

    /// The elements of a list; none if it is absent.
    func elements(_ name: String) -> [AnswerReader] {
        (value[name]?.array ?? []).map { AnswerReader(value: $0) }
    }

    /// The elements of a list that has to be there.
    func requiredElements(_ name: String) throws(ClientError) -> [AnswerReader] {
        guard value[name]?.array != nil else { throw .malformedAnswer("it has no list `\(name)`") }
        return elements(name)
    }
}

/// Collects the members of a request; what is nil is not sent.
struct MemberList {
    private(set) var members: [JSONMember] = []

    mutating func add(_ name: String, _ value: JSONValue?) {
        guard let value else { return }
        // What the caller adds by hand wins over what the type says.
        members.removeAll { $0.name == name }
        members.append(JSONMember(name, value))
    }

    mutating func add(_ name: String, _ text: String?) { add(name, text.map { .string($0) }) }

    mutating func add(_ name: String, _ value: Int?) {
        add(name, value.map { .integer(Int64($0)) })
    }

    mutating func add(_ name: String, _ value: Double?) { add(name, value.map { .number($0) }) }

    mutating func add(_ name: String, _ list: [JSONValue]) {
        if !list.isEmpty { add(name, .array(list)) }
    }
}
