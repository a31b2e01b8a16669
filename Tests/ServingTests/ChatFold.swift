import JSONDocuments

/// The answers that the chunks of a stream add up to, as far as streams and whole answers share it.
struct ChatFold {
    /// One answer.
    struct Choice: Equatable {
        var content = ""
        var reasoning = ""
        var calls: [[String]] = []
        var logprobs: [JSONValue] = []
        var tokenIDs: [JSONValue] = []
        var finishReason: JSONValue?
        var stopReason: JSONValue?
    }

    private(set) var choices: [Int64: Choice] = [:]

    init(_ chunks: [JSONValue]) {
        for chunk in chunks {
            for choice in chunk["choices"]?.array ?? [] {
                add(choice)
            }
        }
    }

    private mutating func add(_ chunk: JSONValue) {
        let index = chunk["index"]?.integer ?? -1
        var choice = choices[index] ?? Choice()
        let delta = chunk["delta"]
        choice.content += delta?["content"]?.string ?? ""
        choice.reasoning += delta?["reasoning"]?.string ?? ""
        for call in delta?["tool_calls"]?.array ?? [] {
            let function = call["function"]
            if let name = function?["name"]?.string {
                choice.calls.append([call["id"]?.string ?? "", name, ""])
            }
            let place = Int(call["index"]?.integer ?? -1)
            if choice.calls.indices.contains(place) {
                choice.calls[place][2] += function?["arguments"]?.string ?? ""
            }
        }
        choice.logprobs += chunk["logprobs"]?["content"]?.array ?? []
        choice.tokenIDs += chunk["token_ids"]?.array ?? []
        if let reason = chunk["finish_reason"], reason != .null {
            choice.finishReason = reason
            choice.stopReason = chunk["stop_reason"]
        }
        choices[index] = choice
    }

    /// The answers of a whole.
    static func choices(ofWhole json: JSONValue?) -> [Int64: Choice] {
        var choices: [Int64: Choice] = [:]
        for each in json?["choices"]?.array ?? [] {
            let message = each["message"]
            choices[each["index"]?.integer ?? -1] = Choice(
                content: message?["content"]?.string ?? "",
                reasoning: message?["reasoning"]?.string ?? "",
                calls: (message?["tool_calls"]?.array ?? []).map { call in
                    [
                        call["id"]?.string ?? "", call["function"]?["name"]?.string ?? "",
                        call["function"]?["arguments"]?.string ?? "",
                    ]
                },
                logprobs: each["logprobs"]?["content"]?.array ?? [],
                tokenIDs: each["token_ids"]?.array ?? [],
                finishReason: each["finish_reason"],
                stopReason: each["stop_reason"]
            )
        }
        return choices
    }
}
