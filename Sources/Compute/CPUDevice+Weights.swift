internal import CKernels

// Weights into panels, and rows out of them.
extension CPUDevice {
    /// Converts rows of a checkpoint to the matrix's format and lays them into its panels.
    public func pack(
        _ source: RawSpan,
        of type: ElementType,
        firstRow: Int,
        rowCount: Int,
        into matrix: Matrix
    ) {
        let byteCount = byteProduct(rowCount, matrix.columnCount, type.byteCount)
        precondition(source.byteCount == byteCount, "the source has another size than its rows")
        checkRows(firstRow: firstRow, rowCount: rowCount, of: matrix)
        unsafe source.withUnsafeBytes { source in
            guard let source = source.baseAddress, rowCount > 0 else { return }
            forPanels(firstRow: firstRow, rowCount: rowCount, unit: 1) { panels in
                let (first, end) = (panels.lowerBound, panels.upperBound)
                switch matrix.format {
                case .float(let matrixType):
                    unsafe withUnsafePointer(to: matrix.kernelMatrix(matrixType)) {
                        unsafe kernels.table.pointee.pack(
                            $0,
                            source,
                            type.kernelType,
                            firstRow,
                            rowCount,
                            first,
                            end
                        )
                    }
                case .integer(let format):
                    precondition(
                        format.superBlockGroupCount == 1,
                        "numbers are not rounded to super-blocks"
                    )
                    unsafe withUnsafePointer(to: matrix.kernelMatrix(format)) {
                        unsafe kernels.table.pointee.pack_rounded(
                            $0,
                            source,
                            type.kernelType,
                            firstRow,
                            rowCount,
                            first,
                            end
                        )
                    }
                }
            }
        }
    }

    /// Lays rows of a quantized checkpoint into the panels of a matrix of the same format.
    public func pack(
        rowCount: Int,
        firstRow: Int,
        into matrix: Matrix,
        _ decode: (_ rows: Range<Int>, _ output: inout IntegerRows) -> Void
    ) {
        guard case .integer(let format) = matrix.format else {
            preconditionFailure("rows of integers for a matrix of plain numbers")
        }
        checkRows(firstRow: firstRow, rowCount: rowCount, of: matrix)
        // Sources that go column by column have 128 rows in a line of the cache.
        forPanels(firstRow: firstRow, rowCount: rowCount, unit: 8) { panels in
            let first = max(panels.lowerBound * 16, firstRow)
            let end = min(panels.upperBound * 16, firstRow + rowCount)
            for start in stride(from: first, to: end, by: 128) {
                let rows = start..<min(start + 128, end)
                var output = IntegerRows(
                    format: format,
                    rowCount: rows.count,
                    columnCount: matrix.columnCount
                )
                decode((start - firstRow)..<(rows.upperBound - firstRow), &output)
                pack(output, firstRow: start, into: matrix, format)
            }
        }
    }

    private func pack(
        _ rows: IntegerRows,
        firstRow: Int,
        into matrix: Matrix,
        _ format: IntegerFormat
    ) {
        precondition(
            rows.hasSizes(rowCount: rows.rowCount, columnCount: matrix.columnCount, of: format),
            "decoding changed the number of rows"
        )
        unsafe rows.withKernelRows { source in
            unsafe withUnsafePointer(to: matrix.kernelMatrix(format)) { matrix in
                unsafe withUnsafePointer(to: source) {
                    unsafe kernels.table.pointee.pack_integer(
                        matrix,
                        $0,
                        firstRow,
                        rows.rowCount,
                        firstRow / 16,
                        (firstRow + rows.rowCount + 15) / 16
                    )
                }
            }
        }
    }

    /// output[i] = table[tokenIDs[i]].
    public func embed(_ tokenIDs: [Int32], table: Matrix, into output: Tensor) {
        precondition(output.columnCount == table.columnCount, "the output has another width")
        precondition(tokenIDs.count <= output.rowCapacity, "the output has too few rows")
        precondition(table.columnOrder == nil, "the columns of an embedding are in order")
        pool.run(over: tokenIDs.count, unit: 4) { rows in
            for row in rows {
                let token = Int(tokenIDs[row])
                precondition(token >= 0 && token < table.rowCount, "a token is outside the table")
                let target = unsafe output.pointer(row: row)
                switch table.format {
                case .float(let type):
                    unsafe withUnsafePointer(to: table.kernelMatrix(type)) {
                        unsafe kernels.table.pointee.unpack($0, token, target)
                    }
                case .integer(let format):
                    unsafe withUnsafePointer(to: table.kernelMatrix(format)) {
                        unsafe kernels.table.pointee.unpack_integer($0, token, target)
                    }
                }
            }
        }
    }

    private func checkRows(firstRow: Int, rowCount: Int, of matrix: Matrix) {
        precondition(
            firstRow >= 0 && rowCount >= 0 && rowCount <= matrix.rowCount - firstRow,
            "the rows reach past the matrix"
        )
    }

    /// Runs `body` for the panels that rows lie in; every panel belongs to one call.
    private func forPanels(
        firstRow: Int,
        rowCount: Int,
        unit: Int,
        _ body: (Range<Int>) -> Void
    ) {
        let firstPanel = firstRow / 16
        let panelCount = (firstRow + rowCount + 15) / 16 - firstPanel
        pool.run(over: panelCount, unit: unit) { panels in
            body((firstPanel + panels.lowerBound)..<(firstPanel + panels.upperBound))
        }
    }
}

extension IntegerRows {
    fileprivate func hasSizes(
        rowCount: Int,
        columnCount: Int,
        of format: IntegerFormat
    ) -> Bool {
        let groupCount = rowCount * format.groupCount(columnCount: columnCount)
        let superCount = rowCount * format.superBlockCount(columnCount: columnCount)
        return codes.count == rowCount * columnCount && scales.count == groupCount
            && offsets.count == (format.offset == .midpoint ? 0 : groupCount)
            && superScales.count == superCount
            && superMinimums.count == (format.offset == .minimums ? superCount : 0)
    }

    /// Lends the rows to a kernel; does nothing if there are none.
    fileprivate func withKernelRows(_ body: (ck_integer_rows) -> Void) {
        unsafe codes.withUnsafeBufferPointer { codes in
            unsafe scales.withUnsafeBufferPointer { scales in
                unsafe offsets.withUnsafeBufferPointer { offsets in
                    unsafe superScales.withUnsafeBufferPointer { superScales in
                        unsafe superMinimums.withUnsafeBufferPointer { superMinimums in
                            guard let codes = codes.baseAddress, let scales = scales.baseAddress
                            else { return }
                            unsafe body(
                                ck_integer_rows(
                                    codes: codes,
                                    scales: scales,
                                    offsets: offsets.isEmpty ? nil : offsets.baseAddress,
                                    super_scales: superScales.isEmpty
                                        ? nil : superScales.baseAddress,
                                    super_minimums: superMinimums.isEmpty
                                        ? nil : superMinimums.baseAddress
                                )
                            )
                        }
                    }
                }
            }
        }
    }
}
