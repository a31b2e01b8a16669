internal import CKernels

/// Weights [rows, columns] of a linear layer or an embedding, in panels of 16 rows.
///
///     float32, float16   [panels][columns][16]
///     bfloat16           [panels][ceil(columns / 2)][16][2]
///
/// New matrices are zero; ``Device/pack(_:of:firstRow:rowCount:into:)`` fills them.
public final class Matrix {
    /// Rows: outputs of a linear layer, tokens of an embedding.
    public let rowCount: Int
    /// Columns: inputs of a linear layer.
    public let columnCount: Int
    /// How the weights are stored.
    public let elementType: ElementType
    let memory: Memory

    init(rowCount: Int, columnCount: Int, elementType: ElementType) throws(ComputeError) {
        self.rowCount = rowCount
        self.columnCount = columnCount
        self.elementType = elementType
        memory = try Memory(
            byteCount: Self.byteCount(
                rowCount: rowCount,
                columnCount: columnCount,
                elementType: elementType
            ),
            purpose: "weights [\(rowCount), \(columnCount)] in \(elementType)"
        )
    }

    /// Bytes a matrix of this shape takes; `Int.max` if that is no number of bytes.
    public static func byteCount(rowCount: Int, columnCount: Int, elementType: ElementType) -> Int {
        let columns =
            elementType == .bfloat16 && columnCount < Int.max
            ? (columnCount + 1) / 2 * 2 : columnCount
        return byteProduct(roundedTo16(rowCount), columns, elementType.byteCount)
    }

    var panelCount: Int { (rowCount + 15) / 16 }

    var kernelMatrix: ck_matrix {
        unsafe ck_matrix(
            panels: memory.base,
            type: elementType.kernelType,
            row_count: rowCount,
            column_count: columnCount
        )
    }
}
