/// A set of numbers, as the texts that spell them.
struct NumberSet: Hashable {
    /// Every plain text of every number in the set.
    var plain: ScalarAutomaton
    /// Scientific texts of numbers in the set: all of them, or only some.
    var scientific: ScalarAutomaton
    var scientificIsComplete: Bool
    /// Whether nothing has been asked of the numbers yet.
    var isAll: Bool

    static let none = NumberSet(
        plain: .never,
        scientific: .never,
        scientificIsComplete: true,
        isAll: false
    )

    static let all = NumberSet(
        plain: built("-?(0|[1-9][0-9]*)(\\.[0-9]+)?"),
        scientific: built(
            "-?[1-9](\\.[0-9]{1,\(NumberTexts.scientificDigits)})?[eE][+-]?(0?[0-9]|1[0-9]|20)"
        ),
        scientificIsComplete: true,
        isAll: true
    )

    static let integers = NumberSet(
        plain: built("-?(0|[1-9][0-9]*)(\\.0+)?"),
        scientific: .never,
        scientificIsComplete: false,
        isAll: false
    )

    /// Texts of any number, generously: the exponent is bounded so that the value is finite.
    static let anyText = built(
        "-?(0|[1-9][0-9]{0,55})(\\.[0-9]{1,24})?([eE][+-]?(0?[0-9]{1,2}|1[0-9]{2}|2[0-4][0-9]))?"
    )
    private static let longIntegers = built("-?(0|[1-9][0-9]{0,55})(\\.0)?")
    private static let shortIntegers = built("-?(0|[1-9][0-9]{0,19})(\\.0)?")
    private static let longDecimals = built("-?(0|[1-9][0-9]{0,55})(\\.[0-9]{1,24})?")

    private static func built(_ pattern: String) -> ScalarAutomaton {
        let budget = CompileBudget(GrammarLimits())
        let anchored = "^(\(pattern))$"
        let automaton = try? PatternAutomaton.matching(
            RegexParser.parse(anchored, budget: budget, path: "number"),
            budget: budget,
            path: "number"
        )
        return automaton ?? .never
    }

    var isEmpty: Bool { plain.isEmpty && scientific.isEmpty }

    // MARK: - Making sets

    static func comparing(
        _ relation: NumberTexts.Relation,
        _ bound: Decimal,
        budget: CompileBudget,
        path: String
    ) throws(GrammarError) -> NumberSet {
        NumberSet(
            plain: try NumberTexts.plain(relation, bound, budget: budget, path: path),
            scientific: try NumberTexts.scientific(relation, bound, budget: budget, path: path),
            scientificIsComplete: true,
            isAll: false
        )
    }

    static func multiples(
        of divisor: Decimal,
        budget: CompileBudget,
        path: String
    ) throws(GrammarError) -> NumberSet {
        NumberSet(
            plain: try NumberTexts.multiples(of: divisor, budget: budget, path: path),
            scientific: .never,
            scientificIsComplete: false,
            isAll: false
        )
    }

    /// Exactly these values.
    static func values(
        _ values: [Decimal],
        budget: CompileBudget,
        path: String
    ) throws(GrammarError) -> NumberSet {
        let zeros = RegexTree.repeated(.set(ScalarSet("0")), atLeast: 0, atMost: nil)
        let point = RegexTree.set(ScalarSet("."))
        let trees = values.map { value in
            var parts = [RegexTree.text(value.plainText)]
            if value.digits.isEmpty {
                parts.insert(
                    .repeated(.set(ScalarSet("-")), atLeast: 0, atMost: 1),
                    at: 0
                )
            }
            if value.isInteger {
                let fraction = RegexTree.sequence([point, .set(ScalarSet("0")), zeros])
                parts.append(.repeated(fraction, atLeast: 0, atMost: 1))
            } else {
                parts.append(zeros)
            }
            return RegexTree.sequence(parts)
        }
        guard !trees.isEmpty else { return .none }
        // Writers of JSON use an exponent where the plain text is long.
        let scientific = values.filter { !(-4...16).contains($0.exponent) }.flatMap(\.shortTexts)
        return NumberSet(
            plain: try PatternAutomaton.matching(.choice(trees), budget: budget, path: path),
            scientific: try .texts(scientific, budget: budget, path: path)
                .trimmed(budget: budget, path: path),
            scientificIsComplete: false,
            isAll: false
        )
    }

    // MARK: - Algebra

    func intersection(
        _ other: NumberSet,
        budget: CompileBudget,
        path: String
    ) throws(GrammarError) -> NumberSet {
        if isAll { return other }
        if other.isAll { return self }
        return NumberSet(
            plain: try plain.intersection(other.plain, budget: budget, path: path),
            scientific: try scientific.intersection(other.scientific, budget: budget, path: path),
            scientificIsComplete: scientificIsComplete && other.scientificIsComplete,
            isAll: false
        )
    }

    func union(
        _ other: NumberSet,
        budget: CompileBudget,
        path: String
    ) throws(GrammarError) -> NumberSet {
        if isAll || other.isAll { return .all }
        return NumberSet(
            plain: try plain.union(other.plain, budget: budget, path: path),
            scientific: try scientific.union(other.scientific, budget: budget, path: path),
            scientificIsComplete: scientificIsComplete && other.scientificIsComplete,
            isAll: false
        )
    }

    func complement(budget: CompileBudget, path: String) throws(GrammarError) -> NumberSet {
        if isAll { return .none }
        let all = NumberSet.all
        return NumberSet(
            plain: try all.plain.subtracting(plain, budget: budget, path: path),
            scientific: scientificIsComplete
                ? try all.scientific.subtracting(scientific, budget: budget, path: path) : .never,
            scientificIsComplete: scientificIsComplete,
            isAll: false
        )
    }

    // MARK: - Writing

    /// What an answer may say: few digits, and no more than one zero after an integer's point.
    func expression(budget: CompileBudget, path: String) throws(GrammarError) -> Expression {
        if isAll { return .leaf(.ascii(Self.anyText)) }
        let integers = NumberSet.integers.plain
        let isWhole = try plain.subtracting(integers, budget: budget, path: path).isEmpty
        let form =
            isWhole
            ? (plain.stateCount > 100 ? Self.shortIntegers : Self.longIntegers) : Self.longDecimals
        var parts: [Expression] = []
        let plainTexts = try plain.intersection(form, budget: budget, path: path)
        if !plainTexts.isEmpty { parts.append(.leaf(.ascii(plainTexts))) }
        if !scientific.isEmpty { parts.append(.leaf(.ascii(scientific))) }
        return parts.count == 1 ? parts[0] : .choice(parts)
    }
}
