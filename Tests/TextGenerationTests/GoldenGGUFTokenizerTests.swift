import Checkpoints
import FoundationEssentials
import TestData
import Testing
import TextGeneration
import Tokenization

/// Tokenizers made from GGUF files against what other implementations did.
@Suite("Golden GGUF tokenizers", .enabled(if: TestData.isPresent))
struct GoldenGGUFTokenizerTests {
    private struct Cases: Decodable {
        let cases: [Case]
    }

    private struct Case: Decodable {
        let text: String
        let ids: [Int32]
    }

    private struct Golden: Decodable {
        let cases: [GoldenCase]
    }

    private struct GoldenCase: Decodable {
        let prompt: String?
        let prompt_ids: [Int32]
    }

    static let vocabularies = names(in: "gguf-vocab", ending: ".gguf.gz")
    static let models = names(in: "gguf", ending: ".gguf")

    /// The names in a folder that have an ending, without it.
    private static func names(in folder: String, ending: String) -> [String] {
        TestData.names(in: folder).filter { $0.hasSuffix(ending) }
            .map { String($0.dropLast(ending.count)) }
    }

    private func tokenizer(_ file: String) throws -> Tokenizer {
        try Tokenizer(GGUFVocabulary(GGUFMetadata(file: file), file: file))
    }

    private func cases(_ path: String) throws -> [Case] {
        let bytes =
            path.hasSuffix(".gz")
            ? try Gunzip.unpack(TestData.bytes(path)) : try TestData.bytes(path)
        return try JSONDecoder().decode(Cases.self, from: Data(bytes)).cases
    }

    @Test("ids are those of the cases beside a vocabulary", arguments: vocabularies)
    func vocabulary(name: String) throws {
        let folder = try TemporaryFolder()
        let packed = try TestData.bytes(TestData.path("gguf-vocab/\(name).gguf.gz"))
        let tokenizer = try tokenizer(folder.write(Gunzip.unpack(packed), as: "v.gguf"))
        for each in try cases(TestData.path("gguf-vocab/\(name).cases.json")) {
            let ids = tokenizer.encode(each.text, addSpecialTokens: false)
            #expect(ids == each.ids, "'\(each.text.prefix(80))'")
            #expect(tokenizer.decode(ids) == each.text)
        }
    }

    @Test("a model's tokenizer does what its tokenizer.json says", arguments: models)
    func model(name: String) throws {
        let file = TestData.path("gguf/\(name).gguf")
        let stem = name.split(separator: "-").dropLast().joined(separator: "-")
        let folder = [stem, "gguf/\(stem)-hf"].first { folder in
            TestData.exists(TestData.path(folder + "/tokenizer.json"))
        }
        let json = try Tokenizer(folder: TestData.path(try #require(folder, "\(name)")))
        var vocabulary = try GGUFVocabulary(GGUFMetadata(file: file), file: file)
        // The test data's files leave this out where the model's tokenizer.json has it.
        vocabulary.removesExtraSpaces = json.encode("a  b") == json.encode("a b")
        let gguf = try Tokenizer(vocabulary)
        #expect(gguf.vocabularySize == json.vocabularySize)
        for text in try texts() {
            let ids = json.encode(text)
            #expect(gguf.encode(text) == ids, "'\(text.prefix(80))'")
            #expect(gguf.decode(ids) == json.decode(ids))
            #expect(
                gguf.decode(ids, skipSpecialTokens: true)
                    == json.decode(ids, skipSpecialTokens: true)
            )
        }
    }

    @Test("a model's tokenizer makes the prompts of its golden", arguments: models)
    func prompts(name: String) throws {
        let gguf = try tokenizer(TestData.path("gguf/\(name).gguf"))
        let bytes = try TestData.bytes(TestData.path("gguf/\(name).golden.json"))
        for each in try JSONDecoder().decode(Golden.self, from: Data(bytes)).cases {
            guard let prompt = each.prompt else { continue }
            #expect(gguf.encode(prompt) == each.prompt_ids, "'\(prompt.prefix(80))'")
        }
    }

    /// Texts of all kinds: those of the first tokenizer of the test data.
    private func texts() throws -> [String] {
        let name = try #require(TestData.names(in: "tokenizers").first)
        let path = TestData.path("tokenizers/\(name)/encodings.json")
        return try cases(TestData.exists(path) ? path : path + ".gz").map(\.text)
    }
}
