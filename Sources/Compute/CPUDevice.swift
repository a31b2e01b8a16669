internal import CKernels

/// The CPU: all operations over a pool of threads and the kernels of one instruction set.
@safe public final class CPUDevice: Device {
    /// Threads that compute, the caller's included.
    public let threadCount: Int
    /// The instruction set in use.
    public let instructionSet: InstructionSet
    /// `.bfloat16` if `linear` rounds its input to bfloat16 over bfloat16 weights, else `.float32`.
    public let activations: ElementType

    let pool: WorkerPool
    let kernels: Kernels
    /// The input of a product, rounded to bfloat16: room for any tensor made, times any matrix
    /// made.
    private var narrowInput: Memory?
    private var largestRowCapacity = 0
    private var largestColumnCount = 0
    let attentionScratch: AttentionScratch

    /// Starts the threads.
    ///
    /// - Parameters:
    ///   - threadCount: nil: one for each physical core that the process may use.
    ///   - instructionSet: nil: what `MARTLET_INSTRUCTION_SET` names, or the fastest.
    ///   - activations: `.bfloat16` rounds the input of products with bfloat16 weights, where the
    ///   instruction
    ///     set has such a product; everything else stays float32.
    /// - Throws: ``ComputeError``.
    public init(
        threadCount: Int? = nil,
        instructionSet: InstructionSet? = nil,
        activations: ElementType = .float32
    ) throws(ComputeError) {
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

    /// Bytes a device takes for itself, beside what it makes.
    ///
    /// - Parameters:
    ///   - threadCount: threads of the device.
    ///   - rowCapacity: of its largest tensor.
    ///   - columnCount: of its widest matrix.
    ///   - activations: as given to the initialiser.
    /// - Returns: `Int.max` if that is no number of bytes.
    public static func scratchByteCount(
        threadCount: Int,
        rowCapacity: Int,
        columnCount: Int,
        activations: ElementType
    ) -> Int {
        let input =
            activations == .bfloat16
            ? byteProduct(rowCapacity, narrowStride(columnCount), 2) : 0
        let (sum, overflow) = input.addingReportingOverflow(
            AttentionScratch.byteCount(threadCount: threadCount)
        )
        return overflow ? Int.max : sum
    }

    // MARK: - Making

    /// Makes float32 activations, zeroed.
    public func makeTensor(rowCapacity: Int, columnCount: Int) throws(ComputeError) -> Tensor {
        let tensor = try Tensor(rowCapacity: rowCapacity, columnCount: columnCount)
        try growInput(rowCapacity: rowCapacity, columnCount: 0)
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
        elementType: ElementType
    ) throws(ComputeError) -> Matrix {
        let matrix = try Matrix(
            rowCount: rowCount,
            columnCount: columnCount,
            elementType: elementType
        )
        try growInput(rowCapacity: 0, columnCount: elementType == .bfloat16 ? columnCount : 0)
        return matrix
    }

    /// Makes the cache of keys and values.
    public func makePagedKeyValues(
        layerCount: Int,
        blockCount: Int,
        keyValueHeadCount: Int,
        headDimension: Int,
        elementType: ElementType
    ) throws(ComputeError) -> PagedKeyValues {
        try PagedKeyValues(
            layerCount: layerCount,
            blockCount: blockCount,
            keyValueHeadCount: keyValueHeadCount,
            headDimension: headDimension,
            elementType: elementType
        )
    }

    private static func narrowStride(_ columnCount: Int) -> Int {
        // In bfloat16, an odd number of lines; see Tensor.stride.
        byteProduct((roundedTo16(columnCount) + 16) / 32 | 1, 32)
    }

    private func growInput(rowCapacity: Int, columnCount: Int) throws(ComputeError) {
        guard activations == .bfloat16 else { return }
        largestRowCapacity = max(largestRowCapacity, rowCapacity)
        largestColumnCount = max(largestColumnCount, columnCount)
        let byteCount = byteProduct(largestRowCapacity, Self.narrowStride(largestColumnCount), 2)
        if narrowInput.map({ $0.byteCount < byteCount }) ?? true {
            narrowInput = nil
            narrowInput = try Memory(byteCount: byteCount, purpose: "bfloat16 activations")
        }
    }

    // MARK: - Weights

    /// Converts rows of a checkpoint to the matrix's type and lays them into its panels.
    public func pack(
        _ source: RawSpan,
        of type: ElementType,
        firstRow: Int,
        rowCount: Int,
        into matrix: Matrix
    ) {
        let byteCount = byteProduct(rowCount, matrix.columnCount, type.byteCount)
        precondition(source.byteCount == byteCount, "the source has another size than its rows")
        precondition(
            firstRow >= 0 && rowCount <= matrix.rowCount - firstRow,
            "the rows reach past the matrix"
        )
        unsafe source.withUnsafeBytes { source in
            guard let source = source.baseAddress, rowCount > 0 else { return }
            let kernelMatrix = unsafe matrix.kernelMatrix
            let firstPanel = firstRow / 16
            let panelCount = (firstRow + rowCount + 15) / 16 - firstPanel
            pool.run(over: panelCount, unit: 1) { panels in
                unsafe withUnsafePointer(to: kernelMatrix) {
                    unsafe kernels.table.pointee.pack(
                        $0,
                        source,
                        type.kernelType,
                        firstRow,
                        rowCount,
                        firstPanel + panels.lowerBound,
                        firstPanel + panels.upperBound
                    )
                }
            }
        }
    }

    /// output[i] = table[tokenIDs[i]].
    public func embed(_ tokenIDs: [Int32], table: Matrix, into output: Tensor) {
        precondition(output.columnCount == table.columnCount, "the output has another width")
        precondition(tokenIDs.count <= output.rowCapacity, "the output has too few rows")
        let matrix = unsafe table.kernelMatrix
        pool.run(over: tokenIDs.count, unit: 4) { rows in
            for row in rows {
                let token = Int(tokenIDs[row])
                precondition(token >= 0 && token < table.rowCount, "a token is outside the table")
                unsafe withUnsafePointer(to: matrix) {
                    unsafe kernels.table.pointee.unpack($0, token, output.pointer(row: row))
                }
            }
        }
    }

    // MARK: - Products

    /// output = x · weightᵀ + bias, or the same added to `output`.
    public func linear(
        _ x: Tensor,
        rows: Int,
        weight: Matrix,
        bias: Vector?,
        into output: Tensor,
        accumulate: Bool
    ) {
        precondition(rows <= x.rowCapacity && rows <= output.rowCapacity, "too many rows")
        precondition(x.columnCount == weight.columnCount, "the input has another width")
        precondition(output.columnCount == weight.rowCount, "the output has another width")
        precondition(bias.map { $0.count == weight.rowCount } ?? true, "the bias has another size")
        precondition(x !== output, "a product cannot be in place")
        guard rows > 0, weight.rowCount > 0 else { return }
        var product = unsafe ck_linear(
            weights: weight.kernelMatrix,
            input: UnsafeRawPointer(x.memory.base),
            input_stride: x.stride,
            row_count: rows,
            bias: bias.map { unsafe UnsafePointer($0.memory.floats) },
            output: output.memory.floats,
            output_stride: output.stride,
            accumulate: accumulate
        )
        var kernel = unsafe kernels.table.pointee.linear
        if weight.elementType == .bfloat16, activations == .bfloat16,
            let narrowKernel = unsafe kernels.table.pointee.linear_bfloat16
        {
            let stride = Self.narrowStride(x.columnCount)
            unsafe product.input = narrow(x, rows: rows, stride: stride)
            unsafe product.input_stride = stride
            unsafe kernel = narrowKernel
        }
        // Below this much work, waking a thread costs more than it brings.
        let isSmall = rows * weight.columnCount * weight.rowCount < 65536
        let job = unsafe product
        pool.run(
            over: weight.panelCount,
            unit: isSmall ? weight.panelCount : 2,
            rangesPerThread: 8
        ) { panels in
            unsafe withUnsafePointer(to: job) {
                unsafe kernel($0, panels.lowerBound, panels.upperBound)
            }
        }
    }

    /// Rounds the input of a product to bfloat16, once for all panels.
    private func narrow(_ x: Tensor, rows: Int, stride: Int) -> UnsafeRawPointer {
        guard let memory = narrowInput, memory.byteCount >= rows * stride * 2 else {
            preconditionFailure("the tensor or the matrix belongs to another device")
        }
        forRows(rows, workPerRow: x.columnCount) { row in
            let target = unsafe memory.base + row * stride * 2
            unsafe kernels.table.pointee.narrow(
                x.pointer(row: row),
                x.columnCount,
                .CK_BFLOAT16,
                target
            )
            // The second of the last pair meets a zero weight; it must not be a NaN left by other
            // rows.
            if x.columnCount % 2 == 1 {
                unsafe target.storeBytes(of: 0, toByteOffset: x.columnCount * 2, as: UInt16.self)
            }
        }
        return unsafe UnsafeRawPointer(memory.base)
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
