/// What a template may use up at most.
///
/// A template comes with a model, so its author is not trusted; a message comes from anybody. Every
/// loop, copy and call is paid for before it happens, and what cannot be paid is refused.
public struct TemplateLimits: Sendable, Equatable {
    /// How long the source may be, in bytes.
    public var sourceByteCount = 1 << 20
    /// How many statements, expressions, loop rounds and copied elements one rendering may take.
    public var steps = 100_000
    /// How many bytes of text one rendering may make besides its output.
    ///
    /// Texts that are let go do not give their bytes back, so this bounds both work and memory.
    public var textByteCount = 16 << 20
    /// How long the rendered prompt may be, in bytes.
    public var outputByteCount = 4 << 20
    /// How deep statements and expressions may nest, values lie in each other, and macros call.
    public var depth = 64

    /// The limits a server uses.
    public init() {}
}

/// One of the limits of ``TemplateLimits``.
public enum TemplateLimit: String, Sendable, Equatable {
    /// ``TemplateLimits/sourceByteCount``
    case sourceByteCount
    /// ``TemplateLimits/steps``
    case steps
    /// ``TemplateLimits/textByteCount``
    case textByteCount
    /// ``TemplateLimits/outputByteCount``
    case outputByteCount
    /// ``TemplateLimits/depth``
    case depth
    /// The length of a `range`, 100 000 as in the reference implementation.
    case rangeLength
    /// Whole numbers have at most 128 bits.
    case integerSize
}

/// What a rendering used up.
package struct TemplateUsage: Sendable, Equatable {
    package var steps = 0
    package var textByteCount = 0
    package var outputByteCount = 0
}
