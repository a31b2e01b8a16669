import Testing
import Tokenization

@Suite("Hostile files")
struct HostileFileTests {
    static let seed: UInt64 = 61

    @Test("a damaged file is refused or works, and never traps", arguments: SmallTokenizer.allCases)
    func mutants(small: SmallTokenizer) {
        var random = SeededGenerator(seed: Self.seed)
        let original = Array(small.file.utf8)
        for _ in 0..<3_000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, &random) }
            guard let tokenizer = try? Tokenizer(tokenizerJSON: bytes) else { continue }
            let text = random.text(scalarCount: 50)
            let ids = tokenizer.encode(text) + [-1, .max, .min, 7, 300]
            _ = tokenizer.decode(ids, skipSpecialTokens: true)
            for id in ids { _ = (tokenizer.bytes(of: id), tokenizer.token(for: id)) }
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: bytes.indices, using: &random)
        let end = min(bytes.count, place + Int.random(in: 1...12, using: &random))
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
        case 1: bytes.removeSubrange(place..<end)
        case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 3: bytes.removeLast(bytes.count - place)
        case 4:
            // Numbers are where the traps would be.
            guard let digit = bytes[place...].firstIndex(where: { (0x30...0x39).contains($0) })
            else { return }
            let numbers = ["-1", "4294967296", "1e999", "99999999999999999999", "0.5", "4194303"]
            bytes.replaceSubrange(
                digit...digit,
                with: (numbers.randomElement(using: &random) ?? "").utf8
            )
        default:
            let values = ["null", "[]", "{}", "\"\"", "true", "[[", "\"\\ud800\"", "\"▁\""]
            bytes.replaceSubrange(
                place..<end,
                with: (values.randomElement(using: &random) ?? "").utf8
            )
        }
    }

    @Test(
        "what is wrong is said with its place",
        arguments: [
            ("", "tokenizer.json, byte 0: expected an object"),
            ("{}", "tokenizer.json: the member 'model' is missing"),
            (
                #"{"model": {"type": "WordPiece", "vocab": {}}}"#,
                "tokenizer.json: model: the model type 'WordPiece' is not supported"
            ),
            (
                #"{"model": {"vocab": {"a": -1}}}"#,
                "tokenizer.json, byte 28: token id -1 is outside 0..<4194304"
            ),
            (
                #"{"model": {"vocab": {"a": 1, "a": 2}}}"#,
                "tokenizer.json, byte 35: the piece 'a' or its id 2 is there twice"
            ),
            (
                #"{"model": {"vocab": {"a": 0}, "merges": ["a b"]}}"#,
                "tokenizer.json: model.merges[0]: the merge into 'ab' names a piece that the "
                    + "vocabulary lacks"
            ),
            (
                #"{"model": {"vocab": {"a": 0}}, "pre_tokenizer": {"type": "Split", "pattern": "#
                    + #"{"Regex": "(a+)+b"}, "behavior": "Isolated"}}"#,
                "tokenizer.json: pre_tokenizer.pattern: the split pattern '(a+)+b' is not supported"
            ),
            (
                #"{"model": {"vocab": {"a": 0}}, "post_processor": {"type": "RobertaProcessing", "#
                    + #""cls": ["a", 0], "sep": ["b", 9]}}"#,
                "tokenizer.json: post_processor: token id 9 is outside the vocabulary of 1"
            ),
        ]
    )
    func messages(file: String, message: String) {
        let error = #expect(throws: TokenizerError.self) {
            try Tokenizer(tokenizerJSON: Array(file.utf8))
        }
        #expect(error?.description == message)
    }

    @Test("nesting is bounded")
    func nesting() {
        let deep = String(repeating: "[", count: 1_000_000)
        let error = #expect(throws: TokenizerError.self) {
            try Tokenizer(tokenizerJSON: Array("{\"normalizer\": \(deep)".utf8))
        }
        #expect(error?.description.hasSuffix("nested more than 64 levels deep") == true)
    }

    @Test("a piece of more than 1024 bytes is refused")
    func longPiece() {
        let piece = String(repeating: "a", count: 1025)
        #expect(throws: TokenizerError.self) {
            try Tokenizer(tokenizerJSON: Array(#"{"model": {"vocab": {"\#(piece)": 0}}}"#.utf8))
        }
    }

    @Test(
        "only two hexadecimal digits make a byte token",
        arguments: ["<0x-1>", "<0x+1>", "<0x1>"]
    )
    func byteTokens(piece: String) throws {
        let file = SmallTokenizer.fallback.file.replacing("<0x41>", with: piece)
        let tokenizer = try Tokenizer(tokenizerJSON: Array(file.utf8))
        let id = try #require(tokenizer.id(of: piece))
        #expect(tokenizer.bytes(of: id) == Array(piece.utf8))
    }
}
