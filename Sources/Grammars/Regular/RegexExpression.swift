/// Regular expressions for whole texts: counted repetitions stay counted.
enum RegexExpression {
    /// What a pattern matches from the first to the last character of a text.
    ///
    /// Anchors may stand where they say nothing new, at the very start and end.
    static func wholeMatch(
        _ pattern: String,
        budget: CompileBudget,
        path: String
    ) throws(GrammarError) -> Expression {
        let tree = try RegexParser.parse(pattern, budget: budget, path: path)
        let trimmed = withoutAnchor(withoutAnchor(tree, atStart: true), atStart: false)
        guard !trimmed.containsAnchor else {
            throw .unsupported(
                feature: "an anchor inside the expression",
                path: path,
                reason: "the expression matches the whole text; '^' and '$' may only surround it"
            )
        }
        return expression(trimmed)
    }

    private static func withoutAnchor(_ tree: RegexTree, atStart: Bool) -> RegexTree {
        switch tree {
        case .start: return atStart ? .empty : tree
        case .end: return atStart ? tree : .empty
        case .choice(let parts):
            return .choice(parts.map { withoutAnchor($0, atStart: atStart) })
        case .sequence(var parts):
            guard !parts.isEmpty else { return tree }
            let index = atStart ? 0 : parts.count - 1
            parts[index] = withoutAnchor(parts[index], atStart: atStart)
            return .sequence(parts)
        case .empty, .set, .repeated: return tree
        }
    }

    static func expression(_ tree: RegexTree) -> Expression {
        switch tree {
        case .empty, .start, .end: .empty
        case .set(let set): .scalar(set)
        case .sequence(let parts): .sequence(parts.map(expression))
        case .choice(let parts): .choice(parts.map(expression))
        case .repeated(let body, let least, let most):
            .repeated(expression(body), atLeast: least, atMost: most)
        }
    }
}
