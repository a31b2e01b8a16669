import Architectures
import Checkpoints
import Compute
import FoundationEssentials

/// Where packed weights are kept, so that the next start reads them as they are.
///
/// Such a file takes as much of the disk as the weights take of the memory. Random weights are
/// never kept.
public enum WeightCacheFolder: Sendable, Equatable {
    /// `martlet/weights` in the user's folder of caches, where that saves more than it costs: for
    /// integer weights of 100 MB or more. Others are read about as fast from the checkpoint.
    case auto
    /// Nowhere.
    case off
    /// A folder of one's own, for all weights.
    case path(String)

    /// Below this many bytes of weights `auto` keeps none.
    public static let smallestByteCount = 100_000_000

    /// `$XDG_CACHE_HOME` or `~/.cache`, and the engine's own folder therein; nil without a home.
    static var userFolder: String? {
        let environment = ProcessInfo.processInfo.environment
        // A relative path is to be ignored (XDG Base Directory Specification).
        let caches = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 + "/.cache" : nil }
        return (caches ?? home).map { $0 + "/martlet/weights" }
    }

    /// The folder for weights that a plan describes; nil where they are not to be kept.
    func folder(for plan: MemoryPlan) -> String? {
        switch self {
        case .off: return nil
        case .path(let path): return path
        case .auto:
            let hasIntegers = plan.weightFormats.contains {
                if case .integer = $0 { true } else { false }
            }
            let isWorthIt = hasIntegers && plan.weightByteCount >= Self.smallestByteCount
            return isWorthIt ? Self.userFolder : nil
        }
    }
}

extension EngineBuilder {
    /// Where the weights will be kept, to be made before they are opened; nil: nowhere.
    func makeWeightCache(on device: CPUDevice) throws -> WeightCache? {
        guard checkpoint.loadFormat == .safetensors,
            let folder = configuration.weightCache.folder(for: plan)
        else { return nil }
        let weightFiles = try checkpoint.openWeights().filePaths
        if weightFiles.isEmpty { return nil }
        // What they say about quantization decides about the weights too.
        let settings = ["config.json", "quantize_config.json", "quant_config.json"]
            .map { checkpoint.folder + "/" + $0 }
            .filter { FileManager.default.fileExists(atPath: $0) }
        // Instruction sets differ in how they round.
        let rounding = configuration.quantization.map {
            "rounded to \($0.rawValue) by \(device.instructionSet.rawValue)"
        }
        return WeightCache(
            folder: folder,
            model: checkpoint.folder,
            sourcePaths: settings + weightFiles,
            variant: rounding ?? "as stored"
        )
    }
}
