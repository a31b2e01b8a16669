import TerminalChat
import TestData
import Testing

@Suite("Answers on the screen")
struct TranscriptWriterTests {
    private func screen(_ pieces: [String], columns: Int = 20) -> ScreenModel {
        var writer = TranscriptWriter(columns: columns, isStyled: true)
        var screen = ScreenModel(columns: columns, rows: 50)
        for piece in pieces { screen.write(Array(writer.write(piece).utf8)) }
        screen.write(Array(writer.finish().utf8))
        return screen
    }

    private func bytes(_ text: String, isStyled: Bool = true) -> String {
        var writer = TranscriptWriter(columns: 80, isStyled: isStyled)
        return writer.write(text) + writer.finish()
    }

    @Test("words stay whole, however the text comes in pieces")
    func wrapping() {
        let text = "The martlet is a bird that never lands, says heraldry."
        let lines = ["The martlet is a", "bird that never", "lands, says", "heraldry."]
        #expect(screen([text]).lines == lines)
        #expect(screen(text.map { String($0) }).lines == lines)
    }

    @Test("a word that is longer than a line is broken")
    func longWord() {
        let word = String(repeating: "x", count: 45)
        #expect(screen(["see " + word]).lines.map(\.count) == [3, 19, 19, 7])
    }

    @Test("wide letters break anywhere")
    func wideLetters() {
        #expect(
            screen(["日本語日本語日本語日本語"]).lines == ["日本語日本語日本語", "日本語"]
        )
    }

    static let hostileTexts: [(String, String)] = [
        ("a\u{1B}[2Jb", "a␛[2Jb"), ("a\u{1B}]0;title\u{7}b", "a␛]0;title␇b"),
        ("a\u{9B}31mb", "a\u{FFFD}31mb"), ("a\u{8}\u{8}b", "a␈␈b"), ("a\rb", "ab"),
        ("a\u{7F}b", "a␡b"), ("a\u{202E}b\u{2066}c", "abc"), ("a\u{200B}b", "ab"),
        ("a\u{0}b", "a␀b"), ("a\u{E0041}b", "ab"), ("a\u{2028}b", "a b"),
    ]

    @Test("nothing in a text is a command", arguments: hostileTexts)
    func hostile(_ text: String, _ shown: String) {
        #expect(bytes(text) == shown + "\r\n")
    }

    @Test("no text gets a control character through", arguments: UInt64(0)..<100)
    func garbage(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var text = ""
        for _ in 0..<300 {
            let isControl = Bool.random(using: &generator)
            let value = UInt32.random(in: 0...(isControl ? 0xA0 : 0x2FFF), using: &generator)
            text.unicodeScalars.append(Unicode.Scalar(value) ?? "?")
        }
        var writer = TranscriptWriter(columns: 10_000, isStyled: false)
        let output = writer.write(text) + writer.finish()
        let controls = output.unicodeScalars.filter {
            ($0.value < 0x20 || (0x7F..<0xA0).contains($0.value)) && $0 != "\r" && $0 != "\n"
        }
        #expect(controls.isEmpty)
    }

    @Test("marks heaped on one letter are cut off")
    func heapedMarks() {
        let text = "a" + String(repeating: "\u{301}", count: 10_000) + "b"
        #expect(bytes(text).unicodeScalars.count == 20)
    }

    @Test("bold text and code stand out and keep their marks")
    func styles() {
        #expect(
            bytes("a **b** `c`.")
                == "a *\u{1B}[0;1m*b**\u{1B}[0m \u{1B}[0;36m`c`\u{1B}[0m.\r\n"
        )
        #expect(bytes("a **b** `c`.", isStyled: false) == "a **b** `c`.\r\n")
    }

    static let plain = ["2**3**4", "a * b * c", "** not bold", "snake_case_name", "1 < 2 > 0"]

    @Test("what only looks like a mark changes little", arguments: plain)
    func noMarks(_ text: String) {
        #expect(bytes(text + "\nnext").hasSuffix("\r\nnext\r\n"))
        #expect(screen([text]).lines == [text])
    }

    @Test("code between fences keeps its blanks and is broken at the edge only")
    func codeBlock() {
        let text = "```swift\nfunc a() {\n    return \"**no bold**\"\n}\n```\nafter **x**"
        #expect(
            screen([text], columns: 30).lines
                == [
                    "```swift", "func a() {", "    return \"**no bold**\"", "}", "```",
                    "after **x**",
                ]
        )
    }

    @Test("tabs are blanks up to the next fourth column")
    func tabs() {
        #expect(screen(["a\tb\tc"]).lines == ["a   b   c"])
    }
}

@Suite("Columns of characters")
struct DisplayWidthTests {
    static let widths: [(Character, Int)] = [
        ("a", 1), ("é", 1), ("e\u{301}", 1), ("日", 2), ("한", 2), ("ｱ", 1), ("Ａ", 2), ("😀", 2),
        ("👍🏽", 2), ("👩‍👩‍👧", 2), ("❤️", 2), ("❤", 1), ("🇩🇪", 2), ("\u{1112}\u{1161}\u{11AB}", 2),
        ("─", 1), ("…", 1), ("\u{AD}", 1),
    ]

    @Test("each takes what terminals give it", arguments: widths)
    func width(_ character: Character, _ columns: Int) {
        #expect(DisplayWidth.of(character) == columns)
    }
}
