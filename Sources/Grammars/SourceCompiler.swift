import JSONDocuments

/// Turns a composed source into one program.
struct SourceCompiler {
    private var builder: ProgramBuilder
    private let budget: CompileBudget
    private var schemaByteCount = 0

    static func compile(
        _ source: GrammarSource,
        budget: CompileBudget
    ) throws(GrammarError) -> Program {
        var compiler = SourceCompiler(budget: budget)
        let root = try compiler.builder.declareRule("#")
        let expression = try compiler.expression(source, path: "#", depth: 0)
        try compiler.builder.define(root, as: expression)
        var program = compiler.builder.program
        program.rootRule = Int32(root)
        return try ProgramChecks.checked(program, budget: budget)
    }

    private init(budget: CompileBudget) {
        self.budget = budget
        builder = ProgramBuilder(budget: budget)
    }

    private mutating func expression(
        _ source: GrammarSource,
        path: String,
        depth: Int
    ) throws(GrammarError) -> Expression {
        try budget.checkDepth(depth, at: path)
        try budget.spend(1, at: path)
        switch source {
        case .jsonSchema(let schema, let options):
            return try schemaExpression(schema, options: options, path: path)
        case .jsonValue: return try schemaExpression(.bool(true), options: .init(), path: path)
        case .jsonObject:
            let schema = JSONValue.object([JSONMember("type", .string("object"))])
            return try schemaExpression(schema, options: .init(), path: path)
        case .regex(let pattern):
            return try RegexExpression.wholeMatch(pattern, budget: budget, path: path)
        case .choice(let texts):
            guard texts.count <= budget.limits.choices else {
                throw .tooLarge(path: path, what: "a choice", limit: budget.limits.choices)
            }
            return .words(texts.map { Array($0.utf8) })
        case .gbnf(let text):
            return .call(try GBNFCompiler.compile(text, into: &builder, budget: budget))
        case .literal(let text): return .text(text)
        case .specialToken(let name): return .special(name)
        case .sequence(let parts):
            return .sequence(try expressions(parts, "sequence", path: path, depth: depth))
        case .alternatives(let parts):
            return .choice(try expressions(parts, "alternatives", path: path, depth: depth))
        case .repeated(let body, let least, let most):
            guard least >= 0, least <= most ?? least else {
                throw .invalid(
                    path: path,
                    expected: "a repetition whose bounds are in order",
                    got: "\(least) to \(most ?? least)"
                )
            }
            let inner = try expression(body, path: "\(path).repeated", depth: depth + 1)
            return .repeated(inner, atLeast: least, atMost: most)
        case .text(let excluded):
            return .leaf(.text(try TextLeaf(excluding: excluded, budget: budget, path: path)))
        case .tagged(let tags, let options):
            return try tagged(tags, options, path: path, depth: depth)
        }
    }

    private mutating func expressions(
        _ parts: [GrammarSource],
        _ kind: String,
        path: String,
        depth: Int
    ) throws(GrammarError) -> [Expression] {
        var result: [Expression] = []
        for (index, part) in parts.enumerated() {
            result.append(
                try expression(part, path: "\(path).\(kind)[\(index)]", depth: depth + 1)
            )
        }
        return result
    }

    private mutating func schemaExpression(
        _ schema: JSONValue,
        options: JSONTextOptions,
        path: String
    ) throws(GrammarError) -> Expression {
        var writer = JSONWriter()
        writer.value(schema)
        let limits = budget.limits
        guard writer.bytes.count <= limits.schemaByteCount else {
            throw .tooLarge(
                path: path,
                what: "the size of the schema in bytes",
                limit: limits.schemaByteCount
            )
        }
        schemaByteCount += writer.bytes.count
        guard schemaByteCount <= limits.totalByteCount else {
            throw .tooLarge(
                path: path,
                what: "the size of all schemas in bytes",
                limit: limits.totalByteCount
            )
        }
        return .call(
            try SchemaCompiler.compile(
                schema,
                options: options,
                into: &builder,
                budget: budget,
                path: path
            )
        )
    }

    // MARK: - Tags

    /// `text (tag text)*`, where the text has nothing in it that begins a tag.
    private mutating func tagged(
        _ tags: [GrammarTag],
        _ options: TaggedTextOptions,
        path: String,
        depth: Int
    ) throws(GrammarError) -> Expression {
        var excluded = options.forbiddenTexts
        var bodies: [Expression] = []
        for (index, tag) in tags.enumerated() {
            let place = "\(path).tagged[\(index)]"
            if case .text(let text) = tag.begin {
                guard !text.isEmpty else {
                    throw .invalid(path: place, expected: "a text that begins a tag", got: "none")
                }
                excluded.append(text)
            }
            var parts = [try expression(tag.begin.source, path: place, depth: depth + 1)]
            parts.append(try expression(tag.content, path: place, depth: depth + 1))
            if let end = tag.end {
                parts.append(try expression(end.source, path: place, depth: depth + 1))
            }
            bodies.append(.sequence(parts))
        }
        let text: Expression =
            options.allowsText
            ? .leaf(.text(try TextLeaf(excluding: excluded, budget: budget, path: path))) : .empty
        if tags.isEmpty { return options.needsTag ? .never : text }
        let tag = Expression.choice(bodies)
        if options.stopsAfterFirst {
            let first = Expression.sequence([text, tag])
            return options.needsTag ? first : .choice([first, text])
        }
        // The text after a tag is the text before the next one: `text (tag text)*`.
        let least = options.needsTag ? 1 : 0
        return .sequence([
            text, .repeated(.sequence([tag, text]), atLeast: least, atMost: nil),
        ])
    }
}
