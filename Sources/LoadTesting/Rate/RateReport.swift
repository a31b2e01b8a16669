extension RateResult {
    /// The figures in the table that vLLM's client prints, ending with a line end.
    ///
    /// - Parameters:
    ///   - metrics: which times are told.
    ///   - percentiles: which percentiles of them.
    /// - Returns: lines of 50 columns or a few more.
    public func table(
        metrics: [RateMetric] = [.firstToken, .perToken, .interToken],
        percentiles: [Double] = [99]
    ) -> String {
        var lines = [centred(" Serving Benchmark Result ", in: "=")]
        func add(_ title: String, _ value: String) { lines.append(left(title, 40) + " " + value) }
        add("Successful requests:", "\(records.count)")
        add("Failed requests:", "\(failureCount)")
        if let limit = configuration.maxConcurrency {
            add("Maximum request concurrency:", "\(limit)")
        }
        if configuration.requestRate.isFinite {
            add("Request rate configured (RPS):", fixed(configuration.requestRate, 2))
        }
        add("Benchmark duration (s):", fixed(durationSeconds, 2))
        add("Total input tokens:", "\(inputTokenCount)")
        add("Total generated tokens:", "\(outputTokenCount)")
        add("Request throughput (req/s):", fixed(perSecond(records.count), 2))
        add("Output token throughput (tok/s):", fixed(perSecond(outputTokenCount), 2))
        add("Peak output token throughput (tok/s):", fixed(Double(peakOutputTokensPerSecond), 2))
        add("Peak concurrent requests:", fixed(Double(peakConcurrency), 2))
        let total = inputTokenCount + outputTokenCount
        add("Total Token throughput (tok/s):", fixed(perSecond(total), 2))
        for metric in metrics {
            let sorted = sortedSeconds(metric)
            lines.append(centred(metric.title, in: "-"))
            let name = metric.abbreviation
            add("Mean \(name) (ms):", milliseconds(Statistics(sorted).mean, sorted))
            add("Median \(name) (ms):", milliseconds(Statistics(sorted).p50, sorted))
            for percent in percentiles {
                let value = Statistics.percentile(percent, of: sorted)
                add("P\(Self.word(percent)) \(name) (ms):", milliseconds(value, sorted))
            }
        }
        lines.append(String(repeating: "=", count: 50))
        if failureCount > 0 {
            let kinds = failures.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            lines.append("failed: \(kinds.joined(separator: ", "))")
            if let firstFailure { lines.append("first:  \(firstFailure)") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func milliseconds(_ seconds: Double, _ values: [Double]) -> String {
        fixed(values.isEmpty ? nil : seconds * 1000, 2)
    }

    private func centred(_ title: String, in filler: Character) -> String {
        let free = max(0, 50 - title.count)
        let before = String(repeating: filler, count: free / 2)
        return before + title + String(repeating: filler, count: free - free / 2)
    }

    /// `99`, or `99.9` where the number is not whole.
    static func word(_ percent: Double) -> String {
        Int(exactly: percent).map { "\($0)" } ?? "\(percent)"
    }

    /// The figures under the names that vLLM's client gives them.
    ///
    /// - Parameters:
    ///   - metrics: which times are told.
    ///   - percentiles: which percentiles of them.
    ///   - isDetailed: whether the figures of every request stand there as well.
    /// - Returns: an object.
    public func report(
        metrics: [RateMetric],
        percentiles: [Double],
        isDetailed: Bool = false
    ) -> ReportValue {
        var fields: [String: ReportValue] = [
            "backend": .text("openai"),
            "model_id": .text(model),
            "num_prompts": .integer(configuration.promptCount),
            "request_rate": configuration.requestRate.isFinite
                ? .number(configuration.requestRate) : .text("inf"),
            "burstiness": .number(configuration.burstiness),
            "max_concurrency": configuration.maxConcurrency.map { .integer($0) } ?? .null,
            "duration": .number(durationSeconds),
            "completed": .integer(records.count),
            "failed": .integer(failureCount),
            "total_input_tokens": .integer(inputTokenCount),
            "total_output_tokens": .integer(outputTokenCount),
            "request_throughput": .number(perSecond(records.count)),
            "output_throughput": .number(perSecond(outputTokenCount)),
            "total_token_throughput": .number(perSecond(inputTokenCount + outputTokenCount)),
            "max_output_tokens_per_s": .integer(peakOutputTokensPerSecond),
            "max_concurrent_requests": .integer(peakConcurrency),
        ]
        for metric in metrics {
            let sorted = sortedSeconds(metric).map { $0 * 1000 }
            let name = metric.rawValue
            fields["mean_\(name)_ms"] = .number(Statistics(sorted).mean)
            fields["median_\(name)_ms"] = .number(Statistics(sorted).p50)
            fields["std_\(name)_ms"] = .number(standardDeviation(sorted))
            for percent in percentiles {
                fields["p\(Self.word(percent))_\(name)_ms"] =
                    .number(Statistics.percentile(percent, of: sorted))
            }
        }
        if isDetailed {
            fields["input_lens"] = .list(records.map { .integer($0.promptTokenCount) })
            fields["output_lens"] = .list(records.map { .integer($0.outputTokenCount) })
            fields["ttfts"] = .list(
                records.map { $0.firstTokenSeconds.map { .number($0) } ?? .null }
            )
            fields["itls"] = .list(records.map { .numbers($0.interPieceSeconds) })
            fields["errors"] = .list(failures.keys.sorted().map { .text($0) })
        }
        return .fields(fields)
    }

    /// Over all values, as numpy has it.
    private func standardDeviation(_ values: [Double]) -> Double {
        guard !values.isEmpty else { return 0 }
        let mean = Statistics(values).mean
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(values.count)).squareRoot()
    }
}
