import Grammars
import JSONDocuments
import Testing

/// A pattern with texts that it matches as a whole, and such that it does not.
struct RegexCase: CustomTestStringConvertible, Sendable {
    let pattern: String
    let matches: [String]
    let others: [String]

    var testDescription: String { pattern }

    init(_ pattern: String, _ matches: [String], not others: [String]) {
        self.pattern = pattern
        self.matches = matches
        self.others = others
    }

    static let all = [
        RegexCase("abc", ["abc"], not: ["", "ab", "abcd", "xabc"]),
        RegexCase("", [""], not: ["a"]),
        RegexCase("a|bc|", ["a", "bc", ""], not: ["b", "abc"]),
        RegexCase("(ab)*", ["", "ab", "abab"], not: ["a", "aba"]),
        RegexCase("(ab)+c?", ["ab", "ababc"], not: ["", "c", "abcc"]),
        RegexCase("a{3}", ["aaa"], not: ["aa", "aaaa"]),
        RegexCase("a{2,}", ["aa", "aaaaaa"], not: ["a"]),
        RegexCase("a{2,4}", ["aa", "aaa", "aaaa"], not: ["a", "aaaaa"]),
        RegexCase("(a|b){20,30}", [.init(repeating: "ab", count: 12)], not: ["ab", "a"]),
        RegexCase("(a?){3}", ["", "a", "aaa"], not: ["aaaa"]),
        RegexCase("(a*)*b", ["b", "aaab"], not: ["a", ""]),
        RegexCase("((a*){100}){100}", ["", "a", "aaaaaaaa"], not: ["b"]),
        RegexCase("[a-c]", ["a", "b", "c"], not: ["d", "-", ""]),
        RegexCase("[^a-c]", ["d", "é", "😀", "\n"], not: ["a", ""]),
        RegexCase("[a\\-z]", ["a", "-", "z"], not: ["b"]),
        RegexCase("[-a]", ["-", "a"], not: ["b"]),
        RegexCase("[a-]", ["-", "a"], not: ["b"]),
        RegexCase("[\\]\\\\]", ["]", "\\"], not: ["["]),
        RegexCase("[\\d.]+", ["1.2"], not: ["a"]),
        RegexCase("[^]", ["a", "\n"], not: [""]),
        RegexCase("\\d+", ["0123456789"], not: ["٣", "a"]),
        RegexCase("\\w", ["a", "Z", "0", "_"], not: ["é", "-"]),
        RegexCase("\\W\\D\\S", ["é-x"], not: ["aaa", "-1x"]),
        RegexCase("\\s", [" ", "\t", "\u{A0}", "\u{2028}", "\u{FEFF}"], not: ["a", "\u{85}"]),
        RegexCase(".", ["a", "é", "😀"], not: ["\n", "\r", "\u{2028}", ""]),
        RegexCase("a.*?b", ["ab", "axxb", "abb"], not: ["a"]),
        RegexCase("(?:a)(?<name>b)(?P<other>c)", ["abc"], not: ["ac"]),
        RegexCase("^abc$", ["abc"], not: ["xabc"]),
        RegexCase("^(a|b)$|^c$", ["a", "b", "c"], not: ["d"]),
        RegexCase("\\x41\\u0042\\u{43}", ["ABC"], not: ["abc"]),
        RegexCase("\\uD83D\\uDE00", ["😀"], not: ["😁"]),
        RegexCase("[\\u{1F600}-\\u{1F64F}]", ["😀", "🙏"], not: ["🚀"]),
        RegexCase("\\n\\t\\r\\f\\v\\0\\cA", ["\n\t\r\u{0C}\u{0B}\0\u{01}"], not: ["n"]),
        RegexCase("\\.\\*\\/\\$\\^", [".*/$^"], not: ["a*/$^"]),
        RegexCase("a{,3}", ["a{,3}"], not: ["aaa"]),
        RegexCase("x{", ["x{"], not: ["x"]),
        RegexCase("\\p{L}+", ["abcéжλ日"], not: ["1", " "]),
        RegexCase("\\p{Lu}\\p{Lowercase_Letter}", ["Éa"], not: ["éa", "AA"]),
        RegexCase("\\P{L}", ["1", "-"], not: ["a", "é"]),
        RegexCase("[\\p{Nd}_]", ["٣", "_"], not: ["a"]),
        RegexCase("日本|日光", ["日本", "日光"], not: ["日"]),
        RegexCase("[à-ü]", ["é", "ü"], not: ["e", "þ"]),
        RegexCase("[a-z]{0,5000}x", [.init(repeating: "y", count: 5000) + "x"], not: ["X"]),
    ]
}

@Suite("Regular expressions")
struct RegexTests {
    @Test("a whole text matches or does not", arguments: RegexCase.all)
    func wholeMatch(each: RegexCase) throws {
        let grammar = try Grammar.compile(.regex(each.pattern))
        for text in each.matches { #expect(grammar.accepts(Array(text.utf8)), "'\(text)'") }
        for text in each.others { #expect(!grammar.accepts(Array(text.utf8)), "'\(text)'") }
    }

    @Test("a pattern in a schema says the same about strings", arguments: RegexCase.all)
    func anchoredPattern(each: RegexCase) throws {
        let pattern = "^(?:\(each.pattern))$"
        let schema = Sample.schema(["type": .string("string"), "pattern": .string(pattern)])
        let grammar = try Grammar.compile(schema)
        for text in each.matches { #expect(grammar.accepts(Sample.text(text)), "'\(text)'") }
        for text in each.others { #expect(!grammar.accepts(Sample.text(text)), "'\(text)'") }
    }

    @Test(
        "a pattern in a schema is searched for",
        arguments: [
            ("b", ["b", "abc"], ["", "ac"]), ("^b", ["b", "bc"], ["ab"]),
            ("b$", ["b", "ab"], ["bc"]), ("^$", [""], ["a"]), ("^a|b$", ["ax", "xb"], ["xax"]),
            ("a$b", [], ["a", "ab", "a$b"]), ("(^|x)a", ["a", "ba" + "xa"], ["ba"]),
            ("$^", [""], ["a"]),
        ] as [(String, [String], [String])]
    )
    func search(pattern: String, matches: [String], others: [String]) throws {
        let schema = Sample.schema(["type": .string("string"), "pattern": .string(pattern)])
        let outcome = Outcome(of: schema)
        guard case .compiled(let grammar) = outcome else {
            #expect(matches.isEmpty)
            return
        }
        for text in matches { #expect(grammar.accepts(Sample.text(text)), "'\(text)'") }
        for text in others { #expect(!grammar.accepts(Sample.text(text)), "'\(text)'") }
    }

    @Test(
        "what an automaton cannot do is refused by its name",
        arguments: [
            ("a(?=b)", "look-ahead"), ("a(?!b)", "look-ahead"), ("(?<=a)b", "look-behind"),
            ("(?<!a)b", "look-behind"), ("(a)\\1", "a back reference"),
            ("(?<n>a)\\k<n>", "a named back reference"), ("\\bword", "the word boundary \\b"),
            ("(?i)a", "an inline flag"), ("(?>a)", "an atomic group"),
            ("a++", "a possessive quantifier"), ("a^b", "an anchor inside the expression"),
            ("\\p{Script=Greek}", "the property \\p{Script=Greek}"),
        ]
    )
    func refused(pattern: String, feature: String) {
        guard case .refused(.unsupported(let name, let path, _)) = Outcome(of: .regex(pattern))
        else {
            Issue.record("'\(pattern)' is not refused as unsupported")
            return
        }
        #expect(name == feature)
        #expect(path == "#")
    }

    @Test(
        "a mistake is reported with its place",
        arguments: [
            ("a)", 1), ("(a", 2), ("[a", 0), ("*a", 0), ("a**", 3), ("a{3,2}", 6), ("[b-a]", 4),
            ("\\q", 1), ("\\x4", 3), ("\\", 1), ("(?<n", 4), ("^*", 2), ("\\uD800", 6),
        ]
    )
    func malformed(pattern: String, offset: Int) {
        guard case .refused(.malformedRegex(_, let place, _)) = Outcome(of: .regex(pattern)) else {
            Issue.record("'\(pattern)' is not refused as malformed")
            return
        }
        #expect(place == offset)
    }
}
