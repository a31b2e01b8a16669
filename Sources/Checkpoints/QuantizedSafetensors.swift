import Compute

/// The weights of a folder of safetensors files with quantized matrices.
///
/// Which tensors are there decides how a matrix is stored: not every linear layer of a quantized
/// model is quantized. Not for several threads at once; decoders of matrices are.
public final class QuantizedSafetensors: WeightSource {
    private let folder: SafetensorsFolder
    private let quantization: QuantizationDescription
    private var scaledFloats: [String: ScaledFloats] = [:]
    private var staging: [UInt32] = []

    /// Makes a source on top of the files of a folder.
    public init(_ folder: SafetensorsFolder, quantization: QuantizationDescription) {
        self.folder = folder
        self.quantization = quantization
    }

    /// Finds a tensor of plain numbers.
    public func tensor(named name: String, shape: [Int]) throws(CheckpointError) -> WeightTensor {
        try folder.tensor(named: name, shape: shape)
    }

    /// Finds a matrix by the tensors that its module has.
    public func matrix(
        named name: String,
        rowCount: Int,
        columnCount: Int
    ) throws(CheckpointError) -> WeightMatrix {
        let shape = [rowCount, columnCount]
        guard let module = moduleName(ofWeight: name) else {
            return .float(try tensor(named: name, shape: shape))
        }
        let weight = folder.storedTensor(named: name)
        let integers =
            [".qweight", ".weight_packed"].lazy
            .compactMap { self.folder.storedTensor(named: module + $0) }.first
            ?? weight.flatMap { $0.entry.elementType == "I8" ? $0 : nil }
        if let integers {
            let finder = IntegerMatrixFinder(
                folder: folder,
                module: module,
                scheme: try scheme(of: integers, module: module),
                rowCount: rowCount,
                columnCount: columnCount
            )
            return .integer(try finder.find(integers))
        }
        if let weight, weight.entry.elementType == ScaledFloats.elementType {
            let scheme = try scheme(of: weight, module: module)
            guard case .floats(let block) = scheme.storage else { throw mismatch(weight) }
            let names = [name + "_scale_inv", name + "_scale"]
            let scaleName = names.first { folder.storedTensor(named: $0) != nil } ?? names[1]
            scaledFloats[name] = try ScaledFloats(
                weight,
                shape: shape,
                block: block,
                scales: folder.requiredTensor(named: scaleName, expectedShape: [1])
            )
            return .float(WeightTensor(name: name, shape: shape, elementType: .float32))
        }
        return .float(try tensor(named: name, shape: shape))
    }

    /// Lends rows; those of eight-bit floating-point numbers are multiplied by their scales first.
    public func withRows(
        of tensor: WeightTensor,
        _ rows: Range<Int>,
        _ body: (RawSpan) throws -> Void
    ) throws {
        guard let floats = scaledFloats[tensor.name] else {
            return try folder.withRows(of: tensor, rows, body)
        }
        // Taken out for the time of the call, so that `body` may itself ask for rows.
        var buffer: [UInt32] = []
        swap(&buffer, &staging)
        defer { swap(&buffer, &staging) }
        let count = rows.count * tensor.columnCount
        if buffer.count < count { buffer = [UInt32](repeating: 0, count: count) }
        try floats.decode(rows, into: &buffer)
        try buffer.withBytes(0..<(count * 4), body)
    }

    /// Has the system read rows of plain numbers meanwhile; others are stored in other sizes.
    public func prefetch(_ tensor: WeightTensor, _ rows: Range<Int>) {
        if scaledFloats[tensor.name] == nil { folder.prefetch(tensor, rows) }
    }

    /// The weight files and their index.
    public var filePaths: [String] { folder.filePaths }

    // MARK: - Schemes

    private func scheme(
        of tensor: StoredTensor,
        module: String
    ) throws(CheckpointError) -> QuantizationScheme {
        guard let scheme = quantization.scheme(ofModule: module) else { throw mismatch(tensor) }
        let isFitting =
            switch scheme.storage {
            case .awq, .gptq: tensor.name.hasSuffix(".qweight")
            case .integers: tensor.name.hasSuffix(".weight_packed") || tensor.isSignedBytes
            case .floats: tensor.entry.elementType == ScaledFloats.elementType
            }
        guard isFitting else { throw mismatch(tensor) }
        return scheme
    }

    private func mismatch(_ tensor: StoredTensor) -> CheckpointError {
        tensor.invalid(
            "its module should not have it after config.json (\(quantization.summary))"
        )
    }
}

extension StoredTensor {
    fileprivate var isSignedBytes: Bool { entry.elementType == "I8" }
}
