import Grammars
import Testing

@Suite("GBNF")
struct GBNFTests {
    @Test("rules call one another, in any order and recursively")
    func rules() throws {
        let source = GrammarSource.gbnf(
            """
            # sums
            root ::= term ("+" term)*
            term  ::= number | "(" root ")"   # in brackets
            number ::= [0-9]{1,3}
            """
        )
        try Sample.expect(
            source,
            takes: ["1", "12+3", "(1+(2))+345"],
            refuses: ["", "1+", "1234", "(1", "1)"]
        )
    }

    @Test("literals, classes and repetitions are read")
    func parts() throws {
        try Sample.expect(
            .gbnf("root ::= \"a\\n\\x41\\u00e9\\\"\" [^a-c\\]]? .+"),
            takes: ["a\nAé\"dé", "a\nAé\"x"],
            refuses: ["a\nAé\"", "a\nAé"]
        )
        try Sample.expect(
            .gbnf("root ::= [a-z]{2} \",\" [0-9]{2,} \",\" \"x\"{0,1}"),
            takes: ["ab,12,", "ab,1234,x"],
            refuses: ["a,12,", "ab,1,", "ab,12,xx"]
        )
    }

    @Test("a rule may run over several lines")
    func lines() throws {
        let source = GrammarSource.gbnf(
            """
            root ::=
              "a"
              | "b" (
                "c"
                | "d"
              )
            other-rule ::= "x"
            """
        )
        // Only the continuation of a line that begins with a bar belongs to it.
        try Sample.expect(source, takes: ["a", "bc", "bd"], refuses: ["b", "x"])
    }

    @Test("recursion to the right and in the middle is followed")
    func recursion() throws {
        try Sample.expect(
            .gbnf("root ::= \"a\" root \"b\" | \"\""),
            takes: ["", "ab", "aaabbb"],
            refuses: ["a", "aab", "abb"]
        )
        let long = String(repeating: "a", count: 20_000)
        try Sample.expect(
            .gbnf("root ::= \"a\" root | \"b\""),
            takes: [long + "b"],
            refuses: [long]
        )
    }

    @Test(
        "left recursion is refused by its name",
        arguments: [
            "root ::= root \"a\" | \"a\"", "root ::= a\na ::= b \"x\" | \"\"\nb ::= a | \"y\"",
            "root ::= \"\" root \"a\" | \"b\"", "root ::= (\"a\"?) root | \"b\"",
            "root ::= [a]* root | \"b\"",
        ]
    )
    func leftRecursion(grammar: String) {
        guard case .refused(.unsupported(let feature, _, _)) = Outcome(of: .gbnf(grammar)) else {
            Issue.record("the grammar is not refused as unsupported")
            return
        }
        #expect(feature == "left recursion")
    }

    @Test(
        "a mistake is reported with its line",
        arguments: [
            ("", 1), ("start ::= \"a\"", 1), ("root ::= other", 1), ("root := \"a\"", 1),
            ("root ::= \"a\"\nroot ::= \"b\"", 2), ("root ::= \"a", 1), ("root ::= [a", 1),
            ("root ::= (\"a\"", 1), ("root ::= \"a\"{2,1}", 1), ("\nroot ::= \"\\q\"", 2),
            ("root ::= \"a\" ) \"b\"", 1),
        ]
    )
    func malformed(grammar: String, line: Int) {
        guard case .refused(.malformedGrammar(let place, _)) = Outcome(of: .gbnf(grammar)) else {
            Issue.record("the grammar is not refused as malformed")
            return
        }
        #expect(place == line)
    }
}
