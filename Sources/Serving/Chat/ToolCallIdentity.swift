/// Names for tool calls.
enum ToolCallIdentity {
    /// A name that only this call of this request has; the same each time it is asked for.
    ///
    /// The short form has nine letters and digits, the only one that Mistral's templates take.
    static func make(request: String, choice: Int, call: Int, isShort: Bool) -> String {
        let text = "\(request)/\(choice)/\(call)"
        let digits = hash(text, seed: 0xCBF2_9CE4_8422_2325) + hash(text, seed: 0x9E37_79B9)
        return isShort ? String(digits.prefix(9)) : "call_" + digits.prefix(24)
    }

    /// FNV-1a and a final mix, in hexadecimal.
    private static func hash(_ text: String, seed: UInt64) -> String {
        var hash = seed
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ hash >> 31) &* 0x94D0_49BB_1331_11EB
        hash ^= hash >> 29
        return RequestIdentity.hexadecimal(hash)
    }
}
