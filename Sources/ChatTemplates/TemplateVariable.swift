public import JSONDocuments

/// A variable a template is rendered with.
public struct TemplateVariable: Sendable, Equatable {
    /// The name the template uses: `messages`.
    public var name: String
    /// What it holds.
    public var value: JSONValue
    /// Whether the server vouches for its texts: true for `bos_token`, false for `messages`.
    public var isTrusted: Bool

    /// Makes a variable.
    public init(_ name: String, _ value: JSONValue, isTrusted: Bool) {
        self.name = name
        self.value = value
        self.isTrusted = isTrusted
    }
}
