/// The experiment: N users at once, each with a conversation of R requests one after the other.
public struct ConversationConfiguration: Sendable, Equatable {
    /// The numbers of users, each a run of its own.
    public var users = Array(1...9)
    /// Requests of each user.
    public var requestsPerUser = 64
    /// Where the users' questions come from.
    public var questions = QuestionSource.sentences
    /// Whether prompts are text or token ids.
    public var promptForm = PromptForm.automatic
    /// Tokens of a question, where prompts are token ids.
    public var questionTokenCount = 24
    /// The ids that questions are made of, where prompts are token ids; every model has these.
    public var questionTokenIDs: ClosedRange<Int32> = 3...255
    /// The longest answer in tokens.
    public var maxTokens = 64
    /// Whether every answer goes on to `maxTokens`: then all runs do the same work.
    public var ignoreEOS = false
    /// 0 for the most probable answer.
    public var temperature: Float = 0
    /// Decides the questions and the random draws.
    public var seed: UInt64 = 0
    /// Tokens of prompt and answer together; nil for what the target says.
    public var contextLimit: Int?
    /// The model that is asked for; nil for the first the target has.
    public var model: String?

    /// The published experiment: 1 to 9 users, 64 requests each.
    public init() {}

    /// Refuses values that have no meaning.
    ///
    /// - Throws: ``LoadTestError/badConfiguration(_:)``.
    public func validate() throws(LoadTestError) {
        func require(_ holds: Bool, _ reason: String) throws(LoadTestError) {
            guard holds else { throw .badConfiguration(reason) }
        }
        try require(!users.isEmpty, "No number of users is given")
        try require(users.allSatisfy { 1...4096 ~= $0 }, "Users have to be from 1 to 4096")
        try require(Set(users).count == users.count, "A number of users is given twice")
        try require(1...1_000_000 ~= requestsPerUser, "Requests have to be from 1 to 1000000")
        try require(maxTokens >= 1, "max-tokens has to be at least 1")
        try require(questionTokenCount >= 1, "A question needs at least one token")
        try require(questionTokenIDs.lowerBound >= 0, "Token ids cannot be negative")
        try require(temperature >= 0 && temperature <= 2, "temperature has to be from 0 to 2")
        try require(contextLimit ?? 1 >= 1, "The context limit has to be at least 1")
        if case .lines(let lines) = questions {
            try require(!lines.isEmpty, "The file of questions has no line with text")
        }
    }
}

/// Text, or token ids for a model without a tokenizer.
public enum PromptForm: String, Sendable, CaseIterable {
    /// Text, unless the target refuses the first one.
    case automatic
    case text
    case tokenIDs = "token-ids"
}

/// Where questions come from.
public enum QuestionSource: Sendable, Equatable {
    /// English sentences put together by the seed.
    case sentences
    /// One question per line, taken in turn; each user begins at another line.
    case lines([String])

    /// The questions of a text file: its lines, without empty ones.
    public static func file(text: String) -> QuestionSource {
        .lines(text.split(whereSeparator: \.isNewline).map(String.init).filter { !$0.isEmpty })
    }
}
