/// Reads grammars in GBNF, and in EBNF as far as it is written the same way.
///
/// `name ::= …` with literals, classes, `.`, groups, `|`, `* + ?`, `{m,n}`, comments after `#`,
/// and `<name>` for a control token. Recursion of the reader is bounded by the depth.
struct GBNFCompiler {
    private let scalars: [Unicode.Scalar]
    private let budget: CompileBudget
    private var position = 0
    private var line = 1
    private var rules: [String: (number: Int, isDefined: Bool, line: Int)] = [:]
    private var builder: ProgramBuilder

    /// Adds the rules of a grammar to a program and returns the number of `root`.
    static func compile(
        _ text: String,
        into builder: inout ProgramBuilder,
        budget: CompileBudget
    ) throws(GrammarError) -> Int {
        guard text.utf8.count <= budget.limits.schemaByteCount else {
            throw .tooLarge(
                path: "grammar",
                what: "the size of the grammar in bytes",
                limit: budget.limits.schemaByteCount
            )
        }
        var taken = ProgramBuilder(budget: budget)
        swap(&taken, &builder)
        var compiler = GBNFCompiler(
            scalars: Array(text.unicodeScalars),
            budget: budget,
            builder: consume taken
        )
        try compiler.grammar()
        guard let root = compiler.rules["root"], root.isDefined else {
            throw .malformedGrammar(line: compiler.line, reason: "there is no rule 'root'")
        }
        for (name, rule) in compiler.rules.sorted(by: { $0.value.line < $1.value.line })
        where !rule.isDefined {
            throw .malformedGrammar(line: rule.line, reason: "the rule '\(name)' is not defined")
        }
        builder = compiler.builder
        return root.number
    }

    private init(scalars: [Unicode.Scalar], budget: CompileBudget, builder: ProgramBuilder) {
        self.scalars = scalars
        self.budget = budget
        self.builder = builder
    }

    // MARK: - Rules

    private mutating func grammar() throws(GrammarError) {
        skipSpace(acrossLines: true)
        while peek != nil {
            let name = try ruleName()
            skipSpace(acrossLines: true)
            for scalar in "::=".unicodeScalars {
                guard peek == scalar else { throw error("'::=' is missing after '\(name)'") }
                position += 1
            }
            let number = try rule(named: name)
            guard rules[name]?.isDefined == false else {
                throw error("the rule '\(name)' is defined twice")
            }
            rules[name]?.isDefined = true
            skipSpace(acrossLines: true)
            let body = try alternatives(depth: 0)
            try builder.define(number, as: body)
            guard peek == nil || peek == "\n" || peek == "\r" || peek == ";" else {
                throw error("the rule '\(name)' is followed by something else")
            }
            if peek == ";" { position += 1 }
            skipSpace(acrossLines: true)
        }
    }

    private mutating func rule(named name: String) throws(GrammarError) -> Int {
        if let known = rules[name] { return known.number }
        let number = try builder.declareRule("grammar rule '\(name)'")
        rules[name] = (number, false, line)
        return number
    }

    private mutating func ruleName() throws(GrammarError) -> String {
        var name = ""
        while let next = peek, Self.isNameScalar(next) {
            name.unicodeScalars.append(next)
            position += 1
        }
        guard !name.isEmpty, name.utf8.count <= 256 else { throw error("a rule's name is missing") }
        return name
    }

    private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
        default: false
        }
    }

    // MARK: - Bodies

    private mutating func alternatives(depth: Int) throws(GrammarError) -> Expression {
        try budget.checkDepth(depth, at: "grammar")
        var choices = [try sequence(depth: depth)]
        while peek == "|" {
            position += 1
            skipSpace(acrossLines: true)
            choices.append(try sequence(depth: depth))
        }
        return choices.count == 1 ? choices[0] : .choice(choices)
    }

    private mutating func sequence(depth: Int) throws(GrammarError) -> Expression {
        var parts: [Expression] = []
        while let next = peek {
            try budget.spend(1, at: "grammar")
            let part: Expression
            switch next {
            case "\"": part = .text(try literal())
            case "[": part = .scalar(try characterClass())
            case ".":
                position += 1
                part = .scalar(.all)
            case "(":
                position += 1
                skipSpace(acrossLines: true)
                part = try alternatives(depth: depth + 1)
                guard peek == ")" else { throw error("a '(' is not closed") }
                position += 1
            case "<": part = .special(try controlToken())
            case "!":
                throw .unsupported(
                    feature: "!",
                    path: "grammar",
                    reason: "a control token cannot be excluded"
                )
            case _ where Self.isNameScalar(next):
                let name = try ruleName()
                part = .call(try rule(named: name))
            default: return .sequence(parts)
            }
            parts.append(try quantified(part))
            // Inside brackets a sequence may run over several lines; outside, the next rule
            // begins with a name and '::='.
            skipSpace(acrossLines: depth > 0)
            if depth == 0 { skipLineBreakBeforeContinuation() }
        }
        return .sequence(parts)
    }

    /// At the end of a line: goes on to the next one if that begins with `|`.
    private mutating func skipLineBreakBeforeContinuation() {
        guard peek == "\n" || peek == "\r" else { return }
        let start = position
        let startLine = line
        skipSpace(acrossLines: true)
        if peek != "|" {
            position = start
            line = startLine
        }
    }

    private mutating func quantified(_ body: Expression) throws(GrammarError) -> Expression {
        var result = body
        var count = 0
        while let next = peek {
            switch next {
            case "*": result = .repeated(result, atLeast: 0, atMost: nil)
            case "+": result = .repeated(result, atLeast: 1, atMost: nil)
            case "?": result = .repeated(result, atLeast: 0, atMost: 1)
            case "{":
                let (least, most) = try braces()
                result = .repeated(result, atLeast: least, atMost: most)
                position -= 1
            default: return result
            }
            position += 1
            count += 1
            guard count <= 4 else { throw error("too many quantifiers follow one another") }
        }
        return result
    }

    private mutating func braces() throws(GrammarError) -> (Int, Int?) {
        position += 1
        skipSpace(acrossLines: false)
        let least = try number()
        skipSpace(acrossLines: false)
        var most = least
        if peek == "," {
            position += 1
            skipSpace(acrossLines: false)
            most = try number()
            skipSpace(acrossLines: false)
        }
        guard peek == "}" else { throw error("a '{' is not closed") }
        position += 1
        guard least != nil || most != nil else { throw error("a repetition has no count") }
        if let most, most < least ?? 0 { throw error("a repetition's bounds are reversed") }
        return (least ?? 0, most)
    }

    private mutating func number() throws(GrammarError) -> Int? {
        var value: Int?
        while let digit = peek, ("0"..."9").contains(digit) {
            value = (value ?? 0) * 10 + Int(digit.value - 48)
            try budget.checkRepetitions(value ?? 0, at: "grammar")
            position += 1
        }
        return value
    }

    // MARK: - Characters

    private mutating func literal() throws(GrammarError) -> String {
        position += 1
        var text = String.UnicodeScalarView()
        while let next = peek, next != "\"" {
            guard next != "\n" else { throw error("a literal is not closed") }
            text.append(try character())
        }
        guard peek == "\"" else { throw error("a literal is not closed") }
        position += 1
        return String(text)
    }

    private mutating func characterClass() throws(GrammarError) -> ScalarSet {
        position += 1
        let isNegated = peek == "^"
        if isNegated { position += 1 }
        var ranges: [ClosedRange<UInt32>] = []
        while let next = peek, next != "]" {
            guard next != "\n" else { throw error("a class is not closed") }
            let low = try character().value
            var high = low
            if peek == "-", position + 1 < scalars.count, scalars[position + 1] != "]" {
                position += 1
                high = try character().value
            }
            guard low <= high else { throw error("a range in a class is reversed") }
            ranges.append(low...high)
        }
        guard peek == "]" else { throw error("a class is not closed") }
        position += 1
        let set = ScalarSet(ranges)
        return isNegated ? set.complement : set
    }

    private mutating func character() throws(GrammarError) -> Unicode.Scalar {
        guard let next = peek else { throw error("the grammar ends too early") }
        position += 1
        guard next == "\\" else { return next }
        guard let escaped = peek else { throw error("an escape is not finished") }
        position += 1
        switch escaped {
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "0": return "\0"
        case "x": return try hexScalar(digits: 2)
        case "u": return try hexScalar(digits: 4)
        case "U": return try hexScalar(digits: 8)
        case "\"", "\\", "[", "]", "-", "^", "/", "'", ".", "(", ")", "|", "*", "+", "?", "{", "}":
            return escaped
        default: throw error("the escape '\\\(escaped)' is unknown")
        }
    }

    private mutating func hexScalar(digits: Int) throws(GrammarError) -> Unicode.Scalar {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let next = peek, next.isASCII, let digit = Character(next).hexDigitValue,
                value < 0x1000_0000
            else { throw error("an escape is not hexadecimal") }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw error("an escape names no character")
        }
        return scalar
    }

    private mutating func controlToken() throws(GrammarError) -> String {
        var name = String.UnicodeScalarView()
        while let next = peek, next != ">", next != "\n" {
            name.append(next)
            position += 1
        }
        guard peek == ">" else { throw error("a control token is not closed") }
        position += 1
        name.append(">")
        return String(name)
    }

    // MARK: - Space

    private mutating func skipSpace(acrossLines: Bool) {
        while let next = peek {
            switch next {
            case " ", "\t": position += 1
            case "#": while peek != nil, peek != "\n" { position += 1 }
            case "\n" where acrossLines, "\r" where acrossLines:
                if next == "\n" { line += 1 }
                position += 1
            default: return
            }
        }
    }

    private var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private func error(_ reason: String) -> GrammarError {
        .malformedGrammar(line: line, reason: reason)
    }
}
