extension Parser {
    /// Parses up to a tag named in `ends`, which becomes the current token.
    mutating func statements(until ends: [String]) throws(ChatTemplateError) -> [Statement] {
        try enter()
        defer { leave() }
        var body: [Statement] = []
        while true {
            let line = token.line
            switch token.kind {
            case .data(let bytes):
                body.append(Statement(kind: .text(MarkedText(bytes)), line: line))
                try advance()
            case .variableBegin:
                try advance()
                body.append(Statement(kind: .output([try values()]), line: line))
                try expect(.variableEnd)
            case .blockBegin:
                try advance()
                if case .name(let name) = token.kind, ends.contains(name) { return body }
                body.append(Statement(kind: try statement(ends), line: line))
                try expect(.blockEnd)
            case .end:
                guard ends.isEmpty else { throw error("'\(ends[0])' is missing") }
                return body
            default:
                throw error("\(token.kind.description) is unexpected")
            }
        }
    }

    /// Parses the rest of a tag, a body, and the name of the tag that ends it.
    private mutating func body(until ends: String...) throws(ChatTemplateError) -> [Statement] {
        _ = try take(.colon)
        try expect(.blockEnd)
        return try statements(until: ends)
    }

    private mutating func body(closedBy end: String) throws(ChatTemplateError) -> [Statement] {
        let body = try body(until: end)
        try advance()
        return body
    }

    private mutating func statement(_ ends: [String]) throws(ChatTemplateError) -> Statement.Kind {
        let name = try anyName()
        switch name {
        case "if": return try branch()
        case "for": return try loop()
        case "set": return try assignment()
        case "macro": return try macro()
        case "call": return try callBlock()
        case "with": return try with()
        case "filter":
            let filters = try filterChain()
            return .filter(filters, try body(closedBy: "endfilter"))
        case "generation": return .scope(try body(closedBy: "endgeneration"), isIsolated: false)
        case "block": return try block()
        case "autoescape":
            guard case .bool(false) = try expression() else {
                throw error("automatic escaping is not for prompts")
            }
            return .scope(try body(closedBy: "endautoescape"), isIsolated: false)
        case "print": return .output(try printed())
        case "break", "continue":
            guard openLoopCount > 0 else { throw error("'\(name)' stands outside a loop") }
            return name == "break" ? .breakLoop : .continueLoop
        case "include", "import", "from", "extends":
            throw error("'\(name)' needs other templates, which there are not")
        default:
            let hint = ends.first.map { "; '\($0)' may be missing" } ?? ""
            throw error("there is no tag '\(name)'\(hint)")
        }
    }

    private mutating func printed() throws(ChatTemplateError) -> [Expression] {
        var expressions: [Expression] = []
        while token.kind != .blockEnd {
            if !expressions.isEmpty { try expect(.comma) }
            expressions.append(try expression())
        }
        return expressions
    }

    private mutating func branch() throws(ChatTemplateError) -> Statement.Kind {
        let outer = isConditional
        defer { isConditional = outer }
        isConditional = true
        var branches: [(condition: Expression, body: [Statement])] = []
        while true {
            let condition = try values(withConditions: false)
            branches.append((condition, try body(until: "elif", "else", "endif")))
            if try takeName("elif") { continue }
            var otherwise: [Statement] = []
            if try takeName("else") { otherwise = try body(until: "endif") }
            try advance()
            return .branch(branches, otherwise: otherwise)
        }
    }

    private mutating func loop() throws(ChatTemplateError) -> Statement.Kind {
        let line = token.line
        let outer = isConditional
        defer { isConditional = outer }
        isConditional = false
        let target = try target(endNames: ["in"], mayBeMember: false)
        guard try takeName("in") else { throw error("'in' is missing") }
        isConditional = outer
        let items = try values(withConditions: false, endNames: ["recursive"])
        isConditional = false
        var condition: Expression?
        if try takeName("if") { condition = try expression() }
        let isRecursive = try takeName("recursive")
        openLoopCount += 1
        let body = try body(until: "else", "endfor")
        openLoopCount -= 1
        var otherwise: [Statement] = []
        if try takeName("else") { otherwise = try self.body(until: "endfor") }
        try advance()
        return .loop(
            LoopStatement(
                target: target,
                items: items,
                condition: condition,
                isRecursive: isRecursive,
                body: body,
                otherwise: otherwise,
                line: line
            )
        )
    }

    private mutating func assignment() throws(ChatTemplateError) -> Statement.Kind {
        let target = try target(endNames: [], mayBeMember: true)
        if try take(.assign) { return .assignment(target, try values()) }
        let filters = isSign(.pipe) ? try filterChain() : []
        return .blockAssignment(target, filters: filters, try body(closedBy: "endset"))
    }

    private mutating func filterChain() throws(ChatTemplateError) -> [Link] {
        var filters: [Link] = []
        let line = token.line
        if !isSign(.pipe) { filters.append(try filter(line: line)) }
        while try take(.pipe) { filters.append(try filter(line: line)) }
        return filters
    }

    private mutating func with() throws(ChatTemplateError) -> Statement.Kind {
        var values: [(target: Target, value: Expression)] = []
        while token.kind != .blockEnd {
            if !values.isEmpty { try expect(.comma) }
            let target = try singleTarget(mayBeMember: false)
            try expect(.assign)
            values.append((target, try expression()))
        }
        return .with(values, try body(closedBy: "endwith"))
    }

    private mutating func block() throws(ChatTemplateError) -> Statement.Kind {
        let name = try anyName()
        let isScoped = try takeName("scoped")
        _ = try takeName("required")
        let loops = openLoopCount
        openLoopCount = 0
        let body = try body(closedBy: "endblock")
        openLoopCount = loops
        _ = try takeName(name)
        return .scope(body, isIsolated: !isScoped)
    }

    // MARK: - Macros

    private mutating func macro() throws(ChatTemplateError) -> Statement.Kind {
        let name = try assignableName()
        let index = index(of: name)
        try expect(.openParenthesis)
        let parameters = try parameters()
        return .macro(try macroBody(name, index, parameters, end: "endmacro"))
    }

    private mutating func callBlock() throws(ChatTemplateError) -> Statement.Kind {
        var parameters: [(name: String, index: Int, fallback: Expression?)] = []
        if try take(.openParenthesis) { parameters = try self.parameters() }
        guard case .chain(let base, var links) = try expression(),
            case .call(let arguments) = links.popLast()?.kind
        else { throw error("a call is missing") }
        let body = try macroBody("caller", index(of: "caller"), parameters, end: "endcall")
        return .callBlock(body, links.isEmpty ? base : .chain(base, links), arguments)
    }

    private mutating func macroBody(
        _ name: String,
        _ nameIndex: Int,
        _ parameters: [(name: String, index: Int, fallback: Expression?)],
        end: String
    ) throws(ChatTemplateError) -> MacroDefinition {
        let loops = openLoopCount
        let outer = isConditional
        openLoopCount = 0
        isConditional = false
        let special = ["varargs", "kwargs", "caller"]
        var wasRead: [Bool] = []
        for name in special {
            wasRead.append(takeRead(name))
            _ = index(of: name)
        }
        let body = try body(closedBy: end)
        var isRead: [Bool] = []
        for name in special { isRead.append(takeRead(name)) }
        for (name, wasRead) in zip(special, wasRead) where wasRead { putRead(name) }
        openLoopCount = loops
        isConditional = outer
        return MacroDefinition(
            name: name,
            nameIndex: nameIndex,
            parameters: parameters,
            body: body,
            takesMore: (isRead[0], isRead[1], isRead[2])
        )
    }

    private mutating func parameters() throws(ChatTemplateError) -> [(
        name: String, index: Int, fallback: Expression?
    )] {
        var parameters: [(name: String, index: Int, fallback: Expression?)] = []
        while !isSign(.closeParenthesis) {
            if !parameters.isEmpty { try expect(.comma) }
            let name = try assignableName()
            var fallback: Expression?
            if try take(.assign) {
                fallback = try expression()
            } else if parameters.last?.fallback != nil {
                throw error("a parameter without default follows one with a default")
            }
            parameters.append((name, index(of: name), fallback))
        }
        try advance()
        return parameters
    }

    // MARK: - Targets

    private mutating func assignableName() throws(ChatTemplateError) -> String {
        let name = try anyName()
        let constants = ["true", "false", "none", "True", "False", "None"]
        guard !constants.contains(name) else { throw error("'\(name)' cannot be set") }
        return name
    }

    private mutating func target(
        endNames: [String],
        mayBeMember: Bool
    ) throws(ChatTemplateError) -> Target {
        var targets: [Target] = []
        var isTuple = false
        while !isTupleEnd(endNames), !isSign(.assign) {
            targets.append(try singleTarget(mayBeMember: mayBeMember))
            guard try take(.comma) else { break }
            isTuple = true
        }
        if isTuple { return .tuple(targets) }
        guard let only = targets.first else { throw error("a name to set is missing") }
        return only
    }

    private mutating func singleTarget(mayBeMember: Bool) throws(ChatTemplateError) -> Target {
        if try take(.openParenthesis) {
            try enter()
            defer { leave() }
            let inner = try target(endNames: [], mayBeMember: mayBeMember)
            try expect(.closeParenthesis)
            return inner
        }
        let name = try assignableName()
        if mayBeMember, try take(.dot) {
            return .member(namespace: index(of: name, isRead: true), name: try anyName())
        }
        return .name(index(of: name))
    }
}
