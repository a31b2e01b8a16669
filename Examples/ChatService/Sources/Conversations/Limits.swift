/// How long a text of a client may be.
struct Limits {
    static let title = Limits(name: "title", byteCount: 200)
    static let instructions = Limits(name: "instructions", byteCount: 8 << 10)
    static let content = Limits(name: "content", byteCount: 32 << 10)

    let name: String
    let byteCount: Int

    /// The text if it is there.
    ///
    /// - Throws: ``ConversationError/invalid(_:)`` if it is empty or too long.
    func check(_ text: String?) throws(ConversationError) -> String? {
        guard let text else { return nil }
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw .invalid("`\(name)` is empty.")
        }
        guard text.utf8.count <= byteCount else {
            throw .invalid(
                "`\(name)` has \(text.utf8.count) bytes, at most \(byteCount) are taken."
            )
        }
        return text
    }
}
