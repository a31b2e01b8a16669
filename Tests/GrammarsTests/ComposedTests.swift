import Grammars
import JSONDocuments
import Testing

@Suite("Composed sources")
struct ComposedTests {
    private static let tag = GrammarTag(
        begin: "<tool_call>",
        content: .regex("[0-9]+"),
        end: "</tool_call>"
    )

    @Test("free text lets nothing pass that is excluded")
    func freeText() throws {
        try Sample.expect(
            .text(excluding: ["stop", "top!"]),
            takes: ["", "sto", "ststo", "s top", "héllo\n\"", "top", "日本"],
            refuses: ["stop", "xstop", "ststop", "top!", "a stop b"]
        )
    }

    @Test("free text is UTF-8")
    func freeTextIsUTF8() throws {
        let grammar = try Grammar.compile(.text(excluding: ["x"]))
        #expect(grammar.accepts([0xC3, 0xA9]))
        for bytes in [
            [0xC3], [0xA9], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80],
        ] {
            #expect(!grammar.accepts(bytes.map { UInt8($0) }))
        }
    }

    @Test("tags stand in free text")
    func tags() throws {
        try Sample.expect(
            .tagged([Self.tag]),
            takes: [
                "", "no tag", "<tool_call>1</tool_call>", "a <tool_call>12</tool_call> b",
                "<tool_call>1</tool_call><tool_call>2</tool_call>",
                "<tool <<tool_call>3</tool_call>",
            ],
            refuses: ["<tool_call>", "<tool_call>x</tool_call>", "a <tool_call>1", "<tool_call>1<"]
        )
    }

    @Test("a tag may be demanded, and be the last thing")
    func tagOptions() throws {
        try Sample.expect(
            .tagged([Self.tag], options: .init(needsTag: true)),
            takes: ["a <tool_call>1</tool_call> b"],
            refuses: ["", "no tag"]
        )
        try Sample.expect(
            .tagged([Self.tag], options: .init(stopsAfterFirst: true)),
            takes: ["no tag", "a <tool_call>1</tool_call>"],
            refuses: ["<tool_call>1</tool_call> b", "<tool_call>1</tool_call><tool_call>"]
        )
        try Sample.expect(
            .tagged([Self.tag], options: .init(needsTag: true, allowsText: false)),
            takes: [
                "<tool_call>1</tool_call>", "<tool_call>1</tool_call><tool_call>2</tool_call>",
            ],
            refuses: ["", "a<tool_call>1</tool_call>"]
        )
        let functions = ["a", "b"].map {
            GrammarTag(begin: "<function=\($0)>", content: .literal("1"), end: "</function>")
        }
        try Sample.expect(
            .tagged(functions, options: .init(forbiddenTexts: ["<function="])),
            takes: ["x <function=a>1</function> <function=b>1</function>", "<function"],
            refuses: ["<function=", "<function=c>1</function>"]
        )
    }

    @Test("sources compose")
    func composition() throws {
        let pair = GrammarSource.sequence([
            .choice(["x", "xy"]), .literal("="),
            .alternatives([.regex("\\d+"), .jsonObject, .gbnf("root ::= \"y\" root | \"z\"")]),
        ])
        try Sample.expect(
            .repeated(.sequence([pair, .literal(";")]), atLeast: 1, atMost: 2),
            takes: ["x=1;", "xy={\"a\":[1]};x=yyz;"],
            refuses: ["", "x=1", "x=1;x=1;x=1;", "y=1;", "x=[];"]
        )
    }

    @Test("bounds that are reversed and tags without a beginning are refused")
    func mistakes() {
        let sources: [GrammarSource] = [
            .repeated(.literal("a"), atLeast: 2, atMost: 1),
            .repeated(.literal("a"), atLeast: -1, atMost: nil),
            .tagged([GrammarTag(begin: "", content: .jsonValue, end: "x")]),
        ]
        for source in sources {
            guard case .refused(.invalid) = Outcome(of: source) else {
                Issue.record("\(source) is not refused")
                continue
            }
        }
    }

    @Test("what nothing satisfies is refused")
    func unsatisfiable() {
        let sources: [GrammarSource] = [
            .choice([]), .alternatives([]), .regex("[]"), .gbnf("root ::= \"a\" root"),
            .jsonSchema(.bool(false)), .sequence([.literal("a"), .choice([])]),
            .tagged([], options: .init(needsTag: true)),
        ]
        for source in sources {
            guard case .refused(.unsatisfiable) = Outcome(of: source) else {
                Issue.record("\(source) is not refused")
                continue
            }
        }
    }
}
