public import JSONDocuments

/// What an answer must look like, before it is compiled.
///
/// Sources are values that compose: a tool call is a ``sequence(_:)`` of literals around a
/// ``jsonSchema(_:options:)``, a choice of tools is ``alternatives(_:)``.
public indirect enum GrammarSource: Hashable, Sendable {
    /// A JSON text whose value is valid for the schema.
    case jsonSchema(JSONValue, options: JSONTextOptions = JSONTextOptions())
    /// Any JSON object.
    case jsonObject
    /// Any JSON value.
    case jsonValue
    /// A text that a regular expression matches from its first to its last character.
    case regex(String)
    /// One of some texts.
    case choice([String])
    /// A grammar in GBNF, whose rule `root` is the whole text.
    case gbnf(String)
    /// Exactly this text.
    case literal(String)
    /// A control token of the vocabulary, by its name.
    ///
    /// It matches the token itself, never text that spells its name.
    case specialToken(String)
    /// One after another.
    case sequence([GrammarSource])
    /// Any one of them.
    case alternatives([GrammarSource])
    /// Several in a row; no end when `atMost` is nil.
    case repeated(GrammarSource, atLeast: Int, atMost: Int?)
    /// Any text, valid UTF-8, in which none of the strings occurs.
    case text(excluding: [String])
    /// Free text with tagged parts in it.
    ///
    /// Free text in which no tag begins; then a tag's begin, its content and its end; and again.
    /// With no tag it is free text.
    case tagged([GrammarTag], options: TaggedTextOptions = TaggedTextOptions())
}

/// A part of an answer that begins with a marker and then has a form.
public struct GrammarTag: Hashable, Sendable {
    /// What begins the tag: a text, or the name of a control token.
    public var begin: GrammarMarker
    /// What stands between the markers.
    public var content: GrammarSource
    /// What ends the tag; nil when the content ends it.
    public var end: GrammarMarker?

    /// Makes a tag.
    public init(begin: GrammarMarker, content: GrammarSource, end: GrammarMarker?) {
        self.begin = begin
        self.content = content
        self.end = end
    }

    /// Makes a tag between two texts; an empty `end` is none.
    public init(begin: String, content: GrammarSource, end: String) {
        self.init(begin: .text(begin), content: content, end: end.isEmpty ? nil : .text(end))
    }
}

/// The beginning or the end of a tag.
public enum GrammarMarker: Hashable, Sendable {
    /// These characters, however they are cut into tokens.
    case text(String)
    /// One control token, by its name.
    case specialToken(String)

    var source: GrammarSource {
        switch self {
        case .text(let text): .literal(text)
        case .specialToken(let name): .specialToken(name)
        }
    }
}

/// How tags may follow one another in ``GrammarSource/tagged(_:options:)``.
public struct TaggedTextOptions: Hashable, Sendable {
    /// Whether the answer must have a tag.
    public var needsTag: Bool
    /// Whether the answer ends with its first tag.
    public var stopsAfterFirst: Bool
    /// Texts that may not occur outside tags, besides the markers that begin one.
    ///
    /// Structural tags with triggers want the trigger here: `<function=` where the tags begin with
    /// `<function=a>` and `<function=b>`, so that no other function can be begun.
    public var forbiddenTexts: [String]
    /// Whether any text may stand between, before and after tags.
    public var allowsText: Bool

    /// Makes options; as they are, tags are optional and any number may come.
    public init(
        needsTag: Bool = false,
        stopsAfterFirst: Bool = false,
        forbiddenTexts: [String] = [],
        allowsText: Bool = true
    ) {
        self.needsTag = needsTag
        self.stopsAfterFirst = stopsAfterFirst
        self.forbiddenTexts = forbiddenTexts
        self.allowsText = allowsText
    }
}

/// What a JSON text may look like beyond what its schema says.
public struct JSONTextOptions: Hashable, Sendable {
    /// Where white space may stand between the parts of a JSON text.
    public enum Whitespace: Hashable, Sendable {
        /// Nowhere.
        case none
        /// Between any two parts: nothing, one space, or a line break and an indentation.
        case flexible
    }

    /// The white space between the parts.
    public var whitespace: Whitespace
    /// Whether `format` restricts strings; when false it is a note that restricts nothing.
    public var assertsFormats: Bool

    /// Makes options.
    public init(whitespace: Whitespace = .flexible, assertsFormats: Bool = true) {
        self.whitespace = whitespace
        self.assertsFormats = assertsFormats
    }
}
