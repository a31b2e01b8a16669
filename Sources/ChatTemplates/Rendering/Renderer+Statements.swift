extension Renderer {
    /// Runs a body in the current scope.
    func run(_ body: [Statement]) throws(ChatTemplateError) -> Flow {
        try enter()
        defer { leave() }
        for statement in body {
            let flow = try run(statement)
            if flow != .next { return flow }
        }
        return .next
    }

    private func run(_ statement: Statement) throws(ChatTemplateError) -> Flow {
        line = statement.line
        try pay(steps: 1)
        switch statement.kind {
        case .text(let text): try write(text)
        case .output(let expressions):
            for expression in expressions {
                try write(try text(of: try evaluate(expression)))
            }
        case .branch(let branches, let otherwise):
            for branch in branches where try isTrue(try evaluate(branch.condition)) {
                return try run(branch.body)
            }
            if !otherwise.isEmpty { return try run(otherwise) }
        case .loop(let loop): return try run(loop)
        case .assignment(let target, let expression):
            try assign(try evaluate(expression), to: target)
        case .macro(let definition):
            set(definition.nameIndex, .macro(Macro(definition, scope: captureScope())))
        case .breakLoop: return .breakLoop
        case .continueLoop: return .continueLoop
        default: return try runScoped(statement)
        }
        return .next
    }

    /// Statements whose bodies have variables of their own.
    private func runScoped(_ statement: Statement) throws(ChatTemplateError) -> Flow {
        switch statement.kind {
        case .blockAssignment(let target, let filters, let body):
            let (text, flow) = try captureScoped(body)
            if flow != .next { return flow }
            try assign(try follow(filters, from: .text(text)), to: target)
        case .filter(let filters, let body):
            let (text, flow) = try captureScoped(body)
            if flow != .next { return flow }
            try write(try self.text(of: try follow(filters, from: .text(text))))
        case .with(let assignments, let body):
            var values: [Value] = []
            for assignment in assignments { values.append(try evaluate(assignment.value)) }
            return try within(Scope(parent: scope)) { () throws(ChatTemplateError) -> Flow in
                for (assignment, value) in zip(assignments, values) {
                    try assign(value, to: assignment.target)
                }
                return try run(body)
            }
        case .scope(let body, let isIsolated):
            let inner = Scope(parent: isIsolated ? nil : scope)
            return try within(inner) { () throws(ChatTemplateError) -> Flow in try run(body) }
        case .callBlock(let definition, let callee, let list):
            let caller = Macro(definition, scope: captureScope())
            let function = try evaluate(callee)
            var arguments = try arguments(list)
            arguments.caller = .macro(caller)
            try write(try text(of: try call(function, arguments)))
        default: break
        }
        return .next
    }

    private func captureScoped(
        _ body: [Statement]
    ) throws(ChatTemplateError) -> (text: MarkedText, flow: Flow) {
        try capture { () throws(ChatTemplateError) -> Flow in
            try within(Scope(parent: scope)) { () throws(ChatTemplateError) -> Flow in
                try run(body)
            }
        }
    }

    /// Runs `body` with `inner` as the innermost scope.
    func within<Result>(
        _ inner: Scope?,
        _ body: () throws(ChatTemplateError) -> Result
    ) throws(ChatTemplateError) -> Result {
        let outer = scope
        scope = inner
        defer { scope = outer }
        return try body()
    }

    // MARK: - Loops

    private func run(_ statement: LoopStatement) throws(ChatTemplateError) -> Flow {
        let items = try items(of: try evaluate(statement.items))
        try run(statement, items: items, level: 0)
        return .next
    }

    /// Runs a loop over `items`; a recursive one comes here again.
    func run(
        _ statement: LoopStatement,
        items: [Value],
        level: Int
    ) throws(ChatTemplateError) {
        let items = try filtered(items, statement)
        if items.isEmpty {
            if statement.otherwise.isEmpty { return }
            _ = try within(Scope(parent: scope)) { () throws(ChatTemplateError) -> Flow in
                try run(statement.otherwise)
            }
            return
        }
        let loop = Loop(statement, items: items, scope: scope, level: level)
        defer { loop.clear() }
        var inner = Scope(parent: scope)
        for (index, item) in items.enumerated() {
            try pay(steps: 1)
            if inner.isCaptured { inner = Scope(parent: scope) } else { inner.clear() }
            loop.index = index
            let flow = try within(inner) { () throws(ChatTemplateError) -> Flow in
                if let loopName { inner[loopName] = .loop(loop) }
                try assign(item, to: statement.target)
                return try run(statement.body)
            }
            if flow == .breakLoop { break }
        }
    }

    private func filtered(
        _ items: [Value],
        _ statement: LoopStatement
    ) throws(ChatTemplateError) -> [Value] {
        guard let condition = statement.condition else { return items }
        var kept: [Value] = []
        let inner = Scope(parent: scope)
        for item in items {
            try pay(steps: 1)
            inner.clear()
            let isKept = try within(inner) { () throws(ChatTemplateError) -> Bool in
                try assign(item, to: statement.target)
                return try isTrue(try evaluate(condition))
            }
            if isKept { kept.append(item) }
        }
        return kept
    }

    // MARK: - Assignment

    func assign(_ value: Value, to target: Target) throws(ChatTemplateError) {
        switch target {
        case .name(let index): set(index, value)
        case .member(let index, let name):
            guard case .namespace(let namespace) = self.value(named: index) else {
                throw typeError("'\(names[index])' is no namespace, so '\(name)' cannot be set")
            }
            try pay(steps: namespace.names.count / 16)
            namespace[name] = value
        case .tuple(let targets):
            let items = try items(of: value)
            guard items.count == targets.count else {
                throw typeError("\(items.count) values cannot go into \(targets.count) names")
            }
            for (target, item) in zip(targets, items) { try assign(item, to: target) }
        }
    }
}
