import FoundationEssentials
import NIOHTTP1

/// An OpenAI-compatible server, asked over HTTP with streamed answers.
public struct ServerTarget: CompletionTarget {
    /// What stands in tables and plots.
    public let name: String
    private let client: HTTPClient
    private let completionPath: String

    /// A server that need not run yet.
    ///
    /// - Parameters:
    ///   - address: its root, with or without `/v1`.
    ///   - name: nil for the address.
    ///   - apiKey: sent as bearer token.
    ///   - completionPath: where completions are asked for.
    ///   - silenceSeconds: how long the server may send nothing before a request has failed.
    public init(
        address: HTTPAddress,
        name: String? = nil,
        apiKey: String? = nil,
        completionPath: String = "/v1/completions",
        silenceSeconds: Double = 600
    ) {
        self.name = name ?? address.description
        self.completionPath = completionPath
        client = HTTPClient(address: address, apiKey: apiKey, silenceSeconds: silenceSeconds)
    }

    /// Asks `/v1/models` for the first model and its length.
    ///
    /// - Returns: the model's name and length.
    /// - Throws: ``LoadTestError``.
    public func describe() async throws -> TargetDescription {
        let (status, body) = try await client.collect(.GET, "/v1/models")
        guard status == 200 else { throw refusal(status, body) }
        guard let list = try? JSONDecoder().decode(ModelList.self, from: Data(body)),
            let first = list.data.first
        else { throw LoadTestError.malformedAnswer("/v1/models names no model") }
        return TargetDescription(model: first.id, maxModelLength: first.max_model_len)
    }

    /// Streams one completion.
    ///
    /// - Parameter call: the request.
    /// - Returns: the answer, with the times at which the socket gave its pieces.
    /// - Throws: ``LoadTestError``.
    public func complete(_ call: CompletionCall) async throws -> CompletionRecord {
        let body = [UInt8](try JSONEncoder().encode(CompletionBody(call)))
        var reader = CompletionReader(start: Moment.now)
        var status = 0
        var refused: [UInt8] = []
        try await client.send(.POST, completionPath, body: body) { part in
            switch part {
            case .head(let code, _): status = code
            case .body(let bytes, _) where status != 200: refused += bytes.prefix(65536)
            case .body(let bytes, let time): try reader.append(bytes, at: time)
            case .end(let time): reader.end(at: time)
            }
        }
        guard status == 200 else { throw refusal(status, refused) }
        return try reader.record(wantsTokenIDs: call.usesTokenIDs && call.wantsTokenIDs)
    }

    /// Reads Martlet's counters; other servers have none.
    ///
    /// - Returns: nil where they are missing.
    public func cacheSlotSteps() async -> CacheSlotSteps? {
        guard let (status, body) = try? await client.collect(.GET, "/metrics"), status == 200
        else { return nil }
        let text = String(decoding: body, as: UTF8.self)
        let prefix = "martlet:kv_cache_"
        guard let allocated = sumOfMetric(prefix + "allocated_slot_steps_total", in: text),
            let filled = sumOfMetric(prefix + "filled_slot_steps_total", in: text)
        else { return nil }
        return CacheSlotSteps(allocated: Int(allocated), filled: Int(filled))
    }

    private func refusal(_ status: Int, _ body: [UInt8]) -> LoadTestError {
        let error = try? JSONDecoder().decode(ErrorBody.self, from: Data(body))
        let text = String(decoding: body.prefix(300), as: UTF8.self)
        return .refused(status: status, message: error?.message ?? text)
    }
}

extension CompletionCall {
    fileprivate var usesTokenIDs: Bool {
        if case .tokenIDs = prompt { true } else { false }
    }
}

/// The sum of a metric over its labels in Prometheus' text format; nil where it does not occur.
func sumOfMetric(_ name: String, in text: String) -> Double? {
    var sum: Double?
    for line in text.split(separator: "\n") where line.hasPrefix(name) {
        let rest = line.dropFirst(name.count)
        guard rest.first == " " || rest.first == "{" else { continue }
        let values = rest.drop { $0 != "}" }.dropFirst()
        let value = (rest.first == "{" ? values : rest).split(separator: " ").first
        guard let value, let number = Double(value), number.magnitude < 1e18 else { continue }
        sum = (sum ?? 0) + number
    }
    return sum
}
