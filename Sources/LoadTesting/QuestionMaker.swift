/// Makes one user's questions; the same seed makes the same ones.
struct QuestionMaker: Sendable {
    private let source: QuestionSource
    private var random: SeededRandom
    private var line: Int

    init(source: QuestionSource, seed: UInt64) {
        self.source = source
        random = SeededRandom(seed: seed)
        line = Int(random.next() >> 33)
    }

    mutating func question() -> String {
        if case .lines(let lines) = source {
            defer { line += 1 }
            return lines[line % lines.count]
        }
        let opening = pick(Self.openings)
        let subject = pick(Self.qualities) + " " + pick(Self.subjects)
        let place = pick(Self.places)
        return "\(opening) the \(subject) \(place) \(pick(Self.endings))"
    }

    mutating func question(tokenCount: Int, ids: ClosedRange<Int32>) -> [Int32] {
        (0..<tokenCount).map { _ in Int32.random(in: ids, using: &random) }
    }

    private mutating func pick(_ words: [String]) -> String {
        words[Int.random(in: words.indices, using: &random)]
    }

    private static let openings = [
        "Tell me about", "What became of", "Who would look for", "Why did nobody see",
        "Please describe", "How would you explain", "When was the last time you heard of",
        "Write a short story about",
    ]
    private static let qualities = [
        "quiet", "forgotten", "little", "very old", "bright red", "broken", "clever", "frozen",
        "first", "unknown", "heavy", "friendly",
    ]
    private static let subjects = [
        "lighthouse", "bicycle", "teacher", "river", "letter", "garden", "machine", "bird",
        "kitchen", "mountain road", "clock", "painter", "harbour", "market", "dog", "library",
    ]
    private static let places = [
        "behind the school", "on the other side of town", "in my grandmother's village",
        "near the railway", "at the end of the winter", "under the old bridge",
        "beside the sea", "in the middle of the night",
    ]
    private static let endings = [
        "and what happened next?", "as simply as you can.", "in three sentences.",
        "and say why it matters.", "so that a child understands it.",
        "and compare it with what you told me before.",
    ]
}

/// SplitMix64 (Steele, Lea, Flood 2014): every seed gives another sequence.
struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
