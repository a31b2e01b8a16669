import Synchronization
import TerminalChat
import Testing

@Suite("A conversation without a terminal")
struct PlainChatTests {
    private let post = AsyncStream.makeStream(of: ChatEvent.self).continuation

    private struct Played {
        var output = ""
        var notes: [String] = []
        var isGood = true
    }

    private func play(
        _ lines: [String],
        columns: Int? = nil,
        _ answers: [String: (text: String, end: ScriptedBackend.End)]
    ) async -> Played {
        let played = Mutex(Played())
        let output = PlainChat.Output(
            write: { bytes in
                played.withLock { $0.output += String(decoding: bytes, as: UTF8.self) }
            },
            note: { note in played.withLock { $0.notes.append(note) } },
            columns: columns,
            isStyled: false
        )
        var chat = PlainChat(
            session: ChatSession(modelName: "scripted", contextLength: 100),
            backend: ScriptedBackend(answers: answers, post: post),
            files: MemoryFiles(),
            output: output
        )
        var rest = lines[...]
        let isGood = await chat.run { rest.popFirst() }
        return played.withLock {
            $0.isGood = isGood
            return $0
        }
    }

    @Test("each line is a question, each answer ends its line")
    func lines() async {
        let played = await play(
            ["one", "", "/set seed 1", "two"],
            ["one": ("First\u{1B}[1m", .done), "two": ("Second", .done)]
        )
        #expect(played.output == "First\u{1B}[1m \nSecond \n")
        #expect(played.notes == ["seed is 1."])
        #expect(played.isGood)
    }

    @Test("on a terminal an answer is made harmless")
    func terminal() async {
        let played = await play(["one"], columns: 80, ["one": ("First\u{1B}[1m", .done)])
        #expect(played.output == "First␛[1m \r\n")
    }

    @Test("a failure is told, the next question is answered, and the whole has failed")
    func failure() async {
        let played = await play(
            ["one", "two"],
            ["one": ("Half", .failure("It broke.")), "two": ("Second", .done)]
        )
        #expect(played.output == "Half \nSecond \n")
        #expect(played.notes == ["It broke."])
        #expect(!played.isGood)
    }

    @Test("a command that is none has failed, and /quit ends it")
    func commands() async {
        let played = await play(["/nonsense", "/quit", "one"], ["one": ("First", .done)])
        #expect(played.output == "")
        #expect(played.notes.count == 1)
        #expect(!played.isGood)
    }
}
