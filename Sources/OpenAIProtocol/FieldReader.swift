import JSONDocuments

/// Reads the fields of a request's body by name and type.
///
/// A field that is absent and a field that is null are the same. A field of the wrong type is a 400
/// that names it. Fields nobody asks for are ignored, as clients of many servers send many.
struct FieldReader {
    private let fields: [String: JSONValue]

    /// Takes the members of a body.
    ///
    /// - Throws: 400 when the body is not JSON or not an object.
    init(body: [UInt8]) throws(APIError) {
        guard !body.starts(with: [0xEF, 0xBB, 0xBF]) else {
            throw .badRequest("The body begins with a byte order mark; send it without.")
        }
        let value: JSONValue
        do {
            value = try JSONParser.parse(body)
        } catch {
            throw .badRequest(error.description)
        }
        guard case .object(let members) = value else {
            throw .badRequest("The body must be a JSON object, not \(value.kind).")
        }
        self.init(members)
    }

    init(_ members: [JSONMember]) {
        fields = Dictionary(
            members.lazy.filter { $0.value != .null }.map { ($0.name, $0.value) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    subscript(_ name: String) -> JSONValue? { fields[name] }

    /// The first of some names of one field that the body has; the first of all if it has none.
    func name(_ names: String...) -> String {
        names.first { fields[$0] != nil } ?? names.first ?? ""
    }

    func string(_ name: String) throws(APIError) -> String? {
        guard let value = fields[name] else { return nil }
        guard let text = value.string else { throw mismatch(name, "a string", value) }
        return text
    }

    func bool(_ name: String) throws(APIError) -> Bool? {
        guard let value = fields[name] else { return nil }
        guard let flag = value.bool else { throw mismatch(name, "true or false", value) }
        return flag
    }

    func double(_ name: String) throws(APIError) -> Double? {
        guard let value = fields[name] else { return nil }
        guard let number = value.number else { throw mismatch(name, "a number", value) }
        return number
    }

    func int(_ name: String) throws(APIError) -> Int? {
        guard let value = fields[name] else { return nil }
        guard let number = value.integer else { throw mismatch(name, "a whole number", value) }
        return Int(number)
    }

    func members(_ name: String) throws(APIError) -> [JSONMember]? {
        guard let value = fields[name] else { return nil }
        guard let members = value.object else { throw mismatch(name, "an object", value) }
        return members
    }

    func list(_ name: String) throws(APIError) -> [JSONValue]? {
        guard let value = fields[name] else { return nil }
        guard let elements = value.array else { throw mismatch(name, "a list", value) }
        return elements
    }

    func tokenIDs(_ name: String) throws(APIError) -> [Int32]? {
        guard let elements = try list(name) else { return nil }
        return try Self.tokenIDs(elements, name)
    }

    /// A string, or a list of strings.
    func strings(_ name: String) throws(APIError) -> [String]? {
        guard let value = fields[name] else { return nil }
        if let text = value.string { return [text] }
        guard let elements = value.array else {
            throw mismatch(name, "a string or a list of strings", value)
        }
        var texts: [String] = []
        for element in elements {
            guard let text = element.string else {
                throw mismatch(name, "a string or a list of strings", element)
            }
            texts.append(text)
        }
        return texts
    }

    static func tokenIDs(_ elements: [JSONValue], _ name: String) throws(APIError) -> [Int32] {
        var ids: [Int32] = []
        ids.reserveCapacity(elements.count)
        for element in elements {
            guard let id = element.integer.flatMap(Int32.init(exactly:)), id >= 0 else {
                throw .badRequest(
                    "`\(name)` must hold token ids: whole numbers from 0 on.",
                    param: name
                )
            }
            ids.append(id)
        }
        return ids
    }

    private func mismatch(_ name: String, _ expected: String, _ got: JSONValue) -> APIError {
        .badRequest("`\(name)` must be \(expected), not \(got.kind).", param: name)
    }
}
