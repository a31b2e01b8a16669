public import FoundationEssentials
public import Hummingbird

/// The context of a request, which has no need of large bodies.
public struct ChatContext: RequestContext {
    /// What the framework keeps for a request.
    public var coreContext: CoreRequestContextStorage

    /// No body is longer; escapes in JSON can double the longest content.
    public var maxUploadSize: Int { 128 << 10 }

    /// How answers are written.
    public var responseEncoder: JSONEncoder { .answers }

    /// Begins a request.
    public init(source: Source) { coreContext = CoreRequestContextStorage(source: source) }
}

extension JSONEncoder {
    /// The same answer is the same text, every time.
    static var answers: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return encoder
    }
}
