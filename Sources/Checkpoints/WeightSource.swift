public import Compute

/// Where a model's weights come from, tensor by tensor, rows at a time.
public protocol WeightSource: AnyObject {
    /// Finds a tensor that must have a shape.
    ///
    /// - Throws: ``CheckpointError`` when it is absent, has another shape, or has elements of a
    /// type
    ///   that cannot be read.
    func tensor(named name: String, shape: [Int]) throws(CheckpointError) -> WeightTensor

    /// Finds the weights of a projection or an embedding, quantized or not.
    ///
    /// - Parameters:
    ///   - name: as in an unquantized checkpoint, such as `model.layers.0.mlp.up_proj.weight`.
    ///   - rowCount: outputs of the projection.
    ///   - columnCount: inputs of the projection.
    /// - Returns: where and how the matrix is stored; it is not read yet.
    /// - Throws: ``CheckpointError`` when it is absent, has another shape or cannot be read.
    func matrix(
        named name: String,
        rowCount: Int,
        columnCount: Int
    ) throws(CheckpointError) -> WeightMatrix

    /// Lends the bytes of some rows of a tensor, row-major, little-endian, for the time of `body`.
    ///
    /// The rows asked for are all in memory at once: ask for slices of
    /// ``WeightTensor/rowsPerSlice``. `tensor` comes from ``tensor(named:shape:)`` of the same
    /// source, `rows` lie within it.
    func withRows(
        of tensor: WeightTensor,
        _ rows: Range<Int>,
        _ body: (RawSpan) throws -> Void
    ) throws

    /// Says that rows of a tensor will be asked for soon, so that they can be read meanwhile.
    ///
    /// A hint, which a source may ignore.
    func prefetch(_ tensor: WeightTensor, _ rows: Range<Int>)

    /// The paths of all files that decide about the weights, config.json aside.
    ///
    /// Empty where there are none, or where they are not known: such weights are not kept in a
    /// `PackedWeightsFile`.
    var filePaths: [String] { get }
}

/// A tensor of a ``WeightSource``: indices of the first dimension are its rows.
public struct WeightTensor: Sendable {
    /// The name in the checkpoint, for example `model.norm.weight`.
    public let name: String
    /// One or two lengths, rows first.
    public let shape: [Int]
    /// The type of the stored elements.
    public let elementType: ElementType

    /// Makes a description of a tensor; lengths must be small enough for the bytes to fit `Int`.
    public init(name: String, shape: [Int], elementType: ElementType) {
        precondition((1...2).contains(shape.count), "a weight is a vector or a matrix")
        self.name = name
        self.shape = shape
        self.elementType = elementType
    }

    /// The length of the first dimension.
    public var rowCount: Int { shape[0] }

    /// The elements of one row.
    public var columnCount: Int { shape.count == 2 ? shape[1] : 1 }

    /// The bytes of one row.
    public var rowByteCount: Int { columnCount * elementType.byteCount }

    /// How many rows make a slice of about 8 MiB: a multiple of 16, the rows of a weight panel.
    public var rowsPerSlice: Int {
        let sliceByteCount = 8 << 20
        return max(1, sliceByteCount / max(1, rowByteCount * 16)) * 16
    }
}

extension WeightSource {
    /// Ignores the hint.
    public func prefetch(_ tensor: WeightTensor, _ rows: Range<Int>) {}

    /// Names no files.
    public var filePaths: [String] { [] }

    /// Sources without quantized matrices have tensors only.
    public func matrix(
        named name: String,
        rowCount: Int,
        columnCount: Int
    ) throws(CheckpointError) -> WeightMatrix {
        .float(try tensor(named: name, shape: [rowCount, columnCount]))
    }

    /// All values of a tensor with one dimension as `float32`, which holds the three types exactly.
    public func vector(named name: String, count: Int) throws -> [Float] {
        let tensor = try tensor(named: name, shape: [count])
        var values: [Float] = []
        values.reserveCapacity(count)
        try withRows(of: tensor, 0..<count) { bytes in
            for index in 0..<count {
                switch tensor.elementType {
                case .float32:
                    values.append(Float(bitPattern: bytes.uint32(at: index * 4)))
                case .float16:
                    values.append(Float(Float16(bitPattern: bytes.uint16(at: index * 2))))
                case .bfloat16:
                    let upperHalf = UInt32(bytes.uint16(at: index * 2))
                    values.append(Float(bitPattern: upperHalf << 16))
                }
            }
        }
        return values
    }
}
