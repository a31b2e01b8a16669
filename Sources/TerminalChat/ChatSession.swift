/// A conversation and its settings: what a line means, whoever answers and whatever shows it.
public struct ChatSession: Sendable {
    /// What a line asks for.
    package enum Reply: Equatable {
        /// Nothing was typed.
        case nothing
        /// The conversation has a new question, or its last one again.
        case ask
        /// Words for the user.
        case say(String)
        /// The same, and something is wrong.
        case refuse(String)
        /// A text for the editor.
        case edit(String)
        case save(path: String)
        case load(path: String)
        case leave
    }

    /// The model that answers, for people.
    let modelName: String
    let contextLength: Int?
    /// Numbers that differ from the model's defaults.
    public var settings: ChatSettings
    /// What the model is told to be.
    public var system: String?
    /// Questions and answers by turns.
    package private(set) var turns: [ChatTurn] = []
    /// What the last answer cost.
    private(set) var usage: ChatUsage?
    /// The last question, where it has no answer: cancelled, or failed.
    private var unanswered: String?

    /// Begins a conversation.
    public init(
        modelName: String,
        contextLength: Int?,
        system: String? = nil,
        settings: ChatSettings = ChatSettings()
    ) {
        self.modelName = modelName
        self.contextLength = contextLength
        self.system = system
        self.settings = settings
    }

    /// The whole conversation as a model is to read it.
    package var request: [ChatTurn] { (system.map { [ChatTurn(.system, $0)] } ?? []) + turns }

    // MARK: - Lines

    /// What a line asks for; a question is part of the conversation then.
    package mutating func take(_ line: String) -> Reply {
        guard line.contains(where: { !$0.isWhitespace }) else { return .nothing }
        if line.hasPrefix("//") { return ask(String(line.dropFirst())) }
        guard line.hasPrefix("/") else { return ask(line) }
        let words = line.dropFirst().split(maxSplits: 1, whereSeparator: \.isWhitespace)
        let name = words.first.map(String.init) ?? ""
        guard let command = ChatCommand(name: name) else {
            return .refuse(
                "There is no command '/\(VisibleText.line(name))': /help shows all. "
                    + "//TEXT asks something that begins with a slash."
            )
        }
        return obey(command, (words.dropFirst().first ?? "").trimmed)
    }

    private mutating func ask(_ question: String) -> Reply {
        turns.append(ChatTurn(.user, question))
        unanswered = nil
        return .ask
    }

    private mutating func obey(_ command: ChatCommand, _ argument: String) -> Reply {
        switch command {
        case .help: return .say(ChatCommand.overview)
        case .system: return setSystem(argument)
        case .set: return set(argument)
        case .clear:
            turns = []
            usage = nil
            unanswered = nil
            return .say("A new conversation.")
        case .undo:
            guard takeBackQuestion() != nil else { return .refuse("There is nothing to undo.") }
            let count = turns.count { $0.role == .user }
            return .say("Taken back: \(count) question\(count == 1 ? " is" : "s are") left.")
        case .retry: return retry()
        case .edit:
            guard let question = takeBackQuestion() else {
                return .refuse("There is no question yet.")
            }
            return .edit(question)
        case .save:
            return argument.isEmpty ? .refuse("/save FILE: which file?") : .save(path: argument)
        case .load:
            return argument.isEmpty ? .refuse("/load FILE: which file?") : .load(path: argument)
        case .info: return .say(info)
        case .quit: return .leave
        }
    }

    private mutating func setSystem(_ text: String) -> Reply {
        switch text {
        case "":
            let shown = system.map { VisibleText.lines($0) }
            return .say(shown ?? "The model is told nothing: /system TEXT does that.")
        case "-":
            system = nil
            return .say("The model is told nothing.")
        default:
            system = text
            return .say("The model is told so from now on.")
        }
    }

    private mutating func set(_ argument: String) -> Reply {
        let words = argument.split(whereSeparator: { $0.isWhitespace || $0 == "=" })
        guard let name = words.first else { return .say(settings.table) }
        guard words.count == 2 else {
            return .refuse("/set NAME VALUE, such as /set temperature 0.3; /set shows all.")
        }
        if let problem = settings.set(String(name), to: String(words[1])) {
            return .refuse(problem)
        }
        return .say("\(name) is \(words[1]).")
    }

    private mutating func retry() -> Reply {
        if let unanswered { return ask(unanswered) }
        guard let last = turns.lastIndex(where: { $0.role == .user }) else {
            return .refuse("There is no question yet.")
        }
        turns.removeSubrange((last + 1)...)
        return .ask
    }

    /// Takes the last question out with what follows it, or the one that has no answer.
    private mutating func takeBackQuestion() -> String? {
        if let question = unanswered {
            unanswered = nil
            return question
        }
        guard let last = turns.lastIndex(where: { $0.role == .user }) else { return nil }
        let question = turns[last].text
        turns.removeSubrange(last...)
        usage = nil
        return question
    }

    private var info: String {
        var lines = ["model     \(VisibleText.line(modelName))"]
        if let contextLength { lines.append("context   \(contextLength) tokens") }
        let questions = turns.count { $0.role == .user }
        var conversation = "questions \(questions)"
        if let prompt = usage?.promptTokenCount, let answer = usage?.answerTokenCount {
            conversation += ", \(prompt + answer) tokens in the conversation"
        }
        lines.append(conversation)
        if let summary = usage?.summary, !summary.isEmpty { lines.append("last      \(summary)") }
        return lines.joined(separator: "\n")
    }

    // MARK: - Answers

    /// Adds an answer, or the beginning of one; without any text the question is taken back.
    package mutating func finish(_ answer: String, usage: ChatUsage?, isCut: Bool) {
        if let usage { self.usage = usage }
        guard answer.isEmpty && isCut else {
            turns.append(ChatTurn(.assistant, answer, isCut: isCut))
            return
        }
        if turns.last?.role == .user { unanswered = turns.removeLast().text }
    }

    /// The question that has no answer, for the editor.
    package var question: String? { unanswered }

    /// Goes on with a conversation from elsewhere.
    mutating func replace(_ conversation: [ChatTurn]) {
        system = conversation.first { $0.role == .system }?.text ?? system
        turns = conversation.filter { $0.role != .system }
        usage = nil
        // A question at the end waits for /retry: two questions in a row puzzle many models.
        unanswered = turns.last?.role == .user ? turns.popLast()?.text : nil
    }
}

extension Substring {
    /// Without blanks at either end.
    fileprivate var trimmed: String {
        var text = drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
