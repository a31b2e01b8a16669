import FoundationEssentials

/// Where the weights of a model come from.
public enum LoadFormat: Sendable, Equatable {
    /// The safetensors files of the folder, or the GGUF file.
    case safetensors
    /// Random values: config.json is enough.
    case dummy(seed: UInt64)
}

/// A model as it was downloaded: what it says, and where its weights are.
///
/// That is a folder with config.json and safetensors files, or a GGUF file, which has both in one.
///
/// Making one reads the configuration and the heads of the weight files, but no weights.
public struct Checkpoint: Sendable {
    /// The path of the folder, or of the GGUF file.
    public let folder: String
    /// config.json, or what a GGUF file has in its place.
    public var description: ModelDescription
    /// generation_config.json; empty when there is no such file.
    public let generationDefaults: GenerationDefaults
    /// Where ``openWeights()`` takes the weights from.
    public let loadFormat: LoadFormat
    /// Whether the folder has a tokenizer.json, or the GGUF file a vocabulary.
    public let hasTokenizer: Bool
    /// The path of the GGUF file, where the model is one.
    public let ggufFile: String?

    /// Opens a model: the path of a folder with config.json and safetensors files, of a GGUF file,
    /// or of a folder with one of those and no config.json.
    public init(
        folder: String,
        loadFormat: LoadFormat = .safetensors
    ) throws(CheckpointError) {
        if let path = GGUFFiles.path(of: folder) {
            let files = try GGUFFiles(path: path)
            self.folder = folder
            self.loadFormat = loadFormat
            description = try ModelDescription(files)
            generationDefaults = GenerationDefaults()
            hasTokenizer = files.metadata.elementCount("tokenizer.ggml.tokens") ?? 0 > 0
            ggufFile = path
            return
        }
        let manager = FileManager.default
        var isFolder = false
        guard manager.fileExists(atPath: folder, isDirectory: &isFolder), isFolder else {
            throw .folderNotFound(path: folder)
        }
        let configuration = folder + "/config.json"
        guard manager.fileExists(atPath: configuration) else {
            let isHubCache = manager.fileExists(atPath: folder + "/snapshots")
            let other =
                GGUFFiles.areIn(folder)
                ? "The folder has several GGUF files: give the path of one."
                : "Give the folder of one model, with all its files as downloaded."
            throw .fileMissing(
                path: configuration,
                advice: isHubCache
                    ? "This is a hub's cache: give one of the folders under its snapshots." : other
            )
        }
        self.folder = folder
        self.loadFormat = loadFormat
        // First without the weights: an unsupported model is told so even when they are missing.
        var description = try ModelDescription(file: configuration, storedType: nil)
        if loadFormat == .safetensors {
            let storedType = try SafetensorsFolder(folder: folder).storedType
            description = try ModelDescription(file: configuration, storedType: storedType)
        }
        if description.quantization == nil {
            description.quantization = try Self.separateQuantization(folder: folder)
        }
        self.description = description
        let generation = folder + "/generation_config.json"
        generationDefaults =
            manager.fileExists(atPath: generation)
            ? try GenerationDefaults(Settings(file: generation)) : GenerationDefaults()
        hasTokenizer = manager.fileExists(atPath: folder + "/tokenizer.json")
        ggufFile = nil
    }

    /// Opens the weights; to be used on one thread at a time.
    public func openWeights() throws(CheckpointError) -> any WeightSource {
        switch loadFormat {
        case .safetensors:
            if let ggufFile { return try GGUFWeights(path: ggufFile) }
            let weights = try SafetensorsFolder(folder: folder)
            guard let quantization = description.quantization else { return weights }
            return QuantizedSafetensors(weights, quantization: quantization)
        case .dummy(let seed):
            return DummyWeights(
                seed: seed,
                elementType: description.weightType,
                quantization: description.quantization
            )
        }
    }

    /// The tokens that end a text: those of config.json and of generation_config.json.
    public var eosTokenIDs: [Int32] {
        let more = generationDefaults.eosTokenIDs
        return description.eosTokenIDs.filter { !more.contains($0) } + more
    }

    /// What older folders say about quantization in a file of its own.
    private static func separateQuantization(
        folder: String
    ) throws(CheckpointError) -> QuantizationDescription? {
        for name in QuantizationDescription.separateFiles {
            let path = folder + "/" + name
            guard FileManager.default.fileExists(atPath: path) else { continue }
            return try QuantizationDescription(Settings(file: path), file: path)
        }
        return nil
    }
}
