/// Something that completes prompts: a server at an address, or an engine in this process.
public protocol CompletionTarget: Sendable {
    /// What stands in tables and plots, such as `continuous` or an address.
    var name: String { get }

    /// What can be known before the first request.
    func describe() async throws -> TargetDescription

    /// Completes one prompt and reports when each piece of the answer came.
    ///
    /// Called by as many tasks at once as there are users.
    ///
    /// - Throws: what a report can show; ``LoadTestError`` where it fits.
    func complete(_ call: CompletionCall) async throws -> CompletionRecord

    /// The KV cache in all steps so far; nil where the target does not tell.
    func cacheSlotSteps() async -> CacheSlotSteps?
}

/// What a target says about itself.
public struct TargetDescription: Sendable, Equatable {
    /// The name under which requests ask for the model.
    public var model: String
    /// Tokens of prompt and answer together that the model takes; nil where it does not tell.
    public var maxModelLength: Int?

    /// A description of a target.
    public init(model: String, maxModelLength: Int?) {
        self.model = model
        self.maxModelLength = maxModelLength
    }
}

/// A prompt in one of the two forms servers take.
public enum Prompt: Sendable, Equatable {
    case text(String)
    /// For servers without a tokenizer; the answer's token ids are asked for as well.
    case tokenIDs([Int32])
}

/// One request of a conversation.
public struct CompletionCall: Sendable, Equatable {
    /// The model's name, as ``TargetDescription/model`` gave it.
    public var model: String
    /// The whole conversation so far and the new question.
    public var prompt: Prompt
    /// The longest answer in tokens.
    public var maxTokens: Int
    /// Whether the answer goes on to `maxTokens` whatever the model says.
    public var ignoreEOS: Bool
    /// 0 for the most probable answer.
    public var temperature: Float
    /// Where random draws begin.
    public var seed: UInt64
    /// Whether an answer to a prompt of token ids has to come as token ids too.
    public var wantsTokenIDs: Bool

    /// A request.
    public init(
        model: String,
        prompt: Prompt,
        maxTokens: Int,
        ignoreEOS: Bool = false,
        temperature: Float = 0,
        seed: UInt64 = 0,
        wantsTokenIDs: Bool = true
    ) {
        self.model = model
        self.prompt = prompt
        self.maxTokens = maxTokens
        self.ignoreEOS = ignoreEOS
        self.temperature = temperature
        self.seed = seed
        self.wantsTokenIDs = wantsTokenIDs
    }
}

/// KV slots, one for each position of a sequence, added up over all steps of a target so far.
///
/// The difference of two counts is exact for the time between, however short the requests.
public struct CacheSlotSteps: Sendable, Equatable {
    /// Slots of all blocks that requests held.
    public var allocated: Int
    /// Those of them that had a token's keys and values.
    public var filled: Int

    /// Counted slots.
    public init(allocated: Int, filled: Int) {
        self.allocated = allocated
        self.filled = filled
    }
}

/// An answer and when its pieces came.
///
/// All times of a target count from one fixed moment, the same for all its calls: throughput is
/// taken from the first start to the last end. ``Moment/now`` is such a time.
public struct CompletionRecord: Sendable, Equatable {
    /// When the request was sent.
    public var start: Duration
    /// Pieces with at least one token, in order.
    public var pieces: [Piece] = []
    /// When the answer was complete.
    public var end: Duration
    /// The answer, unless it is in ``tokenIDs`` only.
    public var text = ""
    /// The answer as token ids, where they were asked for.
    public var tokenIDs: [Int32] = []
    /// Tokens of the prompt, as the target counts them.
    public var promptTokenCount = 0
    /// Tokens of the answer, as the target counts them.
    public var outputTokenCount = 0

    /// Tokens that came together.
    public struct Piece: Sendable, Equatable {
        /// When they came.
        public var time: Duration
        /// How many.
        public var tokenCount: Int

        /// A piece of an answer.
        public init(time: Duration, tokenCount: Int = 1) {
            self.time = time
            self.tokenCount = tokenCount
        }
    }

    /// A record that has begun; the rest is filled in as the answer comes.
    public init(start: Duration) {
        self.start = start
        self.end = start
    }

    /// From the request to the end of the answer.
    public var responseSeconds: Double { (end - start).inSeconds }

    /// From the request to the first token; nil for an empty answer.
    public var firstTokenSeconds: Double? { pieces.first.map { ($0.time - start).inSeconds } }

    /// The time between neighbouring tokens; tokens of one piece share the time it took.
    public var interTokenSeconds: [Double] {
        zip(pieces, pieces.dropFirst()).flatMap { before, piece in
            let seconds = (piece.time - before.time).inSeconds
            return [Double](
                repeating: seconds / Double(piece.tokenCount),
                count: piece.tokenCount
            )
        }
    }
}

/// The time of a clock that never goes back.
public enum Moment {
    private static let origin = ContinuousClock.now

    /// The time since the clock was first looked at in this process.
    public static var now: Duration { origin.duration(to: .now) }
}

extension Duration {
    /// The duration as a number of seconds.
    public var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
