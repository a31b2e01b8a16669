import TerminalChat
import TestData
import Testing

@Suite("Keys")
struct KeyDecoderTests {
    private func keys(_ text: String) -> [Key] { keys(Array(text.utf8)) }

    private func keys(_ bytes: [UInt8]) -> [Key] {
        var decoder = KeyDecoder()
        var keys = bytes.flatMap { decoder.push($0) }
        if decoder.timeoutMilliseconds >= 0 { keys += decoder.timeOut() }
        return keys
    }

    @Test("characters come as they are, whatever their length")
    func characters() {
        #expect(keys("aé€😀") == [.text("a"), .text("é"), .text("€"), .text("😀")])
    }

    @Test("a broken character is one mark, and what follows it is read")
    func brokenCharacters() {
        #expect(keys([0xC3, 0x61]) == [.text("\u{FFFD}"), .text("a")])
        #expect(keys([0xF0, 0x9F, 0x98]) == [.text("\u{FFFD}")])
        // No short form of a slash, no half of a pair, nothing above the last scalar.
        #expect(keys([0xC0, 0xAF]).count == 2)
        #expect(keys([0xED, 0xA0, 0x80]).count == 3)
        #expect(keys([0xF4, 0x90, 0x80, 0x80]).count == 4)
        #expect(keys([0xE2, 0x82, 0x1B, 0x5B, 0x41]) == [.text("\u{FFFD}"), Key(.up)])
    }

    static let namedKeys: [(String, Key)] = [
        ("\r", Key(.enter)), ("\n", Key(.enter)), ("\t", Key(.tab)), ("\u{7F}", Key(.backspace)),
        ("\u{8}", Key(.backspace)), ("\u{1}", .control("a")), ("\u{1F}", .control("_")),
        ("\0", .control("@")), ("\u{1B}", Key(.escape)), ("\u{1B}b", .alt("b")),
        ("\u{1B}é", .alt("é")), ("\u{1B}\r", Key(.enter, .alt)),
        ("\u{1B}\u{7F}", Key(.backspace, .alt)), ("\u{1B}[A", Key(.up)), ("\u{1B}OA", Key(.up)),
        ("\u{1B}[1;5D", Key(.left, .control)), ("\u{1B}O5D", Key(.left, .control)),
        ("\u{1B}[1;3C", Key(.right, .alt)), ("\u{1B}\u{1B}[C", Key(.right, .alt)),
        ("\u{1B}[H", Key(.home)), ("\u{1B}[7~", Key(.home)), ("\u{1B}[4~", Key(.end)),
        ("\u{1B}OF", Key(.end)), ("\u{1B}[3~", Key(.delete)),
        ("\u{1B}[3;5~", Key(.delete, .control)),
        ("\u{1B}[Z", Key(.tab, .shift)), ("\u{1B}[13;2u", Key(.enter, .shift)),
        ("\u{1B}[27;5;13~", Key(.enter, .control)), ("\u{1B}[99;5u", .control("c")),
        ("\u{1B}[", .alt("[")), ("\u{1B}]", .alt("]")), ("\u{1B}OM", Key(.enter)),
    ]

    @Test("each key is read from what terminals send for it", arguments: namedKeys)
    func named(_ sequence: String, _ key: Key) {
        #expect(keys(sequence) == [key])
    }

    static let unusedSequences = [
        "\u{1B}[15~", "\u{1B}[200;300;400$y", "\u{1B}[?1;2c", "\u{1B}[[A", "\u{1B}OP",
        "\u{1B}]0;a title\u{7}", "\u{1B}P1$r0m\u{1B}\\", "\u{1B}_data\u{1B}\\", "\u{1B}[I",
        "\u{1B}[" + String(repeating: "9;", count: 10_000) + "A",
    ]

    @Test("what has no use here is swallowed whole", arguments: unusedSequences)
    func swallowed(_ sequence: String) {
        #expect(
            keys(sequence + "x") == [.text("x")] || keys(sequence + "x") == [Key(.up), .text("x")]
        )
    }

    @Test("pasted text is one key, with its line breaks and with what looks like keys")
    func paste() {
        #expect(
            keys("\u{1B}[200~one\r\ntwo\u{1B}[A \u{1B}[20 é\u{1B}[201~x")
                == [Key(.pasted("one\r\ntwo\u{1B}[A \u{1B}[20 é")), .text("x")]
        )
    }

    @Test("a paste whose end is lost ends by itself")
    func lostEnd() {
        var decoder = KeyDecoder()
        for byte in "\u{1B}[200~text".utf8 { #expect(decoder.push(byte) == []) }
        #expect(decoder.timeOut() == [Key(.pasted("text"))])
        #expect(decoder.push(3) == [.control("c")])
    }

    @Test("a long paste comes in pieces that are the text")
    func longPaste() {
        let text = String(repeating: "€", count: 100_000)
        let pieces = keys("\u{1B}[200~" + text + "\u{1B}[201~").map { key in
            if case .pasted(let piece) = key.code { piece } else { "?" }
        }
        #expect(pieces.count == 5)
        #expect(pieces.joined() == text)
    }

    @Test("after any bytes and silence, a key is the key it is", arguments: UInt64(0)..<200)
    func garbage(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var decoder = KeyDecoder()
        for _ in 0..<300 {
            // Mostly bytes that begin something.
            let bytes: [UInt8] = [0x1B, 0x5B, 0x4F, 0x5D, 0x50, 0x32, 0x30, 0x7E, 0xE2, 0x80]
            let isBeginning = Bool.random(using: &generator)
            let byte = UInt8.random(in: 0...255, using: &generator)
            _ = decoder.push(isBeginning ? bytes[Int(byte) % bytes.count] : byte)
        }
        _ = decoder.timeOut()
        #expect(decoder.timeoutMilliseconds == -1)
        #expect(decoder.push(0x61) == [.text("a")])
    }
}
