import TerminalChat
import Testing

/// A conversation whose keys and answers are a script, and what somebody sees of it.
struct PlayedConsole {
    var console: ChatConsole
    var screen: ScreenModel
    var effects: [ChatEffect] = []
    let files: MemoryFiles
    private var decoder = KeyDecoder()

    init(
        columns: Int = 80,
        rows: Int = 20,
        files: MemoryFiles = MemoryFiles(),
        notice: String? = nil
    ) {
        self.files = files
        screen = ScreenModel(columns: columns, rows: rows)
        console = ChatConsole(
            session: ChatSession(modelName: "tiny", contextLength: 2048),
            notice: notice,
            history: History(path: "history", files: files),
            files: files,
            size: WindowSize(columns: columns, rows: rows),
            isStyled: true
        )
        console.begin()
        screen.write(console.takeOutput())
    }

    mutating func take(_ event: ChatEvent) {
        effects += console.take(event, size: WindowSize(columns: screen.columns, rows: 20))
        screen.write(console.takeOutput())
    }

    mutating func press(_ script: String) {
        for key in keys(script) { take(.key(key)) }
    }

    /// Types bytes as a terminal sends them.
    mutating func type(_ text: String) {
        for byte in text.utf8 {
            for key in decoder.push(byte) { take(.key(key)) }
        }
    }

    mutating func answer(_ pieces: String..., usage: ChatUsage = ChatUsage(answerTokenCount: 2)) {
        for piece in pieces { take(.piece(.text(piece))) }
        take(.piece(.end(usage)))
        take(.answered)
    }

    /// The screen below the greeting.
    var seen: [String] { Array(screen.lines.dropFirst()) }
}

@Suite("A conversation on the screen")
struct ChatConsoleTests {
    @Test("a greeting, a question, an answer and what it cost")
    func question() {
        var played = PlayedConsole(columns: 80)
        #expect(
            played.screen.lines == [
                "tiny, context of 2048 tokens. /help: commands and keys; Ctrl-D leaves.", ">",
            ]
        )
        played.press("Hello?<enter>")
        #expect(played.effects == [.ask([ChatTurn(.user, "Hello?")], ChatSettings())])
        #expect(played.seen == ["> Hello?", "…"])
        played.answer("Hel", "lo ", "there.")
        #expect(played.seen == ["> Hello?", "Hello there.", "[2 tokens]", "", ">"])
        #expect(played.screen.cursorLine == "> |")
        #expect(played.screen.unknown == [])
        #expect(
            played.console.session.turns == [
                ChatTurn(.user, "Hello?"), ChatTurn(.assistant, "Hello there."),
            ]
        )
    }

    @Test("Ctrl-C ends an answer, keeps what came and marks it")
    func cancel() {
        var played = PlayedConsole()
        played.press("Hello?<enter>")
        played.take(.piece(.text("Half an")))
        played.effects = []
        played.press("<c-c><c-c>")
        #expect(played.effects == [.cancel])
        played.take(.piece(.text(" ignored")))
        played.take(.answered)
        #expect(played.seen == ["> Hello?", "Half an", "[cut]", "", ">"])
        #expect(played.console.session.turns.last == ChatTurn(.assistant, "Half an", isCut: true))
    }

    @Test("Ctrl-C before the first token takes the question back")
    func cancelEarly() {
        var played = PlayedConsole()
        played.press("Hello?<enter><c-c>")
        played.take(.answered)
        #expect(played.seen == ["> Hello?", "[cancelled]", "", ">"])
        #expect(played.console.session.turns == [])
        played.press("<up>")
        #expect(played.screen.cursorLine == "> Hello?|")
    }

    @Test("Ctrl-C clears the line, and twice on an empty one leaves")
    func interrupt() {
        var played = PlayedConsole()
        played.press("abc<c-c>")
        #expect(played.seen == [">"])
        played.press("<c-c>")
        #expect(played.seen == [">", "Ctrl-C again leaves."])
        #expect(played.effects == [])
        played.press("x")
        #expect(played.seen == ["> x"])
        played.press("<back><c-c><c-c>")
        #expect(played.effects == [.leave])
        #expect(played.seen == [">"])
    }

    @Test("Ctrl-D on an empty line leaves, and so does a terminal that is gone")
    func end() {
        var played = PlayedConsole()
        played.press("a<c-d>")
        #expect(played.effects == [])
        played.press("<back><c-d>")
        #expect(played.effects == [.leave])
        var other = PlayedConsole()
        other.press("Hello?<enter>")
        other.effects = []
        other.take(.closed)
        #expect(other.effects == [.cancel, .leave])
    }

    @Test("keys pressed during an answer wait for its end")
    func typedAhead() {
        var played = PlayedConsole()
        played.press("one<enter>")
        played.press("two<enter>thr")
        played.effects = []
        played.answer("first")
        #expect(
            played.effects == [
                .ask(
                    [
                        ChatTurn(.user, "one"), ChatTurn(.assistant, "first"),
                        ChatTurn(.user, "two"),
                    ],
                    ChatSettings()
                )
            ]
        )
        played.answer("second")
        #expect(played.screen.cursorLine == "> thr|")
    }

    @Test("a failure without an answer gives the question back")
    func failure() {
        var played = PlayedConsole()
        played.press("Hello?<enter>")
        played.take(.failed(ChatFailure("The model server cannot be reached.")))
        #expect(
            played.seen == ["> Hello?", "The model server cannot be reached.", "", "> Hello?"]
        )
        #expect(played.console.session.turns == [])
        #expect(played.console.editor.text == "Hello?")
    }

    @Test("a full context says what helps")
    func contextFull() {
        var played = PlayedConsole(columns: 200)
        played.press("Hello?<enter>")
        played.take(.failed(ChatFailure("Too long.", reason: .contextFull)))
        #expect(
            played.seen[1]
                == "Too long. The conversation no longer fits: /undo takes back the last question "
                + "and its answer, /clear begins anew."
        )
    }

    @Test("a failure in the middle keeps what came")
    func failureInTheMiddle() {
        var played = PlayedConsole()
        played.press("Hello?<enter>")
        played.take(.piece(.text("Half")))
        played.take(.failed(ChatFailure("The answer was cut off.")))
        #expect(played.seen == ["> Hello?", "Half", "The answer was cut off.", "", ">"])
        #expect(played.console.session.turns.last == ChatTurn(.assistant, "Half", isCut: true))
    }

    @Test("thoughts stand apart from the answer and are not part of it")
    func thoughts() {
        var played = PlayedConsole()
        played.press("Hello?<enter>")
        played.take(.piece(.thought("Hm.")))
        played.answer("Yes.")
        #expect(played.seen == ["> Hello?", "Hm.", "", "Yes.", "[2 tokens]", "", ">"])
        #expect(played.console.session.turns.last == ChatTurn(.assistant, "Yes."))
    }

    @Test("pasted lines do not send; Enter does")
    func paste() {
        var played = PlayedConsole()
        played.type("\u{1B}[200~one\rtwo\u{1B}[201~")
        #expect(played.seen == ["> one", ". two"])
        #expect(played.effects == [])
        played.type("\r")
        #expect(played.effects == [.ask([ChatTurn(.user, "one\ntwo")], ChatSettings())])
        #expect(played.files.text("history") == "one\\ntwo\n")
    }

    @Test("commands answer without the model")
    func commands() {
        var played = PlayedConsole(rows: 40)
        played.press("/set top_k 5<enter>/nonsense<enter>")
        #expect(
            played.seen
                == [
                    "> /set top_k 5", "top_k is 5.", "> /nonsense",
                    "There is no command '/nonsense': /help shows all. //TEXT asks something that",
                    "begins with a slash.", ">",
                ]
        )
        played.press("/he<tab><enter>")
        #expect(played.screen.text.contains("> /help\n  /help             this list\n"))
        #expect(played.effects == [])
        played.press("/quit<enter>")
        #expect(played.effects == [.leave])
    }

    @Test("a conversation is saved and another goes on with it")
    func saveAndLoad() {
        var played = PlayedConsole()
        played.press("/system Be brief.<enter>Hello?<enter>")
        played.answer("\"Hi\"\n")
        played.press("/save talk.json<enter>")
        let text = """
            {"model": "tiny", "messages": [
            {"role":"system","content":"Be brief."},
            {"role":"user","content":"Hello?"},
            {"role":"assistant","content":"\\"Hi\\"\\n"}
            ]}

            """
        #expect(played.files.text("talk.json") == text)
        var other = PlayedConsole(
            files: MemoryFiles(["talk.json": text, "broken": "{", "no": "[1]"])
        )
        other.press("/load talk.json<enter>")
        #expect(other.console.session.request == played.console.session.request)
        for (name, problem) in [
            ("none", "There is no file 'none'."), ("broken", "'broken' is no JSON"),
            ("no", "'no': message 0 needs a `role`"),
        ] {
            other.press("/load \(name)<enter>")
            #expect(other.screen.text.contains(problem))
        }
        #expect(other.console.session.request == played.console.session.request)
    }

    @Test("edit brings the last question back")
    func edit() {
        var played = PlayedConsole()
        played.press("Hello?<enter>")
        played.answer("Hi.")
        played.press("/edit<enter>")
        #expect(played.screen.cursorLine == "> Hello?|")
        #expect(played.console.session.turns == [])
    }

    @Test("another width redraws the line that is typed")
    func resize() {
        var played = PlayedConsole(columns: 60)
        played.press("a question that is long enough for two rows of the screen")
        played.screen.resize(to: 30)
        played.take(.resized)
        #expect(
            played.screen.lines.suffix(3)
                == ["> a question that is long eno", "ugh for two rows of the scree", "n"]
        )
    }

    @Test("a history that cannot be kept is told once")
    func brokenHistory() {
        var played = PlayedConsole(files: MemoryFiles(broken: ["history"]))
        let note = "The history is not kept: 'history' cannot be read."
        #expect(played.seen == [note, ">"])
        played.press("/info<enter>")
        #expect(played.screen.lines.filter { $0 == note }.count == 1)
    }

    @Test("a model's notice stands above the prompt")
    func notice() {
        #expect(PlayedConsole(notice: "A demonstration.").seen == ["A demonstration.", ">"])
    }

    @Test("Ctrl-L clears the screen, Ctrl-Z asks to be stopped and the line comes back")
    func clearAndSuspend() {
        var played = PlayedConsole()
        played.press("abc<c-l>")
        #expect(played.screen.lines == ["> abc"])
        played.press("<c-z>")
        #expect(played.effects == [.suspend])
        #expect(played.screen.lines == [])
        played.take(.continued)
        #expect(played.screen.lines == ["> abc"])
    }
}
