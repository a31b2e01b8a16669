import TerminalChat
import TestData
import Testing

@Suite("The prompt on the screen")
struct LineDisplayTests {
    /// An editor whose every change is drawn.
    struct Prompt {
        var editor = LineEditor()
        var display = LineDisplay(isStyled: false)
        var screen: ScreenModel
        let rows: Int

        init(columns: Int = 12, rows: Int = 6) {
            self.rows = rows
            screen = ScreenModel(columns: columns, rows: rows)
            draw()
        }

        mutating func press(_ script: String) {
            for key in keys(script) {
                _ = editor.take(key)
                draw()
            }
        }

        mutating func paste(_ text: String) {
            _ = editor.take(Key(.pasted(text)))
            draw()
        }

        mutating func draw() {
            let output = display.draw(editor.view, columns: screen.columns, rows: rows)
            screen.write(Array(output.utf8))
        }
    }

    @Test("a short text stands behind the prompt")
    func short() {
        var prompt = Prompt()
        prompt.press("hello<left><left>")
        #expect(prompt.screen.text == "> hello")
        #expect(prompt.screen.cursorLine == "> hel|lo")
    }

    @Test("a long text goes on below and comes back")
    func wrapping() {
        var prompt = Prompt()
        prompt.press("abcdefghijklmno")
        #expect(prompt.screen.lines == ["> abcdefghi", "jklmno"])
        prompt.press("<home>X")
        #expect(prompt.screen.lines == ["> Xabcdefgh", "ijklmno"])
        #expect(prompt.screen.cursorLine == "> X|abcdefgh")
        prompt.press("<end><c-w>")
        #expect(prompt.screen.lines == [">"])
        #expect(prompt.screen.unknown == [])
    }

    @Test("wide characters and marks keep their columns")
    func widths() {
        var prompt = Prompt()
        prompt.paste("日本語日本e\u{301}x")
        // Four wide letters and the prompt are ten columns; the fifth needs two.
        #expect(prompt.screen.lines == ["> 日本語日", "本e\u{301}x"])
        prompt.press("<left><left>")
        #expect(prompt.screen.column == 2)
        prompt.press("<home>")
        #expect(prompt.screen.row == 0)
    }

    @Test("lines have their own mark")
    func lines() {
        var prompt = Prompt()
        prompt.press("one<a-enter>two<up>")
        #expect(prompt.screen.lines == ["> one", ". two"])
        #expect(prompt.screen.cursorLine == "> one|")
    }

    @Test("a text with more rows than the window is shown around the cursor")
    func window() {
        var prompt = Prompt(columns: 12, rows: 4)
        prompt.paste("a\nb\nc\nd\ne")
        #expect(prompt.screen.lines == [". c", ". d", ". e"])
        prompt.press("<up><up><up><up>")
        #expect(prompt.screen.lines == ["> a", ". b", ". c"])
        #expect(prompt.screen.cursorLine == "> a|")
        #expect(prompt.screen.scrolledOut == [])
    }

    @Test("a hint stands under the text until the next key")
    func hint() {
        var prompt = Prompt(columns: 20)
        prompt.editor.completions = { _ in ["/set", "/system"] }
        prompt.press("/s<tab>")
        #expect(prompt.screen.lines == ["> /s", "/set  /system"])
        prompt.press("x")
        #expect(prompt.screen.lines == ["> /sx"])
    }

    @Test("a search shows what is looked for")
    func search() {
        var prompt = Prompt(columns: 40)
        prompt.editor = LineEditor(history: ["make tea"])
        prompt.press("<c-r>tea")
        #expect(prompt.screen.lines == ["(search) tea: make tea"])
        prompt.press("x")
        #expect(prompt.screen.lines == ["(not found) teax: make tea"])
    }

    @Test("after another width the text is whole and nothing of the old rows is left")
    func resize() {
        var prompt = Prompt(columns: 20, rows: 8)
        prompt.press("abcdefghijklmnopqrstuvwxyz")
        #expect(prompt.screen.lines == ["> abcdefghijklmnopq", "rstuvwxyz"])
        for columns in [10, 40, 12] {
            prompt.screen.resize(to: columns)
            prompt.screen.write(Array(prompt.display.erase(afterResizeTo: columns).utf8))
            prompt.draw()
            let text = "> abcdefghijklmnopqrstuvwxyz"
            #expect(prompt.screen.lines.joined() == text)
            #expect(prompt.screen.lines.allSatisfy { $0.count < columns })
        }
    }

    @Test("drawing the changes alone gives what drawing all gives", arguments: UInt64(0)..<60)
    func incremental(_ seed: UInt64) {
        let script = [
            "a", "b", " ", "日", "é", "😀", "<left>", "<right>", "<home>", "<end>", "<back>",
            "<del>", "<c-w>", "<c-k>", "<c-y>", "<a-enter>", "<up>", "<down>", "<c-_>", "<a-b>",
            "word word ",
        ]
        var generator = SeededGenerator(seed: seed)
        var prompt = Prompt(columns: Int.random(in: 8...24, using: &generator), rows: 7)
        for _ in 0..<150 {
            prompt.press(script.randomElement(using: &generator) ?? "")
            var fresh = LineDisplay(isStyled: false)
            var screen = ScreenModel(columns: prompt.screen.columns, rows: 100)
            let output = fresh.draw(prompt.editor.view, columns: screen.columns, rows: 100)
            screen.write(Array(output.utf8))
            #expect(prompt.screen.cursorLine == screen.cursorLine)
            // Of a text with more rows than the window, which part is shown depends on the way.
            if screen.lines.count < 6 && screen.row < 6 {
                #expect(prompt.screen.text == screen.text)
            }
        }
        #expect(prompt.screen.unknown == [])
    }
}
