public import Compute

/// A matrix of a checkpoint, found but not read.
public enum WeightMatrix {
    /// Plain numbers, to be read with ``WeightSource/withRows(of:_:_:)``.
    case float(WeightTensor)
    /// Integer codes with scales.
    case integer(any IntegerMatrix)
}

/// A quantized matrix of a checkpoint, found but not read.
public protocol IntegerMatrix {
    /// How the checkpoint stores it; lossless in this format.
    var format: IntegerFormat { get }

    /// Where codes do not stand in the order of the input: code column k belongs to input column
    /// `columnOrder[k]`. nil: in order.
    var columnOrder: [Int32]? { get }

    /// Reads what is needed to decode any of its rows.
    func open() throws(CheckpointError) -> any IntegerRowDecoder
}

/// Decodes rows of a quantized matrix; usable from several threads at once.
public protocol IntegerRowDecoder: Sendable {
    /// Writes rows `rows` of the matrix into `output`, which has as many rows.
    ///
    /// Every code, scale and offset of `output` is written; it may hold those of other rows before.
    func decode(_ rows: Range<Int>, into output: inout IntegerRows)
}
