/// What the experiment measured, for one target or for several on the same work.
public struct ExperimentResult: Sendable, Equatable, Codable {
    /// One entry per target, in the order they were run.
    public var targets: [TargetResult]

    /// The ratio of the mean response times at nine users and at one that was published for vLLM.
    public static let publishedRatio = 1.53

    /// ``publishedRatio``, so that it stands in the file beside the ratios that were measured.
    public private(set) var publishedRatioAtNineUsers = ExperimentResult.publishedRatio

    /// The results of some targets.
    public init(targets: [TargetResult]) {
        self.targets = targets
    }
}

/// What was measured on one target.
public struct TargetResult: Sendable, Equatable, Codable {
    /// The target's name, such as a policy.
    public var name: String
    /// The model that answered.
    public var model: String
    /// Requests of each user.
    public var requestsPerUser: Int
    /// The longest answer in tokens.
    public var maxTokens: Int
    /// Whether answers went on to `maxTokens`.
    public var ignoreEOS: Bool
    /// Tokens of prompt and answer together; nil if unlimited.
    public var contextLimit: Int?
    /// Whether prompts were text or token ids.
    public var promptForm: String
    /// The seed of the questions.
    public var seed: UInt64
    /// One run per number of users.
    public var runs: [RunResult]

    package init(
        name: String,
        model: String,
        requestsPerUser: Int,
        maxTokens: Int,
        ignoreEOS: Bool,
        contextLimit: Int?,
        promptForm: String,
        seed: UInt64,
        runs: [RunResult]
    ) {
        self.name = name
        self.model = model
        self.requestsPerUser = requestsPerUser
        self.maxTokens = maxTokens
        self.ignoreEOS = ignoreEOS
        self.contextLimit = contextLimit
        self.promptForm = promptForm
        self.seed = seed
        self.runs = runs
    }

    /// Mean response time with `users` users over that with one; nil where either is missing.
    public func ratio(users: Int) -> Double? {
        let alone = runs.first { $0.users == 1 && $0.response.count > 0 }
        let together = runs.first { $0.users == users && $0.response.count > 0 }
        guard let alone, let together, alone.response.mean > 0 else { return nil }
        return together.response.mean / alone.response.mean
    }
}

/// What was measured with one number of users.
public struct RunResult: Sendable, Equatable, Codable {
    /// How many users there were.
    public var users: Int
    /// From the first request to the last answer.
    public var durationSeconds: Double
    /// From request to end of answer.
    public var response: Statistics
    /// From request to first token.
    public var firstToken: Statistics
    /// Between tokens.
    public var interToken: Statistics
    /// Tokens of answers per second, all users together.
    public var outputTokensPerSecond: Double
    /// Answers per second, all users together.
    public var requestsPerSecond: Double
    /// Tokens of all prompts, history included.
    public var promptTokens: Int
    /// Tokens of all answers.
    public var outputTokens: Int
    /// Requests without an answer, by kind of failure.
    public var failures: [String: Int]
    /// The first failure in words.
    public var firstFailure: String?
    /// The part of allocated KV slots without a token, over the run; nil where that is not known.
    public var cacheWaste: Double?
    /// Mean response time over that of the run with one user; nil where there is none.
    public var ratioToOneUser: Double?

    package init(
        users: Int,
        durationSeconds: Double,
        response: Statistics,
        firstToken: Statistics,
        interToken: Statistics,
        outputTokensPerSecond: Double,
        requestsPerSecond: Double,
        promptTokens: Int,
        outputTokens: Int,
        failures: [String: Int],
        firstFailure: String?,
        cacheWaste: Double?,
        ratioToOneUser: Double?
    ) {
        self.users = users
        self.durationSeconds = durationSeconds
        self.response = response
        self.firstToken = firstToken
        self.interToken = interToken
        self.outputTokensPerSecond = outputTokensPerSecond
        self.requestsPerSecond = requestsPerSecond
        self.promptTokens = promptTokens
        self.outputTokens = outputTokens
        self.failures = failures
        self.firstFailure = firstFailure
        self.cacheWaste = cacheWaste
        self.ratioToOneUser = ratioToOneUser
    }

    /// Requests without an answer.
    public var failureCount: Int { failures.values.reduce(0, +) }
}

/// How far an experiment is.
public struct ExperimentProgress: Sendable, Equatable {
    /// The target that is being measured.
    public var target: String
    /// Users of the run under way.
    public var users: Int
    /// Requests of this run that have ended, well or not.
    public var completedRequests: Int
    /// Requests of this run.
    public var totalRequests: Int
    /// Which run of how many this is, from 1.
    public var run: Int
    /// Runs on this target.
    public var runCount: Int

    /// One line for a terminal, without a line end.
    public var line: String {
        let part = totalRequests > 0 ? completedRequests * 100 / totalRequests : 100
        return "\(target): \(users) user\(users == 1 ? "" : "s") (run \(run) of \(runCount)), "
            + "\(completedRequests) of \(totalRequests) requests, \(part) %"
    }
}
