import Compute

/// The weights of a GGUF model under the names of an unquantized checkpoint.
///
/// Reads into one buffer that grows to the largest slice asked for. Not for several threads at
/// once; the decoders of its quantized matrices are.
package final class GGUFWeights: WeightSource {
    private let files: GGUFFiles
    /// The width of a head where the file has queries and keys in another order than the engine.
    private let interleavedWidth: Int?
    private var staging: [UInt8] = []
    private var heads: [UInt8] = []

    /// Opens the file at a path, and the other parts of the model if there are some.
    package convenience init(path: String) throws(CheckpointError) {
        let files = try GGUFFiles(path: path)
        self.init(files, try ModelDescription(files))
    }

    init(_ files: GGUFFiles, _ model: ModelDescription) {
        self.files = files
        // Files of the llama architecture rotate neighbours; others, as the engine, halves.
        let isInterleaved = model.family == .llama || model.family == .mistral
        interleavedWidth = isInterleaved ? model.headDimension : nil
    }

    // MARK: - Finding

    package func tensor(
        named name: String,
        shape: [Int]
    ) throws(CheckpointError) -> WeightTensor {
        let location = try location(name, shape)
        guard case .float(let type) = location.entry.type else {
            throw .unsupportedElementType(
                file: location.file.path,
                name: name,
                found: location.entry.type.name
            )
        }
        return WeightTensor(name: name, shape: shape, elementType: type)
    }

    package func matrix(
        named name: String,
        rowCount: Int,
        columnCount: Int
    ) throws(CheckpointError) -> WeightMatrix {
        let shape = [rowCount, columnCount]
        let location = try location(name, shape)
        switch location.entry.type {
        case .float:
            return .float(try tensor(named: name, shape: shape))
        case .quantized(let quantization):
            return .integer(
                GGUFMatrix(
                    file: location.file,
                    bytes: location.entry.bytes,
                    quantization: quantization,
                    columnCount: columnCount,
                    rowOrder: rowOrder(name)
                )
            )
        case .unsupported(let type):
            throw .unsupportedGGUF(
                file: location.file.path,
                found: "the tensor \(quoted(name)) of type \(type)",
                advice: "Types that are read: F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, "
                    + "Q2_K, Q3_K, Q4_K, Q5_K and Q6_K. Use such a file of the model."
            )
        }
    }

    private func location(
        _ name: String,
        _ shape: [Int]
    ) throws(CheckpointError) -> GGUFFiles.Location {
        let inFile = GGUFNames.name(of: name) ?? name
        guard let location = files.location(inFile) else {
            throw .invalidGGUF(
                file: files.path,
                problem: "the tensor \(quoted(inFile)) of shape \(shape) is missing"
            )
        }
        guard location.entry.shape == shape else {
            throw .invalidTensor(
                file: location.file.path,
                name: inFile,
                problem: "it has shape \(location.entry.shape), the metadata call for \(shape)"
            )
        }
        return location
    }

    private func rowOrder(_ name: String) -> GGUFRowOrder {
        guard let interleavedWidth,
            name.contains("self_attn.q_proj.") || name.contains("self_attn.k_proj.")
        else { return .asStored }
        return .interleaved(headDimension: interleavedWidth)
    }

    // MARK: - Reading

    /// All files of the model.
    package var filePaths: [String] { files.paths }

    /// Has the system read the rows' bytes meanwhile, or those of rows near them.
    package func prefetch(_ tensor: WeightTensor, _ rows: Range<Int>) {
        guard let location = GGUFNames.name(of: tensor.name).flatMap(files.location) else { return }
        let start = location.entry.bytes.lowerBound + rows.lowerBound * tensor.rowByteCount
        location.file.prefetch(start..<(start + rows.count * tensor.rowByteCount))
    }

    package func withRows(
        of tensor: WeightTensor,
        _ rows: Range<Int>,
        _ body: (RawSpan) throws -> Void
    ) throws {
        precondition(
            rows.lowerBound >= 0 && rows.upperBound <= tensor.rowCount,
            "rows outside the tensor"
        )
        guard let location = GGUFNames.name(of: tensor.name).flatMap(files.location),
            location.entry.shape == tensor.shape
        else { preconditionFailure("a tensor of another source") }
        let rowByteCount = tensor.rowByteCount
        let byteCount = rows.count * rowByteCount
        let start = location.entry.bytes.lowerBound
        // Taken out for the time of the call, so that `body` may itself ask for rows.
        var buffer: [UInt8] = []
        swap(&buffer, &staging)
        defer { swap(&buffer, &staging) }
        if buffer.count < byteCount { buffer = [UInt8](repeating: 0, count: byteCount) }
        switch rowOrder(tensor.name) {
        case .asStored:
            try location.file.read(
                at: start + rows.lowerBound * rowByteCount,
                count: byteCount,
                into: &buffer
            )
        case .interleaved(let width) where tensor.rowCount.isMultiple(of: width):
            let order = rowOrder(tensor.name)
            let first = rows.lowerBound / width * width
            let end = (rows.upperBound + width - 1) / width * width
            let count = (end - first) * rowByteCount
            if heads.count < count { heads = [UInt8](repeating: 0, count: count) }
            try location.file.read(at: start + first * rowByteCount, count: count, into: &heads)
            for (index, row) in rows.enumerated() {
                let stored = (order.storedRow(row) - first) * rowByteCount
                let place = index * rowByteCount
                buffer.replaceSubrange(
                    place..<(place + rowByteCount),
                    with: heads[stored..<(stored + rowByteCount)]
                )
            }
        case .interleaved:
            preconditionFailure("the rows of queries and keys are those of whole heads")
        }
        try buffer.withBytes(0..<byteCount, body)
    }
}

/// Where the rows of a projection stand in the file.
enum GGUFRowOrder: Sendable {
    /// In the order of the engine.
    case asStored
    /// A dimension of a head beside the one it is rotated with, instead of half a head away.
    case interleaved(headDimension: Int)

    /// The row of the file that is a row of the engine.
    func storedRow(_ row: Int) -> Int {
        switch self {
        case .asStored: return row
        case .interleaved(let width):
            let (head, dimension) = row.quotientAndRemainder(dividingBy: width)
            let half = width / 2
            return head * width
                + (dimension < half ? 2 * dimension : 2 * (dimension - half) + 1)
        }
    }
}

/// A quantized matrix of a GGUF file.
struct GGUFMatrix: IntegerMatrix {
    let file: FileBytes
    let bytes: Range<Int>
    let quantization: GGUFQuantization
    let columnCount: Int
    let rowOrder: GGUFRowOrder

    var format: IntegerFormat { quantization.format }

    var columnOrder: [Int32]? { nil }

    func open() throws(CheckpointError) -> any IntegerRowDecoder {
        var stored = [UInt8](repeating: 0, count: bytes.count)
        try file.read(at: bytes.lowerBound, count: bytes.count, into: &stored)
        return GGUFRowDecoder(
            bytes: stored,
            quantization: quantization,
            columnCount: columnCount,
            rowOrder: rowOrder
        )
    }
}
