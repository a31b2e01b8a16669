import Checkpoints
import FoundationEssentials
import TestData

/// `golden.json`: what transformers computed for a model.
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
        let bytes = try TestData.bytes(folder + "/golden.json")
        self = try JSONDecoder().decode(GoldenModel.self, from: Data(bytes))
    }

    /// The folders of the test data that hold a model whose family is implemented.
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
                TestData.exists(TestData.path(folder + "/config.json"))
                    && TestData.exists(TestData.path(folder + "/golden.json"))
            }
            .map { ($0, reasonToSkip($0)) }
    }()

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
