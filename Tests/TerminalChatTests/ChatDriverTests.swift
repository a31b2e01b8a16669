import Synchronization
import TerminalChat
import Testing

/// A screen that keeps what is written.
final class RecordingScreen: ChatScreen {
    private let bytes = Mutex<[UInt8]>([])
    let suspensionCount = Mutex(0)

    var size: WindowSize { WindowSize(columns: 80, rows: 24) }

    func write(_ bytes: [UInt8]) { self.bytes.withLock { $0 += bytes } }

    func suspend() { suspensionCount.withLock { $0 += 1 } }

    func takeAgain() {}

    var lines: [String] {
        var model = ScreenModel(columns: 80, rows: 24)
        model.write(bytes.withLock { $0 })
        return model.lines
    }
}

/// Answers by a script: each question has its pieces, keys to press, and an end.
struct ScriptedBackend: ChatBackend {
    enum End { case done, failure(String), never }

    let name = "scripted"
    let contextLength: Int? = 100
    let notice: String? = nil
    let answers: [String: (text: String, end: End)]
    let post: AsyncStream<ChatEvent>.Continuation

    func answer(
        _ turns: [ChatTurn],
        _ settings: ChatSettings,
        receive: @Sendable (ChatPiece) -> Void
    ) async throws {
        let (text, end) = answers[turns.last?.text ?? ""] ?? ("What?", .done)
        for word in text.split(separator: " ") { receive(.text(word + " ")) }
        switch end {
        case .done: receive(.end(ChatUsage(answerTokenCount: turns.count)))
        case .failure(let message): throw ChatFailure(message)
        case .never:
            post.yield(.key(.control("c")))
            // It ends only by being cancelled, and the user leaves after that.
            for await _ in AsyncStream<Int>.makeStream().stream {}
            for key in keys("/quit<enter>") { post.yield(.key(key)) }
            throw CancellationError()
        }
    }
}

@Suite("A whole conversation")
struct ChatDriverTests {
    private func play(
        _ script: String,
        _ answers: [String: (text: String, end: ScriptedBackend.End)]
    ) async -> (lines: [String], session: ChatSession, screen: RecordingScreen) {
        let screen = RecordingScreen()
        let files = MemoryFiles()
        let (events, post) = AsyncStream.makeStream(of: ChatEvent.self)
        let console = ChatConsole(
            session: ChatSession(modelName: "scripted", contextLength: 100),
            notice: nil,
            history: History(path: nil, files: files),
            files: files,
            size: screen.size,
            isStyled: false
        )
        var driver = ChatDriver(
            console: console,
            screen: screen,
            backend: ScriptedBackend(answers: answers, post: post),
            events: events,
            post: post
        )
        for key in keys(script) { post.yield(.key(key)) }
        let session = await driver.run()
        return (Array(screen.lines.dropFirst()), session, screen)
    }

    @Test("questions are answered one after the other until the user leaves")
    func conversation() async {
        let played = await play(
            "one<enter>two<enter>/quit<enter>",
            ["one": ("First answer.", .done), "two": ("Second answer.", .done)]
        )
        #expect(
            played.lines == [
                "> one", "First answer.", "[1 token]", "", "> two", "Second answer.", "[3 tokens]",
                "", "> /quit",
            ]
        )
        #expect(
            played.session.turns.map(\.text) == ["one", "First answer. ", "two", "Second answer. "]
        )
    }

    @Test("Ctrl-C reaches an answer that never ends")
    func cancel() async {
        let played = await play("one<enter>", ["one": ("Half an", .never)])
        #expect(played.lines == ["> one", "Half an", "[cut]", "", "> /quit"])
        #expect(
            played.session.turns == [
                ChatTurn(.user, "one"), ChatTurn(.assistant, "Half an ", isCut: true),
            ]
        )
    }

    @Test("a failure is told and the conversation goes on")
    func failure() async {
        let played = await play(
            "one<enter>two<enter><c-d>",
            ["one": ("", .failure("Nobody there.")), "two": ("Here.", .done)]
        )
        #expect(
            played.lines == [
                "> one", "Nobody there.", "", "> two", "Here.", "[1 token]", "", ">",
            ]
        )
    }

    @Test("Ctrl-Z stops the process and the line comes back")
    func suspend() async {
        let played = await play("abc<c-z><c-c><c-d>", [:])
        #expect(played.screen.suspensionCount.withLock { $0 } == 1)
        #expect(played.lines == [">"])
    }
}
