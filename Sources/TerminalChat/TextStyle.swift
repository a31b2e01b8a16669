/// How text stands out on a terminal.
struct TextStyle: OptionSet, Sendable {
    let rawValue: UInt8

    /// What the model thinks, and notes beside the conversation.
    static let dim = TextStyle(rawValue: 1)
    static let bold = TextStyle(rawValue: 2)
    static let code = TextStyle(rawValue: 4)
    static let failure = TextStyle(rawValue: 8)

    /// The bytes that switch from any style to this one.
    var sequence: String {
        var codes = "0"
        if contains(.dim) { codes += ";2" }
        if contains(.bold) { codes += ";1" }
        if contains(.code) { codes += ";36" }
        if contains(.failure) { codes += ";31" }
        return "\u{1B}[\(codes)m"
    }

    /// A text in this style, and back.
    func around(_ text: String) -> String { sequence + text + TextStyle().sequence }
}
