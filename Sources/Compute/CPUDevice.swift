internal import CKernels

/// The CPU: all operations over a pool of threads and the kernels of one instruction set.
@safe public final class CPUDevice: Device {
    /// Threads that compute, the caller's included.
    public let threadCount: Int
    /// The instruction set in use.
    public let instructionSet: InstructionSet
    /// `.bfloat16` if `linear` rounds its input to bfloat16 over bfloat16 weights, else `.float32`.
    public let activations: ElementType
    /// Whether `linear` rounds its input to integers over integer weights.
    public let roundsToIntegers: Bool

    let pool: WorkerPool
    let kernels: Kernels
    let roundedInput = RoundedInput()
    let attentionScratch: AttentionScratch

    /// Starts the threads.
    ///
    /// - Parameters:
    ///   - threadCount: nil: one for each physical core that the process may use.
    ///   - instructionSet: nil: what `MARTLET_INSTRUCTION_SET` names, or the fastest.
    ///   - activations: `.bfloat16` rounds the input of products with bfloat16 weights, where the
    ///   instruction
    ///     set has such a product; everything else stays float32.
    ///   - roundsToIntegers: rounds the input of products with integer weights to eight bits, with
    ///     a scale for each group of a row; false keeps it, and widens the weights instead, slowly.
    /// - Throws: ``ComputeError``.
    public init(
        threadCount: Int? = nil,
        instructionSet: InstructionSet? = nil,
        activations: ElementType = .float32,
        roundsToIntegers: Bool = true
    ) throws(ComputeError) {
        self.roundsToIntegers = roundsToIntegers
        let set: InstructionSet
        if let instructionSet {
            set = instructionSet
        } else {
            set = try InstructionSet.forced() ?? .fastest
        }
        guard InstructionSet.available.contains(set) else {
            throw .instructionSetUnavailable(
                name: set.rawValue,
                available: InstructionSet.available.map(\.rawValue)
            )
        }
        self.instructionSet = set
        kernels = Kernels(set)
        self.activations =
            activations == .bfloat16 && set.hasBFloat16Product ? .bfloat16 : .float32
        pool = try WorkerPool(threadCount: max(1, threadCount ?? WorkerPool.usableCoreCount))
        self.threadCount = pool.threadCount
        attentionScratch = try AttentionScratch(threadCount: pool.threadCount)
    }

    /// Physical cores this process may use: affinity mask and cgroup quota are respected.
    public static var usableCoreCount: Int { WorkerPool.usableCoreCount }

    /// Bytes a device takes for itself, beside what it makes, `roundedInput` included.
    ///
    /// - Parameters:
    ///   - threadCount: threads of the device.
    ///   - roundedInputByteCount: the most that the input of any matrix takes: all rows of
    ///     ``RoundedInput/rowByteCount(columnCount:format:activations:)``.
    /// - Returns: `Int.max` if that is no number of bytes.
    public static func scratchByteCount(threadCount: Int, roundedInputByteCount: Int) -> Int {
        let (sum, overflow) = roundedInputByteCount.addingReportingOverflow(
            AttentionScratch.byteCount(threadCount: threadCount)
        )
        return overflow ? Int.max : sum
    }

    // MARK: - Making

    /// Makes float32 activations, zeroed.
    public func makeTensor(rowCapacity: Int, columnCount: Int) throws(ComputeError) -> Tensor {
        let tensor = try Tensor(rowCapacity: rowCapacity, columnCount: columnCount)
        try roundedInput.grow(toRows: rowCapacity)
        return tensor
    }

    /// Makes float32 parameters.
    public func makeVector(_ elements: [Float]) throws(ComputeError) -> Vector {
        try Vector(elements)
    }

    /// Makes weights, zeroed.
    public func makeMatrix(
        rowCount: Int,
        columnCount: Int,
        format: WeightFormat,
        columnOrder: [Int32]?
    ) throws(ComputeError) -> Matrix {
        let matrix = try Matrix(
            rowCount: rowCount,
            columnCount: columnCount,
            format: format,
            columnOrder: columnOrder
        )
        try roundedInput.grow(
            toRowByteCount: RoundedInput.rowByteCount(
                columnCount: columnCount,
                format: format,
                activations: activations
            )
        )
        return matrix
    }

    /// Makes the cache of keys and values.
    public func makePagedKeyValues(
        layerCount: Int,
        blockCount: Int,
        keyValueHeadCount: Int,
        headDimension: Int,
        elementType: KeyValueType
    ) throws(ComputeError) -> PagedKeyValues {
        try PagedKeyValues(
            layerCount: layerCount,
            blockCount: blockCount,
            keyValueHeadCount: keyValueHeadCount,
            headDimension: headDimension,
            elementType: elementType
        )
    }

    /// Runs `body` for every row, in parallel if that is worth it.
    func forRows(_ rows: Int, workPerRow: Int, _ body: (Int) -> Void) {
        // Elements one thread handles in about the time that sharing the work takes.
        let unit = max(1, 8192 / max(1, workPerRow))
        pool.run(over: rows, unit: unit) { range in
            for row in range { body(row) }
        }
    }
}
