extension Parser {
    /// Parses an expression with everything in it.
    mutating func expression() throws(ChatTemplateError) -> Expression {
        try enter()
        defer { leave() }
        let outer = isConditional
        var value = try disjunction()
        while try takeName("if") {
            isConditional = true
            let condition = try disjunction()
            var otherwise: Expression?
            if try takeName("else") { otherwise = try expression() }
            value = .conditional(value, condition: condition, otherwise: otherwise)
            isConditional = outer
        }
        return value
    }

    /// Parses an expression that is not `… if …`.
    mutating func disjunction() throws(ChatTemplateError) -> Expression {
        let first = try conjunction()
        guard isName("or") else { return first }
        var parts = [first]
        while try takeName("or") { parts.append(try conjunction()) }
        return .or(parts)
    }

    private mutating func conjunction() throws(ChatTemplateError) -> Expression {
        let first = try negation()
        guard isName("and") else { return first }
        var parts = [first]
        while try takeName("and") { parts.append(try negation()) }
        return .and(parts)
    }

    private mutating func negation() throws(ChatTemplateError) -> Expression {
        guard isName("not") else { return try comparison() }
        try enter()
        defer { leave() }
        try advance()
        return .not(try negation())
    }

    private mutating func comparison() throws(ChatTemplateError) -> Expression {
        let line = token.line
        let first = try sum()
        var parts: [(comparison: Comparison, operand: Expression)] = []
        while let comparison = try takeComparison() {
            parts.append((comparison, try sum()))
        }
        return parts.isEmpty ? first : .comparison(first, parts, line: line)
    }

    private mutating func takeComparison() throws(ChatTemplateError) -> Comparison? {
        let comparison: Comparison
        switch token.kind {
        case .sign(.equal): comparison = .equal
        case .sign(.notEqual): comparison = .notEqual
        case .sign(.less): comparison = .less
        case .sign(.lessOrEqual): comparison = .lessOrEqual
        case .sign(.greater): comparison = .greater
        case .sign(.greaterOrEqual): comparison = .greaterOrEqual
        case .name("in"): comparison = .isIn
        case .name("not"):
            guard try lookAhead().kind == .name("in") else { return nil }
            try advance()
            comparison = .isNotIn
        default: return nil
        }
        try advance()
        return comparison
    }

    private mutating func sum() throws(ChatTemplateError) -> Expression {
        let line = token.line
        let first = try concatenation()
        var parts: [(sign: Sign, operand: Expression)] = []
        while let sign = try takeSign([.add, .subtract]) {
            parts.append((sign, try concatenation()))
        }
        return parts.isEmpty ? first : .arithmetic(first, parts, line: line)
    }

    private mutating func concatenation() throws(ChatTemplateError) -> Expression {
        let first = try product()
        guard isSign(.concatenate) else { return first }
        var parts = [first]
        while try take(.concatenate) { parts.append(try product()) }
        return .concatenation(parts)
    }

    private mutating func product() throws(ChatTemplateError) -> Expression {
        let line = token.line
        let first = try power()
        var parts: [(sign: Sign, operand: Expression)] = []
        while let sign = try takeSign([.multiply, .divide, .floorDivide, .remainder]) {
            parts.append((sign, try power()))
        }
        return parts.isEmpty ? first : .arithmetic(first, parts, line: line)
    }

    /// Unlike Python's, Jinja's powers go from left to right.
    private mutating func power() throws(ChatTemplateError) -> Expression {
        let line = token.line
        let first = try unary(withFilters: true)
        var parts: [(sign: Sign, operand: Expression)] = []
        while let sign = try takeSign([.power]) {
            parts.append((sign, try unary(withFilters: true)))
        }
        return parts.isEmpty ? first : .arithmetic(first, parts, line: line)
    }

    private mutating func takeSign(_ signs: [Sign]) throws(ChatTemplateError) -> Sign? {
        guard case .sign(let sign) = token.kind, signs.contains(sign) else { return nil }
        try advance()
        return sign
    }

    private mutating func unary(withFilters: Bool) throws(ChatTemplateError) -> Expression {
        let line = token.line
        var value: Expression
        if let sign = try takeSign([.add, .subtract]) {
            try enter()
            defer { leave() }
            let operand = try unary(withFilters: false)
            value = sign == .add ? .positive(operand, line: line) : .negative(operand, line: line)
        } else {
            value = try primary()
        }
        value = try postfix(value)
        return withFilters ? try filtered(value) : value
    }

    /// Parses the argument of a test: a value and what is taken out of it.
    mutating func operand() throws(ChatTemplateError) -> Expression {
        try postfix(try primary())
    }

    func isTupleEnd(_ endNames: [String]) -> Bool {
        switch token.kind {
        case .variableEnd, .blockEnd, .sign(.closeParenthesis): true
        case .name(let name): endNames.contains(name)
        default: false
        }
    }

    /// Parses values with commas between them; a single one without comma is that value itself.
    mutating func values(
        withConditions: Bool = true,
        endNames: [String] = [],
        mayBeEmpty: Bool = false
    ) throws(ChatTemplateError) -> Expression {
        var items: [Expression] = []
        var isTuple = false
        while !isTupleEnd(endNames) {
            items.append(withConditions ? try expression() : try disjunction())
            guard try take(.comma) else { break }
            isTuple = true
        }
        if isTuple { return .tuple(items) }
        if let only = items.first { return only }
        guard mayBeEmpty else {
            throw error("an expression is missing before \(token.kind.description)")
        }
        return .tuple([])
    }

    private mutating func primary() throws(ChatTemplateError) -> Expression {
        let kind = token.kind
        switch kind {
        case .name(let name):
            try advance()
            switch name {
            case "true", "True": return .bool(true)
            case "false", "False": return .bool(false)
            case "none", "None": return .none
            default: return .name(index(of: name, isRead: true))
            }
        case .text:
            var bytes: [UInt8] = []
            while case .text(let more) = token.kind {
                bytes += more
                try advance()
            }
            return .text(MarkedText(bytes))
        case .integer(let value):
            try advance()
            return .integer(value)
        case .float(let value):
            try advance()
            return .float(value)
        case .sign(.openParenthesis):
            try advance()
            try enter()
            defer { leave() }
            let value = try values(mayBeEmpty: true)
            try expect(.closeParenthesis)
            return value
        case .sign(.openBracket):
            try advance()
            return .list(try listItems())
        case .sign(.openBrace):
            try advance()
            return .map(try mapItems())
        default:
            throw error("an expression is missing before \(kind.description)")
        }
    }

    private mutating func listItems() throws(ChatTemplateError) -> [Expression] {
        var items: [Expression] = []
        while !isSign(.closeBracket) {
            if !items.isEmpty { try expect(.comma) }
            if isSign(.closeBracket) { break }
            items.append(try expression())
        }
        try advance()
        return items
    }

    private mutating func mapItems() throws(ChatTemplateError) -> [(
        key: Expression, value: Expression
    )] {
        var items: [(key: Expression, value: Expression)] = []
        while !isSign(.closeBrace) {
            if !items.isEmpty { try expect(.comma) }
            if isSign(.closeBrace) { break }
            let key = try expression()
            try expect(.colon)
            items.append((key, try expression()))
        }
        try advance()
        return items
    }
}
