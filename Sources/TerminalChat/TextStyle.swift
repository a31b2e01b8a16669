/// How text stands out on a terminal.
package struct TextStyle: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// What the model thinks, and notes beside the conversation.
    package static let dim = TextStyle(rawValue: 1)
    package static let bold = TextStyle(rawValue: 2)
    package static let code = TextStyle(rawValue: 4)
    package static let failure = TextStyle(rawValue: 8)

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
