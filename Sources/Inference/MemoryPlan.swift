import Architectures
public import Checkpoints
public import Compute

/// Everything large an engine will hold, computed before anything is loaded.
///
/// It fits or it is refused: after start-up no request makes the process grow.
public struct MemoryPlan: Sendable {
    /// Parameters of the model.
    public let parameterCount: Int
    /// Bytes of the packed weights.
    public let weightByteCount: Int
    /// Bytes of activations, logits and scratch.
    public let activationByteCount: Int
    /// Bytes of the KV cache.
    public let keyValueByteCount: Int
    /// Blocks of the KV cache.
    public let blockCount: Int
    /// The longest prompt plus answer.
    public let maxModelLength: Int
    /// Bytes the process may use, as found at start.
    public let availableByteCount: Int
    /// The type of weights that are not quantized.
    public let weightType: ElementType
    /// How the weights are stored, what most of them are first.
    public let weightFormats: [WeightFormat]
    /// The type activations are rounded to.
    public let activationType: ElementType
    /// Whether activations are rounded to integers where the weights are integers.
    public let roundsToIntegers: Bool
    /// The type of keys and values.
    public let keyValueType: KeyValueType

    /// What the process itself needs beside the plan: code, tokenizer, buffers of connections.
    static let reservedByteCount = 128 << 20

    /// The sum of the parts.
    public var totalByteCount: Int {
        weightByteCount.addingSaturated(activationByteCount).addingSaturated(keyValueByteCount)
    }

    /// Tokens the KV cache holds.
    public var tokenCapacity: Int { blockCount * PagedKeyValues.slotsPerBlock }

    /// Plans for a model, or says in numbers why it does not fit.
    ///
    /// Without ``EngineConfiguration/keyValueMemoryBytes`` the cache gets what
    /// ``EngineConfiguration/maxRunningRequests`` requests of full length could use, but at most
    /// half of what the weights leave free: other processes live on the machine too.
    public init(
        configuration: EngineConfiguration,
        description: ModelDescription,
        weights: (any WeightSource)? = nil,
        availableByteCount: Int = AvailableMemory.byteCount()
    ) throws(EngineError) {
        let stored = description.weightType
        weightType = configuration.weightType(stored: stored)
        let memory = try Self.memory(
            of: description,
            weights: weights,
            weightType: weightType,
            configuration
        )
        weightFormats = memory.formats
        roundsToIntegers = configuration.roundsToIntegers(parameterCount: memory.parameterCount)
        activationType = configuration.activationType(
            stored: stored,
            parameterCount: memory.parameterCount
        )
        keyValueType = configuration.keyValueType(
            stored: stored,
            parameterCount: memory.parameterCount
        )
        parameterCount = memory.parameterCount
        weightByteCount = memory.weightByteCount
        let scratch = CPUDevice.scratchByteCount(
            threadCount: configuration.threadCount ?? CPUDevice.usableCoreCount,
            roundedInputByteCount: memory.roundedInputByteCount(activations: activationType)
        )
        activationByteCount = memory.activationByteCount.addingSaturated(scratch)
        self.availableByteCount = availableByteCount

        let blockByteCount = PagedKeyValues.byteCount(
            layerCount: description.layerCount,
            blockCount: 1,
            keyValueHeadCount: description.keyValueHeadCount,
            headDimension: description.headDimension,
            elementType: keyValueType
        )
        let fixed = weightByteCount.addingSaturated(activationByteCount)
            .addingSaturated(Self.reservedByteCount)
        let wantedLength = min(configuration.maxModelLength ?? .max, description.contextLength)
        blockCount = try Self.blockCount(
            configuration,
            maxLength: wantedLength,
            blockByteCount: blockByteCount,
            fixedByteCount: fixed,
            availableByteCount: availableByteCount
        )
        keyValueByteCount = blockCount * blockByteCount
        let capacity = blockCount * PagedKeyValues.slotsPerBlock
        maxModelLength = min(wantedLength, capacity)
        if let asked = configuration.maxModelLength, asked > maxModelLength {
            throw .doesNotFit(
                asked > description.contextLength
                    ? "--max-model-len is \(asked), but the model was made for "
                        + "\(description.contextLength) tokens."
                    : "--max-model-len is \(asked), but the KV cache "
                        + "(\(ByteCount(keyValueByteCount))) holds \(capacity) tokens. Lower it, "
                        + "or raise --kv-cache-memory-bytes."
            )
        }
    }

    /// The blocks that were asked for, or that fit and can be of use; at least one.
    private static func blockCount(
        _ configuration: EngineConfiguration,
        maxLength: Int,
        blockByteCount: Int,
        fixedByteCount: Int,
        availableByteCount: Int
    ) throws(EngineError) -> Int {
        let free = max(availableByteCount, 0) - fixedByteCount
        func refusal(_ keyValues: Int, _ advice: String) -> EngineError {
            .doesNotFit(
                "The model does not fit: weights, activations and process take "
                    + "\(ByteCount(fixedByteCount)), the KV cache \(ByteCount(keyValues)); "
                    + "available \(ByteCount(availableByteCount)). \(advice)"
            )
        }
        let count: Int
        if let asked = configuration.keyValueMemoryBytes {
            guard asked <= free else { throw refusal(asked, "Lower --kv-cache-memory-bytes.") }
            count = asked / blockByteCount
        } else {
            let slots = PagedKeyValues.slotsPerBlock
            let useful = configuration.maxRunningRequests.multipliedReportingOverflow(
                by: (maxLength + slots - 1) / slots
            )
            let affordable = max(free / 2, 0) / blockByteCount
            count = useful.overflow ? affordable : min(useful.partialValue, affordable)
        }
        guard count > 0 else {
            throw refusal(
                blockByteCount,
                "One KV block must fit: free some memory, give a larger "
                    + "--kv-cache-memory-bytes, or serve a smaller model."
            )
        }
        return count
    }

    private static func memory(
        of description: ModelDescription,
        weights: (any WeightSource)?,
        weightType: ElementType,
        _ configuration: EngineConfiguration
    ) throws(EngineError) -> ModelMemory {
        var model = description
        model.weightType = weightType
        do {
            let parameterCount = try ArchitectureRegistry.memory(
                of: model,
                maxTokensPerStep: configuration.maxTokensPerStep
            ).parameterCount
            return try ArchitectureRegistry.memory(
                of: model,
                weights: weights,
                quantization: configuration.quantization,
                keepsFloat32: configuration.keepsFloat32(parameterCount: parameterCount),
                maxTokensPerStep: configuration.maxTokensPerStep,
                maxLogitRows: ModelRunner.maxLogitRows
            )
        } catch {
            throw .unsupported("\(error)")
        }
    }
}

extension MemoryPlan: CustomStringConvertible {
    /// What the multipliers are given.
    private var productTypes: String {
        let hasIntegers = weightFormats.contains {
            if case .integer = $0 { true } else { false }
        }
        return hasIntegers && roundsToIntegers
            ? "int8, \(activationType.rawValue)" : activationType.rawValue
    }

    /// The plan as lines for a terminal.
    public var description: String {
        """
        memory plan
          weights      \(ByteCount(weightByteCount)) \
        (\(weightFormats.map(\.description).joined(separator: ", ")))
          activations  \(ByteCount(activationByteCount)) (products in \(productTypes))
          KV cache     \(ByteCount(keyValueByteCount)) (\(keyValueType.rawValue)): \
        \(blockCount) blocks of \(PagedKeyValues.slotsPerBlock) = \(tokenCapacity) tokens
          total        \(ByteCount(totalByteCount)) of \(ByteCount(availableByteCount)) available
          max length   \(maxModelLength) tokens per request
        """
    }
}

/// A number of bytes, printed for people.
public struct ByteCount: CustomStringConvertible, Sendable {
    private let value: Int

    /// Wraps a number of bytes.
    public init(_ value: Int) {
        self.value = value
    }

    /// Such as `1.4 GiB`.
    public var description: String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var amount = Double(value)
        var unit = 0
        while abs(amount) >= 1024, unit < units.count - 1 {
            amount /= 1024
            unit += 1
        }
        let tenths = (amount * 10).rounded() / 10
        return unit == 0 ? "\(value) B" : "\(tenths) \(units[unit])"
    }
}

extension Int {
    /// The sum, or the largest number where it does not fit.
    fileprivate func addingSaturated(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
