import Architectures
public import ArgumentParser
import Assets
import Compute
public import Inference
public import Scheduling
import TextGeneration

extension EngineConfiguration.DataType: ExpressibleByArgument {}
extension EngineConfiguration.IntegerActivations: ExpressibleByArgument {
    /// Also takes the short name of float32.
    public init?(argument: String) {
        self.init(rawValue: argument == "f32" ? "float32" : argument)
    }
}
extension EngineConfiguration.LoadFormat: ExpressibleByArgument {}
extension WeightCacheFolder: ExpressibleByArgument {
    /// `auto`, `off` or a path.
    public init?(argument: String) {
        switch argument {
        case "auto": self = .auto
        case "off": self = .off
        case "": return nil
        default: self = .path(argument)
        }
    }

    /// What it is read from.
    public var defaultValueDescription: String {
        switch self {
        case .auto: "auto"
        case .off: "off"
        case .path(let path): path
        }
    }
}
extension SchedulingPolicy: ExpressibleByArgument {}

/// The options that say what is loaded and how; named as vLLM names them.
struct ModelOptions: ParsableArguments {
    @Argument(
        help: """
            The model's folder, its .gguf file, or its name: ORG/NAME[@REVISION]. Without it the \
            small demonstration model that is part of the program.
            """
    )
    var modelFolder: String?

    @Option(name: .customLong("model"), help: "The same, as an option.")
    var modelOption: String?

    @Flag(help: "Take a model that is given by name from the cache only; ask no hub.")
    var offline = false

    @Option(help: "auto reads the weights; dummy makes random ones from config.json alone.")
    var loadFormat = EngineConfiguration.LoadFormat.auto

    @Option(
        help: """
            Arithmetic of the activations. auto: float32 below 100 million parameters, otherwise \
            the checkpoint's own type.
            """
    )
    var dtype = EngineConfiguration.DataType.auto

    @Option(
        help: """
            Round float weights to integers while loading: none, int8 or int4. A checkpoint that \
            is quantized already is taken as it is.
            """
    )
    var quantization = "none"

    @Option(
        help: ArgumentHelp(
            """
            Where packed weights are kept for a fast next start: a folder, off, or auto \
            (~/.cache/martlet/weights, for integer weights of 100 MB or more). A file is as large \
            as the weights in memory.
            """,
            valueName: "folder|off|auto"
        )
    )
    var weightsCache = WeightCacheFolder.auto

    @Option(
        help: """
            What integer weights are multiplied with: int8 (fast), float32 or f32 (exact), auto \
            (float32 below 100 million parameters).
            """
    )
    var activations = EngineConfiguration.IntegerActivations.auto

    @Option(
        help: """
            Element type of the KV cache: float32, float16, bfloat16 or int8; auto follows --dtype.
            """
    )
    var kvCacheDtype = "auto"

    @Option(help: "Longest prompt plus answer in tokens, such as 4096 or 8k.")
    var maxModelLen: HumanInteger?

    @Option(help: "Memory of the KV cache, such as 2G; without it a share of the free memory.")
    var kvCacheMemoryBytes: HumanInteger?

    @Option(help: "Most tokens computed in one step, prompts and answers together.")
    var maxNumBatchedTokens = HumanInteger(256)

    @Option(help: "Most requests computed in one step.")
    var maxNumSeqs = HumanInteger(64)

    @Option(help: "Most requests that wait; further ones are refused with 429.")
    var maxNumQueuedReqs = HumanInteger(256)

    @Option(help: "Most prompt tokens that wait; without it four times the KV cache.")
    var maxNumQueuedTokens: HumanInteger?

    @Option(
        help: """
            How requests share the model: continuous (join and leave at every step), static (a \
            batch starts and ends together), sequential (one after the other).
            """
    )
    var policy = SchedulingPolicy.continuous

    @Flag(
        inversion: .prefixedNo,
        help: "Share the KV blocks of equal prompt beginnings; on, but in measurements off."
    )
    var enablePrefixCaching: Bool?

    @Option(help: "Worker threads; without it one per core the process may use.")
    var threads: Int?

    @Option(help: "Seed of requests that bring none, and of dummy weights.")
    var seed: UInt64 = 0

    mutating func validate() throws {
        for (name, number) in [
            ("--max-model-len", maxModelLen?.value), ("--max-num-seqs", maxNumSeqs.value),
            ("--max-num-batched-tokens", maxNumBatchedTokens.value), ("--threads", threads),
        ] {
            if let number, !(1...(1 << 24)).contains(number) {
                throw ValidationError("\(name) must be from 1 to \(1 << 24), not \(number).")
            }
        }
        if quantization != "none", WeightQuantization(rawValue: quantization) == nil {
            throw ValidationError("--quantization is none, int8 or int4, not '\(quantization)'.")
        }
        if kvCacheDtype != "auto", KeyValueType(rawValue: kvCacheDtype) == nil {
            let types = KeyValueType.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--kv-cache-dtype is auto, \(types), not '\(kvCacheDtype)'.")
        }
    }

    /// For commands whose figures say nothing about the model in the box.
    func requireFolder() throws {
        guard given == nil else { return }
        throw ValidationError(
            "Name a model folder, a .gguf file or ORG/NAME: MODEL (or --model MODEL)."
        )
    }

    /// What is named, one way or the other.
    var given: String? { modelFolder ?? modelOption }

    /// The same, or the model in the box.
    var folder: String { given ?? BuiltInModel.name }

    /// The same with a folder in place of a name: that of the model in the box, or the cache's,
    /// pulled if it is not there.
    ///
    /// What exists as a path is taken as it is.
    func found() async throws -> ModelOptions {
        var result = self
        if let name = try HubAccess.name(folder) {
            result.modelFolder = try await HubAccess.folder(of: name, isOffline: offline)
        } else if BuiltInModel.isMeant(by: folder) {
            StandardError.write(BuiltInModel.notice + "\n")
            result.modelFolder = try BuiltInModel.folder()
        }
        return result
    }

    /// The engine's configuration.
    var configuration: EngineConfiguration {
        var result = EngineConfiguration(modelFolder: folder)
        result.loadFormat = loadFormat
        result.dataType = dtype
        result.quantization = WeightQuantization(rawValue: quantization)
        result.weightCache = weightsCache
        result.integerActivations = activations
        result.keyValueType = KeyValueType(rawValue: kvCacheDtype)
        result.maxModelLength = maxModelLen?.value
        result.keyValueMemoryBytes = kvCacheMemoryBytes?.value
        result.maxTokensPerStep = maxNumBatchedTokens.value
        result.maxRunningRequests = maxNumSeqs.value
        result.maxQueuedRequests = maxNumQueuedReqs.value
        result.maxQueuedTokens = maxNumQueuedTokens?.value
        result.policy = policy
        result.prefixCaching = enablePrefixCaching ?? true
        result.threadCount = threads
        result.seed = seed
        return result
    }

    /// Loads the model with a progress bar on standard error.
    func load(
        name: String? = nil,
        chatTemplate: String? = nil,
        usesGenerationConfig: Bool = true,
        observer: (any EngineObserver)? = nil,
        policy: SchedulingPolicy? = nil,
        trace: (any TraceSink)? = nil
    ) async throws -> LanguageModel {
        let bar = ProgressBar(title: "loading \(folder)")
        var configuration = self.configuration
        if let policy { configuration.policy = policy }
        configuration.trace = trace
        do {
            let model = try await LanguageModel.load(
                configuration,
                name: name,
                chatTemplate: chatTemplate,
                usesGenerationConfig: usesGenerationConfig,
                observer: observer
            ) { bar.show($0) }
            bar.finish()
            for notice in model.engine.loadReport.notices { StandardError.write(notice + "\n") }
            return model
        } catch {
            bar.finish()
            throw error
        }
    }
}
