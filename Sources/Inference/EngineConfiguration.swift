public import Architectures
public import Checkpoints
public import Compute
public import Scheduling

/// What an operator decides about an engine before it starts; nothing here changes afterwards.
public struct EngineConfiguration: Sendable {
    /// The arithmetic of the activations, and of the KV cache unless that is given on its own.
    public enum DataType: String, Sendable, CaseIterable {
        /// float32 for small models, where exact results cost nothing; else as stored.
        case auto
        /// float32 activations and KV cache; weights stay as stored and are widened exactly.
        case float32
        /// bfloat16 weights, activations rounded to bfloat16 before each matrix product.
        case bfloat16
        /// float16 weights and KV cache, float32 activations.
        case float16
    }

    /// How the input of products with integer weights is multiplied.
    public enum IntegerActivations: String, Sendable, CaseIterable {
        /// float32 for small models, where exact results cost nothing; else int8.
        case auto
        /// As it is: integer weights are widened, which is exact, and slow for large models.
        case float32
        /// Rounded to eight bits, with a scale for each group of a row.
        case int8
    }

    /// Where weights come from.
    public enum LoadFormat: String, Sendable, CaseIterable {
        /// The safetensors files of the folder, or the GGUF file.
        case auto
        /// Seeded random weights made from `config.json` alone, to measure the speed of a shape.
        case dummy
    }

    /// The folder with `config.json` and the weights, or a GGUF file.
    public var modelFolder: String
    /// Where the weights come from.
    public var loadFormat: LoadFormat = .auto
    /// The arithmetic wanted.
    public var dataType: DataType = .auto
    /// What is done to weights that are plain numbers while they are loaded; nil: nothing.
    public var quantization: WeightQuantization?
    /// Where packed weights are kept for the next start.
    public var weightCache = WeightCacheFolder.auto
    /// The input of products with integer weights.
    public var integerActivations: IntegerActivations = .auto
    /// The element type of the KV cache; nil follows ``dataType``.
    public var keyValueType: KeyValueType?
    /// The longest prompt plus answer, in tokens; nil takes what the model and the memory allow.
    public var maxModelLength: Int?
    /// Bytes for the KV cache; nil takes a share of the free memory.
    public var keyValueMemoryBytes: Int?
    /// The most tokens computed in one step, prompts and answers together.
    public var maxTokensPerStep = 256
    /// The most requests that take part in a step.
    public var maxRunningRequests = 64
    /// The most requests that wait; one more is refused.
    public var maxQueuedRequests = 256
    /// The most prompt tokens that wait; nil is four times what the KV cache holds.
    public var maxQueuedTokens: Int?
    /// How requests share the model.
    public var policy: SchedulingPolicy = .continuous
    /// Whether the KV blocks of equal prompt prefixes are shared.
    public var prefixCaching = true
    /// Worker threads; nil is one per core the process may use.
    public var threadCount: Int?
    /// The instruction set of the kernels; nil is the best this machine has.
    public var instructionSet: InstructionSet?
    /// The seed of dummy weights and of requests that bring none.
    public var seed: UInt64 = 0
    /// Where a timeline of every step goes; nil notes nothing and costs nothing.
    public var trace: (any TraceSink)?

    /// A configuration with every default.
    public init(modelFolder: String) {
        self.modelFolder = modelFolder
    }

    /// Reads the model folder's descriptions, but no weights.
    ///
    /// - Returns: the folder, with weights from where ``loadFormat`` says.
    /// - Throws: `CheckpointError` that says what is wrong and what to do.
    public func openCheckpoint() throws(CheckpointError) -> Checkpoint {
        let source: Checkpoints.LoadFormat =
            switch loadFormat {
            case .auto: .safetensors
            case .dummy: .dummy(seed: seed)
            }
        return try Checkpoint(folder: modelFolder, loadFormat: source)
    }

    /// Below this many parameters `auto` computes in float32.
    ///
    /// Such a model is bound by overheads, not by memory bandwidth or the multipliers, so exact
    /// arithmetic is free; above it bfloat16 checkpoints are computed as they were trained.
    public static let smallModelParameterCount = 100_000_000

    /// The type the weights are kept in.
    func weightType(stored: ElementType) -> ElementType {
        switch dataType {
        case .auto, .float32: stored
        case .bfloat16: .bfloat16
        case .float16: .float16
        }
    }

    /// The type activations are rounded to before a matrix product.
    func activationType(stored: ElementType, parameterCount: Int) -> ElementType {
        switch dataType {
        case .auto:
            stored == .bfloat16 && parameterCount >= Self.smallModelParameterCount
                ? .bfloat16 : .float32
        case .bfloat16: .bfloat16
        case .float32, .float16: .float32
        }
    }

    /// Whether weights stored in float32 stay so beside others of a smaller type.
    func keepsFloat32(parameterCount: Int) -> Bool {
        switch dataType {
        case .auto: parameterCount < Self.smallModelParameterCount
        case .float32: true
        case .bfloat16, .float16: false
        }
    }

    /// Whether the input of products with integer weights is rounded to integers.
    func roundsToIntegers(parameterCount: Int) -> Bool {
        switch integerActivations {
        case .auto: parameterCount >= Self.smallModelParameterCount
        case .float32: false
        case .int8: true
        }
    }

    /// The type keys and values are kept in.
    func keyValueType(stored: ElementType, parameterCount: Int) -> KeyValueType {
        if let keyValueType { return keyValueType }
        return switch dataType {
        case .auto:
            parameterCount < Self.smallModelParameterCount ? .float32 : KeyValueType(stored)
        case .float32: .float32
        case .bfloat16: .bfloat16
        case .float16: .float16
        }
    }
}
