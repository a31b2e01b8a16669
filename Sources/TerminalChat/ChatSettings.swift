/// A number that users can set, by the name it has in OpenAI's and vLLM's API.
public enum ChatSetting: String, Sendable, CaseIterable {
    case temperature
    case topP = "top_p"
    case topK = "top_k"
    case minP = "min_p"
    case maxTokens = "max_tokens"
    case seed
    case repetitionPenalty = "repetition_penalty"
    case presencePenalty = "presence_penalty"
    case frequencyPenalty = "frequency_penalty"

    /// What it may be.
    public var range: ClosedRange<Double> {
        switch self {
        case .temperature: 0...2
        case .topP: 0.000_001...1
        case .topK: 0...1_000_000
        case .minP: 0...1
        case .maxTokens: 1...16_777_216
        // Whole numbers that every JSON reader keeps.
        case .seed: 0...9_007_199_254_740_991
        case .repetitionPenalty: 0.01...10
        case .presencePenalty, .frequencyPenalty: -2...2
        }
    }

    /// Whether it is a whole number.
    public var isWhole: Bool { [.topK, .maxTokens, .seed].contains(self) }

    var explanation: String {
        switch self {
        case .temperature: "0 takes the likeliest token, higher varies more"
        case .topP: "keeps the likeliest tokens of this probability"
        case .topK: "keeps so many likeliest tokens; 0 keeps all"
        case .minP: "drops tokens below this share of the likeliest"
        case .maxTokens: "the longest answer"
        case .seed: "makes answers repeatable"
        case .repetitionPenalty: "above 1, makes used tokens less likely"
        case .presencePenalty: "above 0, makes the answer's tokens less likely"
        case .frequencyPenalty: "the same, for each time a token was used"
        }
    }
}

/// The numbers that differ from the model's defaults.
public struct ChatSettings: Sendable, Equatable {
    private var values: [ChatSetting: Double] = [:]

    /// Begins with the model's defaults.
    public init() {}

    /// A number; nil leaves it to the model.
    public subscript(_ setting: ChatSetting) -> Double? {
        get { values[setting] }
        set { values[setting] = newValue }
    }

    /// A whole number; nil leaves it to the model.
    public func whole(_ setting: ChatSetting) -> Int? {
        values[setting].flatMap { Int(exactly: $0) }
    }

    /// Sets a number that somebody typed; `default` leaves it to the model.
    ///
    /// - Returns: what is wrong with it, or nil.
    public mutating func set(_ name: String, to text: String) -> String? {
        guard let setting = ChatSetting(rawValue: name) else {
            let names = ChatSetting.allCases.map(\.rawValue).joined(separator: ", ")
            return "There is no setting '\(VisibleText.line(name))'; there are \(names)."
        }
        if text == "default" {
            self[setting] = nil
            return nil
        }
        guard let number = Double(text), setting.range.contains(number),
            !setting.isWhole || number == number.rounded()
        else {
            let kind = setting.isWhole ? "a whole number" : "a number"
            return "\(name) is \(kind) from \(setting.range.lowerBound.plain) to "
                + "\(setting.range.upperBound.plain), or default; not '\(VisibleText.line(text))'."
        }
        self[setting] = number
        return nil
    }

    /// A line for each setting.
    var table: String {
        ChatSetting.allCases.map { setting in
            let value = self[setting]?.plain ?? "default"
            return "  " + setting.rawValue.padded(to: 20) + value.padded(to: 10)
                + setting.explanation
        }.joined(separator: "\n")
    }
}

extension Double {
    /// The number, without `.0` where it is whole.
    var plain: String { Int(exactly: self).map { "\($0)" } ?? "\(self)" }
}

extension String {
    /// The text with blanks behind it.
    func padded(to count: Int) -> String {
        self + String(repeating: " ", count: max(count - self.count, 1))
    }
}
