import TerminalChat
import Testing

/// Presses keys: text as it is, and names in angle brackets such as `<left>` or `<c-a>`.
func keys(_ script: String) -> [Key] {
    let named: [String: Key] = [
        "enter": Key(.enter), "a-enter": Key(.enter, .alt), "left": Key(.left), "up": Key(.up),
        "right": Key(.right), "down": Key(.down), "home": Key(.home), "end": Key(.end),
        "back": Key(.backspace), "del": Key(.delete), "tab": Key(.tab), "esc": Key(.escape),
        "c-left": Key(.left, .control), "c-right": Key(.right, .control),
        "a-back": Key(.backspace, .alt),
    ]
    var result: [Key] = []
    var rest = script[...]
    while let character = rest.popFirst() {
        guard character == "<", let end = rest.firstIndex(of: ">") else {
            result += character.unicodeScalars.map { .text($0) }
            continue
        }
        let name = String(rest[..<end])
        rest = rest[rest.index(after: end)...]
        let scalar = name.unicodeScalars.last ?? "?"
        let key = name.hasPrefix("c-") ? Key.control(scalar) : Key.alt(scalar)
        result.append(named[name] ?? key)
    }
    return result
}

@Suite("The editor")
struct LineEditorTests {
    /// The text with the cursor as a bar.
    private func edited(_ script: String, history: [String] = []) -> String {
        var editor = LineEditor(history: history)
        for key in keys(script) { _ = editor.take(key) }
        return shown(editor)
    }

    private func shown(_ editor: LineEditor) -> String {
        var characters = Array(editor.text)
        characters.insert("|", at: editor.cursor)
        return String(characters)
    }

    static let scripts: [(String, String)] = [
        ("hello", "hello|"), ("hello<left><left>X", "helX|lo"), ("ab<left><back>", "|b"),
        ("ab<home><del>", "|b"), ("ab<c-a><c-d>", "|b"), ("<back><left><del><c-w>", "|"),
        ("one two<a-b>", "one |two"), ("one two<home><a-f>", "one| two"),
        ("one, two<c-left><c-left>", "|one, two"), ("one two<c-w>", "one |"),
        ("one two-three<a-back>", "one two-|"), ("one two<a-b><c-k>", "one |"),
        ("one two<a-b><c-u>", "|two"), ("one two<c-w><home><c-y>", "two|one "),
        ("one two<home><a-d>", "| two"), ("abc<left><c-t>", "acb|"), ("ab<c-t>", "ba|"),
        ("a<a-enter>bc<up>", "a|\nbc"), ("a<a-enter>bc<home>", "a\n|bc"),
        ("a\\<enter>b", "a\nb|"), ("ab<a-enter>c<up><down>", "ab\nc|"),
        ("a<a-enter>b<up><c-k>", "a|b"), ("a<c-b>b<c-f><c-e>c", "bac|"),
    ]

    @Test("keys edit as in every shell", arguments: scripts)
    func edits(_ script: String, _ result: String) {
        #expect(edited(script) == result)
    }

    @Test("what a reader takes for one character is one")
    func graphemes() {
        #expect(edited("e\u{301}x<left><back>") == "|x")
        #expect(edited("a👩‍👩‍👧b<left><back>") == "a|b")
        #expect(edited("🇩🇪<back>") == "|")
        // A mark typed behind a letter joins it.
        var editor = LineEditor()
        for key in keys("ae<left>") + [.text("\u{301}")] { _ = editor.take(key) }
        #expect(shown(editor) == "a\u{301}|e")
    }

    @Test("a run of typed letters is undone in one go, other edits one by one")
    func undo() {
        #expect(edited("one<c-w>two<c-_>") == "|")
        #expect(edited("one<c-w>two<c-_><c-_>") == "one|")
        #expect(edited("one<c-w>two<c-_><c-_><c-_><c-_>") == "|")
    }

    @Test("up and down walk through the history and come back to what was typed")
    func history() {
        let history = ["first", "second"]
        #expect(edited("draft<up>", history: history) == "second|")
        #expect(edited("draft<up><up><up>", history: history) == "first|")
        #expect(edited("draft<up><up><down><down>", history: history) == "draft|")
        #expect(edited("<up>!<up><down>", history: history) == "second!|")
        #expect(edited("<down>", history: history) == "|")
    }

    @Test("Ctrl-R finds the latest entry that has the text, and then earlier ones")
    func search() {
        let history = ["make tea", "make coffee", "drink"]
        #expect(edited("x<c-r>make", history: history) == "|make coffee")
        #expect(edited("x<c-r>make<c-r>", history: history) == "|make tea")
        #expect(edited("x<c-r>make<c-r><c-r>", history: history) == "|make tea")
        #expect(edited("x<c-r>coffee<end>!", history: history) == "make coffee!|")
        #expect(edited("x<c-r>make<c-g>", history: history) == "x|")
        #expect(edited("x<c-r>nothing", history: history) == "dri|nk")
    }

    @Test("Enter sends what was found")
    func searchAndSend() {
        var editor = LineEditor(history: ["make tea", "drink"])
        for key in keys("<c-r>tea") { _ = editor.take(key) }
        #expect(editor.take(Key(.enter)) == .submit("make tea"))
        #expect(editor.text == "")
    }

    @Test("pasted line breaks do not send, and controls are left out")
    func paste() {
        var editor = LineEditor()
        #expect(editor.take(Key(.pasted("one\r\ntwo\rthree\u{1B}[A\u{7}"))) == .edited)
        #expect(editor.text == "one\ntwo\nthree[A")
        #expect(editor.take(Key(.enter)) == .submit("one\ntwo\nthree[A"))
    }

    @Test("a text has a bound")
    func bound() {
        var editor = LineEditor()
        for _ in 0..<3 {
            _ = editor.take(Key(.pasted(String(repeating: "x", count: 60_000))))
        }
        #expect(editor.text.count == 100_000)
        #expect(editor.take(.text("y")) == .edited)
        #expect(editor.text.count == 100_000)
    }

    @Test("Tab completes what is certain and shows what is not")
    func completion() {
        var editor = LineEditor()
        editor.completions = { text in
            ["/save ", "/set ", "/system "].filter { $0.hasPrefix(text) }
        }
        for key in keys("/s<tab>") { _ = editor.take(key) }
        #expect(editor.text == "/s")
        #expect(editor.hint == "/save   /set   /system ")
        for key in keys("y<tab>") { _ = editor.take(key) }
        #expect(editor.text == "/system ")
        #expect(editor.hint == "")
    }

    @Test("keys that leave the editor say so")
    func actions() {
        var editor = LineEditor()
        #expect(editor.take(.control("d")) == .end)
        #expect(editor.take(.control("c")) == .interrupt)
        #expect(editor.take(.control("z")) == .suspend)
        #expect(editor.take(.control("l")) == .clearScreen)
        #expect(editor.take(.text("a")) == .edited)
        #expect(editor.take(.control("d")) == .edited)
        #expect(editor.take(Key(.enter)) == .submit("a"))
    }
}
