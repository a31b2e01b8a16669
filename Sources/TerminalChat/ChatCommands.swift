/// The words that begin with a slash.
enum ChatCommand: String, CaseIterable {
    case help
    case system
    case set
    case clear
    case undo
    case retry
    case edit
    case save
    case load
    case info
    case quit

    /// A command of this name; some have a second one.
    init?(name: String) {
        switch name {
        case "tokens": self = .info
        case "exit", "bye": self = .quit
        case "?": self = .help
        default: self.init(rawValue: name)
        }
    }

    private var argument: String {
        switch self {
        case .system: " TEXT"
        case .set: " NAME VALUE"
        case .save, .load: " FILE"
        default: ""
        }
    }

    private var explanation: String {
        switch self {
        case .help: "this list"
        case .system: "tell the model what to be; without TEXT show it, with - take it away"
        case .set: "set a number such as temperature; without NAME show all"
        case .clear: "begin a new conversation"
        case .undo: "take back the last question and its answer"
        case .retry: "ask the last question again"
        case .edit: "take back the last question and change it"
        case .save: "write the conversation to a file, as JSON"
        case .load: "go on with a conversation from a file"
        case .info: "the model, the tokens of the conversation, the last speed"
        case .quit: "leave"
        }
    }

    /// What `/help` shows.
    static var overview: String {
        let commands = allCases.map { command in
            "  " + ("/" + command.rawValue + command.argument).padded(to: 18)
                + command.explanation
        }
        return
            (commands + [
                "  " + "//TEXT".padded(to: 18) + "ask something that begins with a slash",
                "",
                "  Enter sends; Alt-Enter, or a \\ at the end, begins another line.",
                "  Up and Down show earlier questions, Ctrl-R searches, Tab completes commands.",
                "  Ctrl-A/E, Alt-B/F move; Ctrl-U/K/W cut, Ctrl-Y puts back, Ctrl-_ undoes.",
                "  Ctrl-C ends an answer or clears the line; twice, or Ctrl-D, leaves.",
            ]).joined(separator: "\n")
    }

    /// What the beginning of a line may become.
    static func completions(_ text: String) -> [String] {
        if text.hasPrefix("/set ") {
            return ChatSetting.allCases.map { "/set \($0.rawValue) " }.filter {
                $0.hasPrefix(text)
            }
        }
        guard text.hasPrefix("/") else { return [] }
        return allCases.map { "/" + $0.rawValue + ($0.argument.isEmpty ? "" : " ") }.filter {
            $0.hasPrefix(text)
        }
    }
}
