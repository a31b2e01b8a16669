/// How a family's model writes its calls: what a grammar for forced calls is made of.
///
/// An answer that calls the functions f and g is
/// `begin call(f) separator call(g) end`, where a call is
/// `beforeName name betweenNameAndArguments arguments afterArguments`.
public struct ToolCallSyntax: Sendable, Equatable {
    /// How the arguments stand between their pieces.
    public enum Arguments: Sendable, Equatable {
        /// As one JSON object.
        case json
        /// As one tagged text per parameter.
        case tagged(TaggedParameters)
    }

    /// Parameters as tagged texts: `beforeKey key betweenKeyAndValue value afterValue`, one after
    /// another.
    ///
    /// A value whose type is string is the bare text, which cannot contain `afterValue`; any other
    /// is its JSON.
    public struct TaggedParameters: Sendable, Equatable {
        /// What stands in front of a parameter's name.
        public var beforeKey: String
        /// What stands between a parameter's name and its value.
        public var betweenKeyAndValue: String
        /// What stands behind a value.
        public var afterValue: String
    }

    /// What stands once in front of the calls.
    public var begin = ""
    /// What stands in front of each call's name.
    public var beforeName: String
    /// What stands between a name and the arguments.
    public var betweenNameAndArguments: String
    /// What stands behind each call's arguments.
    public var afterArguments: String
    /// What stands between two calls; nil where the model makes one call per answer.
    public var separator: String?
    /// What stands once behind the calls.
    public var end = ""
    /// How the arguments are written.
    public var arguments = Arguments.json
    /// Which substrings of the pieces are one special token each, not text to be tokenized.
    public var specialTokens: [String] = []
}
