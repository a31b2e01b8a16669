/// Makes a tree of a template's source.
///
/// Recursion is bounded by the nesting depth the limits allow.
struct Parser {
    private var lexer: Lexer
    private(set) var token: Token
    private var following: Token?
    private let depthLimit: Int
    private var depth = 0
    /// The index of every name in the template.
    private(set) var names: [String: Int] = [:]
    /// The names whose values the template asks for.
    private(set) var readNames: Set<String> = []
    /// How many loops are open around the current place within the same body.
    var openLoopCount = 0
    /// True where an unknown filter is an error only if it is reached.
    var isConditional = false

    init(_ source: String, depthLimit: Int) throws(ChatTemplateError) {
        lexer = Lexer(source)
        self.depthLimit = depthLimit
        token = try lexer.next()
    }

    /// Parses a whole template.
    mutating func template() throws(ChatTemplateError) -> [Statement] {
        let body = try statements(until: [])
        guard token.kind == .end else {
            throw error("\(token.kind.description) is unexpected")
        }
        return body
    }

    // MARK: - Tokens

    mutating func advance() throws(ChatTemplateError) {
        if let next = following {
            token = next
            following = nil
        } else {
            token = try lexer.next()
        }
    }

    mutating func lookAhead() throws(ChatTemplateError) -> Token {
        if let following { return following }
        let next = try lexer.next()
        following = next
        return next
    }

    func isSign(_ sign: Sign) -> Bool { token.kind == .sign(sign) }

    func isName(_ name: String) -> Bool { token.kind == .name(name) }

    mutating func take(_ sign: Sign) throws(ChatTemplateError) -> Bool {
        guard isSign(sign) else { return false }
        try advance()
        return true
    }

    mutating func takeName(_ name: String) throws(ChatTemplateError) -> Bool {
        guard isName(name) else { return false }
        try advance()
        return true
    }

    mutating func expect(_ kind: Token.Kind) throws(ChatTemplateError) {
        guard token.kind == kind else {
            throw error("\(kind.description) is missing before \(token.kind.description)")
        }
        try advance()
    }

    mutating func expect(_ sign: Sign) throws(ChatTemplateError) { try expect(.sign(sign)) }

    /// Any name, such as that of a filter.
    mutating func anyName() throws(ChatTemplateError) -> String {
        guard case .name(let name) = token.kind else {
            throw error("a name is missing before \(token.kind.description)")
        }
        try advance()
        return name
    }

    func error(_ reason: String) -> ChatTemplateError { .syntax(line: token.line, reason: reason) }

    // MARK: - Names and depth

    mutating func index(of name: String, isRead: Bool = false) -> Int {
        if isRead { readNames.insert(name) }
        if let index = names[name] { return index }
        let index = names.count
        names[name] = index
        return index
    }

    /// Forgets that a name was read, and answers whether it was.
    mutating func takeRead(_ name: String) -> Bool { readNames.remove(name) != nil }

    mutating func putRead(_ name: String) { readNames.insert(name) }

    mutating func enter() throws(ChatTemplateError) {
        depth += 1
        if depth > depthLimit {
            throw .limit(line: token.line, which: .depth, limit: depthLimit)
        }
    }

    mutating func leave() { depth -= 1 }
}
