import FoundationEssentials
import TestData
import Testing
import Tokenization

/// A tokenizer of the test data with the encodings another implementation made with it.
struct GoldenTokenizer: CustomTestStringConvertible, Sendable {
    let name: String

    var testDescription: String { name }

    /// Those that load, and those that are refused because of their kind.
    static let all = TestData.names(in: "tokenizers").map { GoldenTokenizer(name: $0) }
    static let supported = all.filter { !$0.isOfUnsupportedKind }
    static let unsupported = all.filter(\.isOfUnsupportedKind)

    private var isOfUnsupportedKind: Bool {
        do {
            _ = try load()
        } catch TokenizerError.unsupported {
            return true
        } catch {}
        return false
    }

    func load() throws -> Tokenizer {
        let folder = TestData.path("tokenizers/\(name)")
        let configuration = "\(folder)/tokenizer_config.json"
        return try Tokenizer(
            tokenizerJSON: Self.bytes("\(folder)/tokenizer.json"),
            configurationJSON: TestData.exists(configuration)
                ? TestData.bytes(configuration) : nil
        )
    }

    func encodings() throws -> Encodings {
        let bytes = try Self.bytes(TestData.path("tokenizers/\(name)/encodings.json"))
        return try JSONDecoder().decode(Encodings.self, from: Data(bytes))
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        try TestData.exists(path)
            ? TestData.bytes(path) : Gunzip.unpack(TestData.bytes(path + ".gz"))
    }

    struct Encodings: Decodable {
        let cases: [Case]
        let stream: [Stream]?
    }

    struct Case: Decodable {
        let text: String
        let ids: [Int32]
        let ids_with_special_tokens: [Int32]?
        let decoded: String
        let decoded_skip_special: String?
    }

    struct Stream: Decodable {
        let text: String
        let ids: [Int32]
        let decode_of_prefix: [String]
    }
}

@Suite("Golden encodings", .enabled(if: TestData.isPresent))
struct GoldenTests {
    @Test("ids and texts are the reference's", arguments: GoldenTokenizer.supported)
    func encodings(golden: GoldenTokenizer) throws {
        let tokenizer = try golden.load()
        for each in try golden.encodings().cases {
            let ids = tokenizer.encode(each.text, addSpecialTokens: false)
            #expect(ids == each.ids, "\(golden.name) encodes '\(each.text.prefix(80))'")
            let all = tokenizer.encode(each.text)
            #expect(all == each.ids_with_special_tokens ?? each.ids, "\(each.text.prefix(80))")
            expectSame(tokenizer.decode(each.ids), each.decoded, each)
            expectSame(
                tokenizer.decode(each.ids, skipSpecialTokens: true),
                each.decoded_skip_special ?? each.decoded,
                each
            )
        }
    }

    @Test(
        "a stream is the text so far, without what may still change",
        arguments: GoldenTokenizer.supported
    )
    func streams(golden: GoldenTokenizer) throws {
        let tokenizer = try golden.load()
        for each in try golden.encodings().stream ?? [] {
            var detokenizer = IncrementalDetokenizer(tokenizer, skipSpecialTokens: true)
            var shown: [UInt8] = []
            for (index, id) in each.ids.enumerated() {
                shown += detokenizer.append(id).utf8
                let prefix = Array(each.decode_of_prefix[index].utf8)
                let decoded = tokenizer.decode(
                    Array(each.ids[...index]),
                    skipSpecialTokens: true
                )
                #expect(Array(decoded.utf8) == prefix, "\(golden.name) '\(each.text)' at \(index)")
                #expect(prefix.starts(with: shown), "\(golden.name) '\(each.text)' at \(index)")
            }
            shown += detokenizer.finish().utf8
            #expect(shown == Array((each.decode_of_prefix.last ?? "").utf8), "\(each.text)")
        }
    }

    @Test("a kind that is not supported is refused by name", arguments: GoldenTokenizer.unsupported)
    func refusals(golden: GoldenTokenizer) {
        #expect(throws: TokenizerError.self) { try golden.load() }
    }

    @Test("model folders tokenize the prompts of their goldens", arguments: ModelFolder.all)
    func modelFolders(folder: ModelFolder) throws {
        let tokenizer = try Tokenizer(folder: TestData.path(folder.name))
        for each in try folder.cases() {
            if let prompt = each.prompt {
                #expect(tokenizer.encode(prompt) == each.prompt_ids, "\(prompt.prefix(80))")
            }
            guard let text = each.text, let greedy = each.greedy_ids else { continue }
            let decoded = tokenizer.decode(each.prompt_ids + greedy, skipSpecialTokens: true)
            #expect(Array(decoded.utf8) == Array(text.utf8))
        }
    }

    private func expectSame(_ text: String, _ expected: String, _ each: GoldenTokenizer.Case) {
        // Not ==: that would let canonically equivalent texts pass.
        #expect(Array(text.utf8) == Array(expected.utf8), "decodes '\(each.text.prefix(80))'")
    }
}

/// A model folder with a tokenizer and golden prompts.
struct ModelFolder: CustomTestStringConvertible, Sendable {
    let name: String

    var testDescription: String { name }

    static let all: [ModelFolder] = {
        let folders = TestData.names(in: ".") + TestData.names(in: "gguf").map { "gguf/\($0)" }
        return folders.filter {
            TestData.exists(TestData.path("\($0)/tokenizer.json"))
                && (TestData.exists(TestData.path("\($0)/golden.json"))
                    || TestData.exists(TestData.path("\($0)/e2e.json")))
        }.map { ModelFolder(name: $0) }
    }()

    struct Case: Decodable {
        let prompt: String?
        let prompt_ids: [Int32]
        let greedy_ids: [Int32]?
        let text: String?

        enum CodingKeys: String, CodingKey {
            case prompt, prompt_ids, greedy_ids, text, prompt_text
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            prompt =
                try values.decodeIfPresent(String.self, forKey: .prompt)
                ?? values.decodeIfPresent(String.self, forKey: .prompt_text)
            prompt_ids = try values.decode([Int32].self, forKey: .prompt_ids)
            greedy_ids = try values.decodeIfPresent([Int32].self, forKey: .greedy_ids)
            text = try values.decodeIfPresent(String.self, forKey: .text)
        }
    }

    func cases() throws -> [Case] {
        struct File: Decodable { let cases: [Case] }
        var cases: [Case] = []
        for file in ["golden.json", "e2e.json"] {
            let path = TestData.path("\(name)/\(file)")
            guard TestData.exists(path) else { continue }
            cases += try JSONDecoder().decode(File.self, from: Data(TestData.bytes(path))).cases
        }
        return cases
    }
}
