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
    /// The type of the packed weights.
    public let weightType: ElementType
    /// The type activations are rounded to.
    public let activationType: ElementType
    /// The type of keys and values.
    public let keyValueType: ElementType

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
        availableByteCount: Int = AvailableMemory.byteCount()
    ) throws(EngineError) {
        let stored = description.weightType
        weightType = configuration.weightType(stored: stored)
        let memory = try Self.memory(
            of: description, weightType: weightType, configuration)
        activationType = configuration.activationType(
            stored: stored, parameterCount: memory.parameterCount)
        keyValueType = configuration.keyValueType(
            stored: stored, parameterCount: memory.parameterCount)
        parameterCount = memory.parameterCount
        weightByteCount = memory.weightByteCount
        let scratch = CPUDevice.scratchByteCount(
            threadCount: configuration.threadCount ?? CPUDevice.usableCoreCount,
            rowCapacity: configuration.maxTokensPerStep,
            columnCount: memory.largestInputCount,
            activations: activationType
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
        let slots = PagedKeyValues.slotsPerBlock
        let wantedLength = min(
            configuration.maxModelLength ?? description.contextLength,
            description.contextLength
        )
        let blocksPerRequest = (wantedLength + slots - 1) / slots
        let fixed = weightByteCount.addingSaturated(activationByteCount)
            .addingSaturated(Self.reservedByteCount)
        let free = max(availableByteCount, 0) - fixed
        if let asked = configuration.keyValueMemoryBytes {
            guard asked <= free else {
                throw .doesNotFit(
                    Self.refusal(
                        weights: weightByteCount,
                        activations: activationByteCount,
                        keyValues: asked,
                        available: availableByteCount,
                        advice: "Lower --kv-cache-memory-bytes."
                    )
                )
            }
            blockCount = asked / blockByteCount
        } else {
            let useful = configuration.maxRunningRequests.multipliedReportingOverflow(
                by: blocksPerRequest
            )
            let affordable = max(free / 2, 0) / blockByteCount
            blockCount = useful.overflow ? affordable : min(useful.partialValue, affordable)
        }
        keyValueByteCount = blockCount * blockByteCount
        guard blockCount > 0 else {
            throw .doesNotFit(
                Self.refusal(
                    weights: weightByteCount,
                    activations: activationByteCount,
                    keyValues: blockByteCount,
                    available: availableByteCount,
                    advice: "One KV block must fit: free some memory, give a larger "
                        + "--kv-cache-memory-bytes, or serve a smaller model."
                )
            )
        }
        maxModelLength = min(wantedLength, blockCount * slots)
        if let asked = configuration.maxModelLength, asked > maxModelLength {
            throw .doesNotFit(
                Self.lengthRefusal(
                    asked: asked,
                    contextLength: description.contextLength,
                    capacity: blockCount * slots,
                    keyValues: keyValueByteCount
                )
            )
        }
    }

    private static func memory(
        of description: ModelDescription,
        weightType: ElementType,
        _ configuration: EngineConfiguration
    ) throws(EngineError) -> ModelMemory {
        var model = description
        model.weightType = weightType
        do {
            return try ArchitectureRegistry.memory(
                of: model,
                maxTokensPerStep: configuration.maxTokensPerStep,
                maxLogitRows: ModelRunner.maxLogitRows
            )
        } catch {
            throw .unsupported("\(error)")
        }
    }

    private static func refusal(
        weights: Int,
        activations: Int,
        keyValues: Int,
        available: Int,
        advice: String
    ) -> String {
        "The model does not fit: weights \(ByteCount(weights)), activations "
            + "\(ByteCount(activations)), KV cache \(ByteCount(keyValues)), process "
            + "\(ByteCount(reservedByteCount)); available \(ByteCount(available)). \(advice)"
    }

    private static func lengthRefusal(
        asked: Int,
        contextLength: Int,
        capacity: Int,
        keyValues: Int
    ) -> String {
        asked > contextLength
            ? "--max-model-len is \(asked), but the model was made for \(contextLength) tokens."
            : "--max-model-len is \(asked), but the KV cache (\(ByteCount(keyValues))) holds "
                + "\(capacity) tokens. Lower it, or raise --kv-cache-memory-bytes."
    }
}

extension MemoryPlan: CustomStringConvertible {
    /// The plan as lines for a terminal.
    public var description: String {
        """
        memory plan
          weights      \(ByteCount(weightByteCount)) (\(weightType.rawValue))
          activations  \(ByteCount(activationByteCount)) (products in \(activationType.rawValue))
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
