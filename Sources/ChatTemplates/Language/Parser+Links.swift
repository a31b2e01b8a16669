extension Parser {
    /// Parses `.name`, `[item]` and `(arguments)` behind a value.
    mutating func postfix(_ value: Expression) throws(ChatTemplateError) -> Expression {
        var links: [Link] = []
        while true {
            let line = token.line
            if try take(.dot) {
                links.append(Link(kind: try attribute(), line: line))
            } else if try take(.openBracket) {
                links.append(Link(kind: try subscription(), line: line))
            } else if try take(.openParenthesis) {
                links.append(Link(kind: .call(try arguments()), line: line))
            } else {
                return value.linked(links)
            }
        }
    }

    /// Parses `|filter`, `is test` and calls behind a value.
    mutating func filtered(_ value: Expression) throws(ChatTemplateError) -> Expression {
        var links: [Link] = []
        while true {
            let line = token.line
            if try take(.pipe) {
                links.append(try filter(line: line))
            } else if try takeName("is") {
                links.append(try test(line: line))
            } else if try take(.openParenthesis) {
                links.append(Link(kind: .call(try arguments()), line: line))
            } else {
                return value.linked(links)
            }
        }
    }

    /// Parses a filter's name and arguments.
    mutating func filter(line: Int) throws(ChatTemplateError) -> Link {
        let name = try dottedName()
        guard isConditional || FilterName(rawValue: name) != nil else {
            throw .syntax(line: line, reason: "there is no filter '\(name)'")
        }
        let arguments = try take(.openParenthesis) ? try arguments() : ArgumentList()
        return Link(kind: .filter(name, arguments), line: line)
    }

    private mutating func test(line: Int) throws(ChatTemplateError) -> Link {
        let isNegated = try takeName("not")
        let name = try dottedName()
        guard isConditional || TestName(rawValue: name) != nil else {
            throw .syntax(line: line, reason: "there is no test '\(name)'")
        }
        var list = ArgumentList()
        if try take(.openParenthesis) {
            list = try arguments()
        } else if startsArgument {
            if isName("is") { throw error("'is' cannot follow a test without brackets") }
            list.positional = [try testArgument()]
        }
        return Link(kind: .test(name, list, isNegated: isNegated), line: line)
    }

    private mutating func testArgument() throws(ChatTemplateError) -> Expression {
        try enter()
        defer { leave() }
        return try operand()
    }

    private var startsArgument: Bool {
        switch token.kind {
        case .name(let name): !["else", "or", "and"].contains(name)
        case .text, .integer, .float, .sign(.openParenthesis), .sign(.openBracket),
            .sign(.openBrace):
            true
        default: false
        }
    }

    private mutating func dottedName() throws(ChatTemplateError) -> String {
        var name = try anyName()
        while try take(.dot) { name += "." + (try anyName()) }
        return name
    }

    private mutating func attribute() throws(ChatTemplateError) -> Link.Kind {
        if case .integer(let value) = token.kind {
            try advance()
            return .item(.integer(value))
        }
        return .attribute(try anyName())
    }

    private mutating func subscription() throws(ChatTemplateError) -> Link.Kind {
        var items: [Link.Kind] = []
        while !isSign(.closeBracket) {
            if !items.isEmpty { try expect(.comma) }
            items.append(try subscriptionPart())
        }
        try advance()
        guard items.count != 1 else { return items[0] }
        var tuple: [Expression] = []
        for item in items {
            guard case .item(let value) = item else { throw error("a slice stands alone") }
            tuple.append(value)
        }
        return .item(.tuple(tuple))
    }

    private mutating func subscriptionPart() throws(ChatTemplateError) -> Link.Kind {
        var bounds = SliceBounds()
        if !isSign(.colon) {
            let value = try expression()
            guard isSign(.colon) else { return .item(value) }
            bounds.start = value
        }
        try advance()
        bounds.end = try sliceBound()
        if try take(.colon) { bounds.step = try sliceBound() }
        return .slice(bounds)
    }

    private mutating func sliceBound() throws(ChatTemplateError) -> Expression? {
        if isSign(.colon) || isSign(.comma) || isSign(.closeBracket) { return nil }
        return try expression()
    }

    /// Parses what stands in brackets, and the closing one.
    mutating func arguments() throws(ChatTemplateError) -> ArgumentList {
        var list = ArgumentList()
        var isFirst = true
        while !isSign(.closeParenthesis) {
            if !isFirst {
                try expect(.comma)
                if isSign(.closeParenthesis) { break }
            }
            isFirst = false
            try argument(into: &list)
        }
        try advance()
        return list
    }

    private mutating func argument(into list: inout ArgumentList) throws(ChatTemplateError) {
        let isAfterSpread = list.spread != nil || list.namedSpread != nil
        if try take(.multiply) {
            if isAfterSpread { throw error("an argument comes too late") }
            list.spread = try expression()
        } else if try take(.power) {
            if list.namedSpread != nil { throw error("an argument comes too late") }
            list.namedSpread = try expression()
        } else if case .name(let name) = token.kind, try lookAhead().kind == .sign(.assign) {
            if list.namedSpread != nil { throw error("an argument comes too late") }
            if list.named.contains(where: { $0.name == name }) {
                throw error("the argument '\(name)' is given twice")
            }
            try advance()
            try advance()
            list.named.append((name, try expression()))
        } else {
            if isAfterSpread || !list.named.isEmpty { throw error("an argument comes too late") }
            list.positional.append(try expression())
        }
    }
}

extension Expression {
    /// The value with more done to it.
    func linked(_ more: [Link]) -> Expression {
        if more.isEmpty { return self }
        if case .chain(let base, let links) = self { return .chain(base, links + more) }
        return .chain(self, more)
    }
}
