import TerminalChat
import Testing

@Suite("What a line means")
struct ChatSessionTests {
    private func session() -> ChatSession {
        ChatSession(modelName: "tiny", contextLength: 2048)
    }

    private func answered(_ questions: String...) -> ChatSession {
        var session = session()
        for question in questions {
            #expect(session.take(question) == .ask)
            session.finish("to \(question)", usage: nil, isCut: false)
        }
        return session
    }

    @Test("a question and its answer are two turns behind the system message")
    func turns() {
        var session = answered("one")
        #expect(session.take("/system Be brief.") == .say("The model is told so from now on."))
        #expect(session.take("  ") == .nothing)
        #expect(session.take("//help") == .ask)
        #expect(
            session.request == [
                ChatTurn(.system, "Be brief."), ChatTurn(.user, "one"),
                ChatTurn(.assistant, "to one"), ChatTurn(.user, "/help"),
            ]
        )
    }

    @Test("undo, edit and retry take back what they ought to")
    func takingBack() {
        var session = answered("one", "two")
        #expect(session.take("/undo") == .say("Taken back: 1 question is left."))
        #expect(session.turns.map(\.text) == ["one", "to one"])
        #expect(session.take("/retry") == .ask)
        #expect(session.turns.map(\.text) == ["one"])
        session.finish("again", usage: nil, isCut: false)
        #expect(session.take("/edit") == .edit("one"))
        #expect(session.turns == [])
        #expect(session.take("/edit") == .refuse("There is no question yet."))
        #expect(session.take("/undo") == .refuse("There is nothing to undo."))
        #expect(session.take("/retry") == .refuse("There is no question yet."))
    }

    @Test("a question without any answer leaves the conversation and can be asked again")
    func unanswered() {
        var session = answered("one")
        #expect(session.take("two") == .ask)
        session.finish("", usage: nil, isCut: true)
        #expect(session.turns.map(\.text) == ["one", "to one"])
        #expect(session.question == "two")
        #expect(session.take("/retry") == .ask)
        #expect(session.turns.map(\.text) == ["one", "to one", "two"])
        session.finish("half", usage: nil, isCut: true)
        #expect(session.turns.last == ChatTurn(.assistant, "half", isCut: true))
    }

    @Test("numbers are set, shown and checked")
    func settings() {
        var session = session()
        #expect(session.take("/set temperature 0.3") == .say("temperature is 0.3."))
        #expect(session.take("/set max_tokens=50") == .say("max_tokens is 50."))
        #expect(session.settings[.temperature] == 0.3)
        #expect(session.settings.whole(.maxTokens) == 50)
        #expect(session.take("/set temperature default") == .say("temperature is default."))
        #expect(session.settings[.temperature] == nil)
        for wrong in ["temperature 3", "temperature x", "seed 1.5", "top_k -1", "top_p nan"] {
            guard case .refuse = session.take("/set " + wrong) else {
                Issue.record("'\(wrong)' was taken")
                continue
            }
        }
        #expect(
            session.take("/set top_k 1.5")
                == .refuse("top_k is a whole number from 0 to 1000000, or default; not '1.5'.")
        )
    }

    @Test("what is no command is refused with a way on")
    func unknownCommand() {
        var session = session()
        #expect(
            session.take("/frobnicate now")
                == .refuse(
                    "There is no command '/frobnicate': /help shows all. //TEXT asks something "
                        + "that begins with a slash."
                )
        )
        #expect(session.take("/save") == .refuse("/save FILE: which file?"))
        #expect(session.take("/save a file.json ") == .save(path: "a file.json"))
        #expect(session.take("/quit") == .leave)
        #expect(session.take("/clear") == .say("A new conversation."))
    }

    @Test("info tells the model, the context and the last speed")
    func info() {
        var session = session()
        _ = session.take("one")
        session.finish(
            "answer",
            usage: ChatUsage(
                promptTokenCount: 20,
                answerTokenCount: 11,
                firstTokenSeconds: 0.5,
                totalSeconds: 1.5
            ),
            isCut: false
        )
        #expect(
            session.take("/info")
                == .say(
                    """
                    model     tiny
                    context   2048 tokens
                    questions 1, 31 tokens in the conversation
                    last      11 tokens, 10 tokens/s, first after 0.5 s
                    """
                )
        )
    }
}
