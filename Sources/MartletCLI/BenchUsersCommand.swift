import ArgumentParser
import Inference
import LoadTesting
import Scheduling
import TextGeneration

/// `martlet bench users`: response time against the number of users.
struct BenchUsersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "users",
        abstract: "Measure how response times grow with the number of users.",
        discussion: """
            N users at once, each with a conversation of requests, one after the other, the
            history carried along. The published experiment had 55 s at one user and 84 s at
            nine: 1.53 times the time for 9 times the work.

            An engine in this process, the three ways of sharing it, one after the other:
              martlet bench users MODEL --policies sequential,static,continuous
            Any OpenAI-compatible server:
              martlet bench users --url http://127.0.0.1:8000
            """
    )

    @Option(help: "Root of a server; without it the engine runs in this process.")
    var url: String?

    @Option(help: "Key to send to the server.")
    var apiKey: String?

    @OptionGroup var model: ModelOptions

    @OptionGroup var trace: TraceOptions

    @Option(help: "Numbers of users: 1...9, or a list such as 1,3,9.")
    var users = "1...9"

    @Option(help: "Requests of each user.")
    var requests = HumanInteger(64)

    @Option(help: "Longest answer in tokens.")
    var maxTokens = HumanInteger(64)

    @Flag(help: "Answers go on to --max-tokens, so that all runs do the same work.")
    var ignoreEos = false

    @Option(help: "Text file with a question in each line; without it sentences are made up.")
    var prompts: String?

    @Option(help: "Tokens of a question where prompts are token ids.")
    var questionTokens = HumanInteger(24)

    @Option(help: "Ways to share the engine in this process, one after the other.")
    var policies: String?

    @Option(help: "Where the results are written as JSON.")
    var json: String?

    @Option(help: "Where the plot is written as SVG.")
    var svg: String?

    func validate() throws {
        _ = try userCounts()
        _ = try policyList()
        if url == nil { try model.requireFolder() }
        if url != nil, policies != nil || trace.path != nil {
            throw ValidationError(
                "--policies and --trace are for an engine in this process; a server has its own."
            )
        }
    }

    func run() async throws {
        let experiment = try ConversationExperiment(try conversation())
        let progress = ProgressLine()
        let show: @Sendable (ExperimentProgress) -> Void = { progress.show($0.line) }
        var results: [TargetResult] = []
        if let url {
            let target = ServerTarget(address: try HTTPAddress(url), apiKey: apiKey)
            results.append(try await experiment.run(target, progress: show))
        } else {
            let policies = try policyList()
            let model = try await self.model.found()
            for policy in policies {
                // One engine at a time: the next is loaded when the last one's memory is free.
                let path = trace.path.map { policies.count > 1 ? "\($0).\(policy.rawValue)" : $0 }
                let languageModel = try await model.load(
                    policy: policy,
                    trace: try path.map(TraceOptions.open)
                )
                let target = EngineTarget(name: policy.rawValue, model: languageModel)
                results.append(try await experiment.run(target, progress: show))
                languageModel.engine.shutDown()
                await languageModel.engine.waitUntilStopped()
            }
        }
        progress.finish()
        let result = ExperimentResult(targets: results)
        print(result.table())
        if let json { try BenchFiles.write(result.json(), to: json) }
        if let svg { try BenchFiles.write(Array(result.plot().utf8), to: svg) }
    }

    // MARK: - Options

    private func conversation() throws -> ConversationConfiguration {
        var conversation = ConversationConfiguration()
        conversation.users = try userCounts()
        conversation.requestsPerUser = requests.value
        conversation.maxTokens = maxTokens.value
        conversation.ignoreEOS = ignoreEos
        conversation.seed = model.seed
        conversation.questionTokenCount = questionTokens.value
        if let prompts {
            conversation.questions = .file(text: try BenchFiles.read(prompts))
        }
        return conversation
    }

    private func userCounts() throws -> [Int] {
        let bounds = users.split(separator: ".", omittingEmptySubsequences: true)
        if users.contains("..."), bounds.count == 2,
            let first = Int(bounds[0]), let last = Int(bounds[1]), 1...4096 ~= first,
            first <= last, last <= 4096
        {
            return Array(first...last)
        }
        let counts = users.split(separator: ",").compactMap { Int($0) }
        guard !counts.isEmpty, counts.count == users.split(separator: ",").count else {
            throw ValidationError("--users is a range such as 1...9 or a list such as 1,3,9.")
        }
        return counts
    }

    private func policyList() throws -> [SchedulingPolicy] {
        guard let policies else { return [model.policy] }
        return try policies.split(separator: ",").map { name in
            guard let policy = SchedulingPolicy(rawValue: String(name)) else {
                let known = SchedulingPolicy.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--policies knows \(known), not '\(name)'.")
            }
            return policy
        }
    }
}
