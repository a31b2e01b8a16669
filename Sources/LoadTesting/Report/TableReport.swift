extension ExperimentResult {
    /// The figures as a table for a terminal, ending with a line end.
    ///
    /// Per target one table; where there are several, one more with the mean response times side by
    /// side.
    public func table() -> String {
        var text = targets.map { $0.table() }.joined(separator: "\n")
        if targets.count > 1 { text += "\n" + comparison() }
        if targets.contains(where: { $0.ratio(users: 9) != nil }) {
            text +=
                "\nPublished for vLLM on a GPU: 55 s at one user, 84 s at nine, ratio "
                + "\(fixed(Self.publishedRatio, 2)).\n"
        }
        return text
    }

    private func comparison() -> String {
        var text = "Mean response time in seconds, and over that at one user\n"
        let widths = targets.map { max(16, $0.name.count + 2) }
        text += right("users", 5)
        for (target, width) in zip(targets, widths) { text += right(target.name, width) }
        text += "\n"
        var users: [Int] = []
        for run in targets.flatMap(\.runs) where !users.contains(run.users) {
            users.append(run.users)
        }
        for count in users {
            text += right("\(count)", 5)
            for (target, width) in zip(targets, widths) {
                let run = target.runs.first { $0.users == count && $0.response.count > 0 }
                let ratio = target.ratio(users: count)
                let cell = fixed(run?.response.mean, 3) + right(fixed(ratio, 2), 7)
                text += right(cell, width)
            }
            text += "\n"
        }
        return text
    }
}

extension TargetResult {
    private struct Column: Sendable {
        let title: String
        let unit: String
        let width: Int
        let value: @Sendable (RunResult) -> String
    }

    private static let columns = [
        Column(title: "users", unit: "", width: 5) { "\($0.users)" },
        Column(title: "mean", unit: "s", width: 9) { fixed($0.mean(\.response), 3) },
        Column(title: "p50", unit: "s", width: 9) { fixed($0.value(\.response, \.p50), 3) },
        Column(title: "p90", unit: "s", width: 9) { fixed($0.value(\.response, \.p90), 3) },
        Column(title: "p99", unit: "s", width: 9) { fixed($0.value(\.response, \.p99), 3) },
        Column(title: "first", unit: "ms", width: 9) { milliseconds($0.mean(\.firstToken)) },
        Column(title: "p99", unit: "ms", width: 9) {
            milliseconds($0.value(\.firstToken, \.p99))
        },
        Column(title: "between", unit: "ms", width: 9) { milliseconds($0.mean(\.interToken)) },
        Column(title: "p99", unit: "ms", width: 9) {
            milliseconds($0.value(\.interToken, \.p99))
        },
        Column(title: "output", unit: "tokens/s", width: 10) {
            fixed($0.outputTokensPerSecond, 1)
        },
        Column(title: "requests", unit: "/s", width: 9) { fixed($0.requestsPerSecond, 2) },
        Column(title: "failed", unit: "", width: 7) { "\($0.failureCount)" },
        Column(title: "KV waste", unit: "%", width: 9) {
            fixed($0.cacheWaste.map { $0 * 100 }, 1)
        },
        Column(title: "T(N)/T(1)", unit: "", width: 10) { fixed($0.ratioToOneUser, 2) },
    ]

    private static func milliseconds(_ seconds: Double?) -> String {
        fixed(seconds.map { $0 * 1000 }, 1)
    }

    func table() -> String {
        let length = contextLimit.map { ", context \($0) tokens" } ?? ""
        var text = "\(name): \(model), \(requestsPerUser) requests per user, answers of "
        text += "\(ignoreEOS ? "" : "at most ")\(maxTokens) tokens\(length)\n"
        text += Self.columns.map { right($0.title, $0.width) }.joined() + "\n"
        text += Self.columns.map { right($0.unit, $0.width) }.joined() + "\n"
        for run in runs {
            text += Self.columns.map { right($0.value(run), $0.width) }.joined() + "\n"
        }
        for run in runs where run.failureCount > 0 {
            let kinds = run.failures.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            text += "  failed with \(run.users) users: \(kinds.joined(separator: ", "))"
            text += run.firstFailure.map { "; first: \($0)\n" } ?? "\n"
        }
        return text
    }
}

extension RunResult {
    fileprivate func value(
        _ measure: KeyPath<RunResult, Statistics>,
        _ figure: KeyPath<Statistics, Double>
    ) -> Double? {
        self[keyPath: measure].count > 0 ? self[keyPath: measure][keyPath: figure] : nil
    }

    fileprivate func mean(_ measure: KeyPath<RunResult, Statistics>) -> Double? {
        value(measure, \.mean)
    }
}
