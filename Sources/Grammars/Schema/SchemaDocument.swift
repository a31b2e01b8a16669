import JSONDocuments

/// A schema's text as numbered nodes, and what references lead to.
struct SchemaDocument {
    /// A schema within the document, or a value that is demanded as it is.
    enum Node {
        case schema(JSONValue, pointer: String, base: String)
        case constant(JSONValue)
    }

    /// Where a reference can lead without a pointer.
    private struct Anchor {
        var value: JSONValue
        var pointer: String
        var base: String
    }

    private(set) var nodes: [Node] = []
    private var numbers: [String: Int] = [:]
    private var constants: [JSONValue: Int] = [:]
    private var anchors: [String: Anchor] = [:]
    private let budget: CompileBudget
    let name: String

    init(_ root: JSONValue, name: String, budget: CompileBudget) throws(GrammarError) {
        self.budget = budget
        self.name = name
        nodes = [.schema(.bool(false), pointer: "", base: "")]
        let base = root["$id"]?.string.map(URIReference.withoutFragment) ?? ""
        anchors[""] = Anchor(value: root, pointer: "", base: base)
        anchors[base] = Anchor(value: root, pointer: "", base: base)
        try index(root, pointer: "", base: base, depth: 0, isRoot: true)
        _ = node(root, pointer: "", base: base)
    }

    /// The number of the whole schema.
    static let root = 1

    /// Where a node stands, for messages.
    func path(of node: Int) -> String {
        switch nodes[node] {
        case .schema(_, let pointer, _): name + pointer
        case .constant: name
        }
    }

    mutating func node(_ value: JSONValue, pointer: String, base: String) -> Int {
        if let known = numbers[pointer] { return known }
        numbers[pointer] = nodes.count
        nodes.append(.schema(value, pointer: pointer, base: base))
        return nodes.count - 1
    }

    mutating func constant(_ value: JSONValue) -> Int {
        if let known = constants[value] { return known }
        constants[value] = nodes.count
        nodes.append(.constant(value))
        return nodes.count - 1
    }

    /// A part of a schema that is a schema itself.
    mutating func child(_ value: JSONValue, of node: Int, _ keys: String...) -> Int {
        guard case .schema(_, var pointer, var base) = nodes[node] else { return 0 }
        for key in keys { pointer += "/" + Self.escaped(key) }
        if let id = value["$id"]?.string {
            base = URIReference.withoutFragment(URIReference.resolve(id, against: base))
        }
        return self.node(value, pointer: pointer, base: base)
    }

    static func escaped(_ key: String) -> String {
        var text = ""
        for scalar in key.unicodeScalars {
            switch scalar {
            case "~": text += "~0"
            case "/": text += "~1"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    // MARK: - References

    private mutating func index(
        _ value: JSONValue,
        pointer: String,
        base: String,
        depth: Int,
        isRoot: Bool = false
    ) throws(GrammarError) {
        // A schema's level is up to two levels of JSON: `properties` and the property.
        guard depth <= budget.limits.depth * 2 + 2 else {
            throw .tooLarge(
                path: name + pointer,
                what: "the depth of nesting",
                limit: budget.limits.depth
            )
        }
        try budget.spend(1, at: name)
        var base = base
        switch value {
        case .object(let members):
            if !isRoot, let id = value["$id"]?.string {
                base = URIReference.withoutFragment(URIReference.resolve(id, against: base))
                if anchors[base] == nil {
                    anchors[base] = Anchor(value: value, pointer: pointer, base: base)
                }
            }
            if let anchor = value["$anchor"]?.string {
                anchors[base + "#" + anchor] = Anchor(value: value, pointer: pointer, base: base)
            }
            for member in members
            where !["enum", "const", "default", "examples"]
                .contains(member.name)
            {
                let inner = pointer + "/" + Self.escaped(member.name)
                try index(member.value, pointer: inner, base: base, depth: depth + 1)
            }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                let inner = pointer + "/\(index)"
                try self.index(element, pointer: inner, base: base, depth: depth + 1)
            }
        default: break
        }
    }

    /// The node that a `$ref` of a node leads to.
    mutating func target(of reference: String, from node: Int) throws(GrammarError) -> Int {
        guard case .schema(_, let pointer, let base) = nodes[node] else { return 0 }
        let path = name + pointer + "/$ref"
        let full = URIReference.resolve(reference, against: base)
        let document = URIReference.withoutFragment(full)
        let fragment =
            full.contains("#")
            ? String(full[full.index(after: full.firstIndex(of: "#") ?? full.startIndex)...]) : ""
        let text = URIReference.percentDecoded(fragment)
        if !text.isEmpty, !text.hasPrefix("/") {
            guard let anchor = anchors[document + "#" + text] else {
                throw unresolved(reference, path)
            }
            return self.node(anchor.value, pointer: anchor.pointer, base: anchor.base)
        }
        guard let start = anchors[document] else {
            throw .unsupported(
                feature: "$ref",
                path: path,
                reason: "'\(reference.prefix(200))' is in another document, and none is loaded"
            )
        }
        var value = start.value
        var place = start.pointer
        var inner = start.base
        for part in text.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            let key = Self.unescaped(part)
            guard let next = value[key] ?? Int(key).flatMap({ value[$0] }) else {
                throw unresolved(reference, path)
            }
            value = next
            place += "/" + Self.escaped(key)
            if let id = value["$id"]?.string {
                inner = URIReference.withoutFragment(URIReference.resolve(id, against: inner))
            }
        }
        return self.node(value, pointer: place, base: inner)
    }

    private func unresolved(_ reference: String, _ path: String) -> GrammarError {
        .invalid(
            path: path,
            expected: "a reference to a part of this schema",
            got: "'\(reference.prefix(200))', which leads nowhere"
        )
    }

    private static func unescaped(_ part: Substring) -> String {
        var text = ""
        var scalars = part.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            guard scalar == "~" else {
                text.unicodeScalars.append(scalar)
                continue
            }
            switch scalars.next() {
            case "0": text += "~"
            case "1": text += "/"
            case let other?: text.unicodeScalars.append(contentsOf: ["~", other])
            case nil: text += "~"
            }
        }
        return text
    }
}
