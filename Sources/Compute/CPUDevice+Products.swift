internal import CKernels

// Products with weights.
extension CPUDevice {
    /// output = x · weightᵀ + bias, or the same added to `output`, from `firstColumn` on.
    public func linear(
        _ x: Tensor,
        rows: Int,
        weight: Matrix,
        bias: Vector?,
        into output: Tensor,
        firstColumn: Int,
        accumulate: Bool
    ) {
        precondition(rows <= x.rowCapacity && rows <= output.rowCapacity, "too many rows")
        precondition(x.columnCount == weight.columnCount, "the input has another width")
        precondition(
            firstColumn >= 0 && weight.rowCount <= output.columnCount - firstColumn,
            "the product reaches past the output"
        )
        precondition(bias.map { $0.count == weight.rowCount } ?? true, "the bias has another size")
        precondition(x !== output, "a product cannot be in place")
        guard rows > 0, weight.rowCount > 0 else { return }
        let shape = Product(
            x: x,
            rows: rows,
            weight: weight,
            bias: bias,
            output: output,
            firstColumn: firstColumn,
            accumulate: accumulate
        )
        switch weight.format {
        case .float(let type): multiply(shape, type)
        case .integer(let format) where roundsToIntegers: multiplyRounded(shape, format)
        case .integer(let format): multiplyWidened(shape, format)
        }
    }

    /// What one call of `linear` was given.
    private struct Product {
        let x: Tensor
        let rows: Int
        let weight: Matrix
        let bias: Vector?
        let output: Tensor
        let firstColumn: Int
        let accumulate: Bool

        var biasPointer: UnsafePointer<Float>? {
            unsafe bias.map { unsafe UnsafePointer($0.memory.floats) }
        }

        var outputPointer: UnsafeMutablePointer<Float> {
            unsafe output.memory.floats + firstColumn
        }
    }

    // MARK: - Weights of plain numbers

    private func multiply(_ product: Product, _ type: ElementType) {
        let x = product.x
        var job = unsafe ck_linear(
            weights: product.weight.kernelMatrix(type),
            input: UnsafeRawPointer(x.memory.base),
            input_stride: x.stride,
            row_count: product.rows,
            bias: product.biasPointer,
            output: product.outputPointer,
            output_stride: product.output.stride,
            accumulate: product.accumulate
        )
        var kernel = unsafe kernels.table.pointee.linear
        if type == .bfloat16, activations == .bfloat16,
            let narrowKernel = unsafe kernels.table.pointee.linear_bfloat16
        {
            let stride = RoundedInput.narrowStride(x.columnCount)
            unsafe job.input = narrow(x, rows: product.rows, stride: stride)
            unsafe job.input_stride = stride
            unsafe kernel = narrowKernel
        }
        let sharedJob = unsafe job
        forPanels(product) { panels in
            unsafe withUnsafePointer(to: sharedJob) {
                unsafe kernel($0, panels.lowerBound, panels.upperBound)
            }
        }
    }

    /// Rounds the input of a product to bfloat16, once for all panels.
    private func narrow(_ x: Tensor, rows: Int, stride: Int) -> UnsafeRawPointer {
        let base = unsafe roundedInput.base(rows: rows, rowByteCount: stride * 2)
        forRows(rows, workPerRow: x.columnCount) { row in
            let target = unsafe base + row * stride * 2
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
        return UnsafeRawPointer(base)
    }

    // MARK: - Integer weights

    private func integerJob(
        _ product: Product,
        _ format: IntegerFormat,
        _ input: IntegerProductInput
    ) -> ck_integer_linear {
        unsafe ck_integer_linear(
            weights: product.weight.kernelMatrix(format),
            input: input.floats,
            input_stride: input.floatStride,
            integer_input: input.integers,
            row_count: product.rows,
            bias: product.biasPointer,
            output: product.outputPointer,
            output_stride: product.output.stride,
            accumulate: product.accumulate
        )
    }

    /// Either of the two kinds of input.
    @safe private struct IntegerProductInput {
        var floats: UnsafePointer<Float>?
        var floatStride = 0
        var integers = unsafe ck_integer_input()
    }

    /// Integers times integers.
    private func multiplyRounded(_ product: Product, _ format: IntegerFormat) {
        let columnCount = product.x.columnCount
        let layout = IntegerInputLayout(columnCount: columnCount, format: format)
        let base = unsafe roundedInput.base(
            rows: product.rows,
            rowByteCount: layout.rowByteCount
        )
        let scales = unsafe (base + product.rows * layout.codeStride)
            .assumingMemoryBound(to: Float.self)
        let sums = unsafe scales + product.rows * layout.groupStride
        forRows(product.rows, workPerRow: 2 * columnCount) { row in
            unsafe withOrderedRow(product, row) { x in
                unsafe kernels.table.pointee.quantize_input(
                    x,
                    columnCount,
                    format.groupSize,
                    Int32(format.bitCount),
                    base + row * layout.codeStride,
                    scales + row * layout.groupStride,
                    sums + row * layout.groupStride
                )
            }
        }
        var input = IntegerProductInput()
        unsafe input.integers = ck_integer_input(
            codes: UnsafeRawPointer(base),
            code_stride: layout.codeStride,
            scales: UnsafePointer(scales),
            sums: UnsafePointer(sums),
            group_stride: layout.groupStride
        )
        unsafe run(integerJob(product, format, input), product)
    }

    /// Weights widened to float32, times float32.
    private func multiplyWidened(_ product: Product, _ format: IntegerFormat) {
        var input = IntegerProductInput()
        unsafe input.floats = UnsafePointer(product.x.memory.floats)
        input.floatStride = product.x.stride
        if product.weight.columnOrder != nil {
            let columnCount = product.x.columnCount
            let base = unsafe roundedInput.base(rows: product.rows, rowByteCount: columnCount * 4)
                .assumingMemoryBound(to: Float.self)
            for row in 0..<product.rows {
                unsafe withOrderedRow(product, row) {
                    unsafe (base + row * columnCount).update(from: $0, count: columnCount)
                }
            }
            unsafe input.floats = UnsafePointer(base)
            input.floatStride = columnCount
        }
        unsafe run(integerJob(product, format, input), product)
    }

    private func run(_ job: ck_integer_linear, _ product: Product) {
        forPanels(product) { panels in
            unsafe withUnsafePointer(to: job) {
                unsafe kernels.table.pointee.integer_linear(
                    $0,
                    panels.lowerBound,
                    panels.upperBound
                )
            }
        }
    }

    /// Lends an input row with its columns in the order of the weights.
    private func withOrderedRow(
        _ product: Product,
        _ row: Int,
        _ body: (UnsafePointer<Float>) -> Void
    ) {
        let x = unsafe product.x.pointer(row: row)
        guard let order = product.weight.columnOrder else {
            return unsafe body(UnsafePointer(x))
        }
        unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: order.count) { ordered in
            for (place, column) in order.enumerated() {
                unsafe ordered.initializeElement(at: place, to: x[Int(column)])
            }
            if let start = ordered.baseAddress { unsafe body(UnsafePointer(start)) }
        }
    }

    /// Shares out the panels of a product.
    private func forPanels(_ product: Product, _ body: (Range<Int>) -> Void) {
        let weight = product.weight
        // Below this much work, waking a thread costs more than it brings.
        let isSmall = product.rows * weight.columnCount * weight.rowCount < 65536
        pool.run(
            over: weight.panelCount,
            unit: isSmall ? weight.panelCount : 2,
            rangesPerThread: 8,
            body
        )
    }
}
