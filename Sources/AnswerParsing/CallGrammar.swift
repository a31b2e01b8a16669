/// How a family's calls are found and read; one value per ``ToolCallFormat``.
///
/// Calls look like `section begin body after separator body after …`, with white space between any
/// two of them.
struct CallGrammar: Sendable {
    /// Markers in front of the first call, each followed by a `begin`.
    var sections: [String] = []
    /// Markers in front of a body.
    var begins: [String] = []
    /// Whether a body needs no marker where a line begins with a brace.
    var opensAtLineStart = false
    /// A JSON object with name and arguments in it, if the family writes that.
    var envelope: EnvelopeRules?
    /// A name with a JSON object behind it, if the family writes that.
    var named: NamedRules?
    /// A name with tagged parameters behind it, if the family writes that.
    var parameters: ParameterRules?
    /// What may follow a body and is dropped.
    var after: [String] = []
    /// What may stand between a body and the next one that has no marker of its own.
    var separators: [String] = []
    /// How a forced call is written.
    var syntax: ToolCallSyntax
}

/// A call as one JSON object, or several in a list.
struct EnvelopeRules: Sendable {
    /// The member that holds the function's name.
    var nameKey = "name"
    /// The members that may hold the arguments.
    var argumentKeys = ["arguments", "parameters"]
    /// Whether members of other names and functions that are no tool make it no call.
    ///
    /// For families where any JSON object may be meant as the answer.
    var isStrict = false
}

/// A call as a name, a delimiter and a JSON object.
struct NamedRules: Sendable {
    /// What stands between the name and the arguments.
    var delimiter: String
    /// What stands between the name and the call's id, if the family has ids.
    var idDelimiter: String?
    /// Whether the arguments may follow the name with nothing between.
    var allowsBareArguments = false
    /// Whether the name is written `functions.NAME:NUMBER`, which also is the call's id.
    var nameIsNumbered = false
}

/// A call as a name and a tagged text per parameter.
struct ParameterRules: Sendable {
    /// What ends the name; nil where the first tag does.
    var nameEnd: String?
    /// What stands in front of a parameter's name.
    var beforeKey: String
    /// What stands behind a parameter's name.
    var afterKey: String
    /// What stands in front of a value; nil where it follows the name's end at once.
    var beforeValue: String?
    /// What stands behind a value.
    var afterValue: String
    /// What stands behind the parameters.
    var end: String
    /// Whether a value stands on lines of its own.
    var isOnOwnLines: Bool
    /// The types of a value about which no schema says anything.
    var untyped: ValueKinds
}

/// What a byte led to inside a call.
enum BodyStep {
    case more
    /// The byte is the body's last.
    case finished
    /// This is no call (any more); bytes that must be looked at again, the last one among them.
    case failed([UInt8])
}
