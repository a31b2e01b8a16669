import Checkpoints
import FoundationEssentials
import TestData

/// `golden.json`: what transformers computed for a model, or `NAME.golden.json` beside NAME.gguf.
struct GoldenModel: Decodable {
    let cases: [Case]

    struct Case: Decodable {
        let promptIDs: [Int32]
        let lastLogits: [Float]
        let argmaxAll: [Int32]
        let greedyIDs: [Int32]
        let top5: [Top]

        enum CodingKeys: String, CodingKey {
            case promptIDs = "prompt_ids"
            case lastLogits = "last_logits"
            case argmaxAll = "argmax_all"
            case greedyIDs = "greedy_ids"
            case top5
        }
    }

    struct Top: Decodable {
        let ids: [Int32]
        let logprobs: [Float]
    }

    init(folder: String) throws {
        let bytes = try TestData.bytes(Self.golden(of: folder))
        self = try JSONDecoder().decode(GoldenModel.self, from: Data(bytes))
    }

    private static func golden(of model: String) -> String {
        model.hasSuffix(".gguf") ? model.dropLast(5) + ".golden.json" : model + "/golden.json"
    }

    /// The folders and GGUF files of the test data that are a model whose family is implemented.
    static var folders: [String] { all.filter { $0.reason == nil }.map(\.folder) }

    /// The others, each with what is not implemented.
    static var skipped: String {
        all.compactMap { entry in entry.reason.map { "\(entry.folder) (\($0))" } }
            .joined(separator: ", ")
    }

    private static let all: [(folder: String, reason: String?)] = {
        let parents = ["", "models/", "quant/", "gguf/"]
        return parents.flatMap { parent in TestData.names(in: parent).map { parent + $0 } }
            .filter { folder in
                let isModel = folder.hasSuffix(".gguf") || hasConfiguration(folder)
                return isModel && TestData.exists(TestData.path(golden(of: folder)))
            }
            .map { ($0, reasonToSkip($0)) }
    }()

    private static func hasConfiguration(_ folder: String) -> Bool {
        TestData.exists(TestData.path(folder + "/config.json"))
    }

    /// Only what is not implemented is a reason; a folder with another fault must fail its test.
    private static func reasonToSkip(_ folder: String) -> String? {
        do {
            _ = try Checkpoint(folder: TestData.path(folder))
        } catch .unsupportedArchitecture(_, let found, _) {
            return found
        } catch .unsupportedQuantization(_, let method) {
            return method
        } catch {}
        return nil
    }
}
