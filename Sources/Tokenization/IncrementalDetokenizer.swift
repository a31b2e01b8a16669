/// Turns tokens into text one by one, as a stream shows them.
///
/// The texts put together are exactly ``Tokenizer/decode(_:skipSpecialTokens:)`` of all tokens.
/// Only whole characters come out; what is not UTF-8 comes out as U+FFFD once no later token can
/// complete it. Byte tokens (`<0xNN>`) are held back until their run ends, because one invalid byte
/// turns the whole run into U+FFFD.
public struct IncrementalDetokenizer: Sendable {
    private let tokenizer: Tokenizer
    private let skipsSpecialTokens: Bool
    private var run: DecoderRun
    // At most three bytes: the beginning of a character.
    private var incomplete: [UInt8] = []

    /// - Parameters:
    ///   - tokenizer: what made the tokens.
    ///   - skipSpecialTokens: whether special tokens leave no text.
    public init(_ tokenizer: Tokenizer, skipSpecialTokens: Bool) {
        self.tokenizer = tokenizer
        skipsSpecialTokens = skipSpecialTokens
        run = DecoderRun(tokenizer.decoder)
    }

    /// The text that this token decides; empty while a character is incomplete.
    ///
    /// Ids that name no token leave no text.
    public mutating func append(_ id: Int32) -> String {
        push(id)
        return takeText(isLast: false)
    }

    /// The text that was held back; call once, after the last token.
    public mutating func finish() -> String {
        run.finish()
        return takeText(isLast: true)
    }

    /// Takes a token without giving out its text yet.
    mutating func push(_ id: Int32) {
        guard let piece = tokenizer.piece(of: id) else { return }
        if skipsSpecialTokens, tokenizer.isSkippable(id) { return }
        run.append(piece)
    }

    private mutating func takeText(isLast: Bool) -> String {
        let bytes = incomplete + run.takeOutput()
        let decided = isLast ? bytes.count : bytes.count - Self.incompleteSuffixCount(bytes)
        incomplete = Array(bytes[decided...])
        return String(decoding: bytes[..<decided], as: UTF8.self)
    }

    /// How many bytes at the end begin a character that later bytes may complete.
    static func incompleteSuffixCount(_ bytes: [UInt8]) -> Int {
        for count in 1...3 where count <= bytes.count {
            let lead = bytes[bytes.count - count]
            if lead & 0xC0 == 0x80 { continue }
            let length: Int
            switch lead {
            case 0xC2...0xDF: length = 2
            case 0xE0...0xEF: length = 3
            case 0xF0...0xF4: length = 4
            default: return 0
            }
            guard count < length else { return 0 }
            // These leads leave the second byte less room: what is outside it is invalid already.
            if count > 1 {
                let second = bytes[bytes.count - count + 1]
                switch lead {
                case 0xE0 where second < 0xA0, 0xED where second > 0x9F,
                    0xF0 where second < 0x90, 0xF4 where second > 0x8F:
                    return 0
                default: break
                }
            }
            return count
        }
        return 0
    }
}
