import Compute

/// A tensor of a safetensors file, of whatever type, found but not read.
struct StoredTensor {
    let name: String
    let file: FileBytes
    let entry: SafetensorsHeader.Entry

    var shape: [Int] { entry.shape }

    /// The type as a number of the engine's, nil for others.
    var numberType: ElementType? { elementTypes[entry.elementType] }

    /// The error for a tensor that is not what its scheme of quantization calls for.
    func invalid(_ problem: String) -> CheckpointError {
        .invalidTensor(file: file.path, name: name, problem: problem)
    }

    /// Checks type and shape.
    func check(type: String, shape: [Int]) throws(CheckpointError) {
        guard entry.elementType == type else {
            throw invalid("it has elements of type \(quoted(entry.elementType)), expected \(type)")
        }
        guard entry.shape == shape else {
            throw .misshapenTensor(
                file: file.path,
                name: name,
                expected: shape,
                found: entry.shape
            )
        }
    }

    /// Checks that the elements are numbers that the engine reads, and says which.
    func checkNumbers() throws(CheckpointError) -> ElementType {
        guard let numberType else {
            throw .unsupportedElementType(
                file: file.path,
                name: name,
                found: entry.elementType
            )
        }
        return numberType
    }

    /// Reads all bytes, and zeros behind them up to `padding`.
    func read(padding: Int = 0) throws(CheckpointError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: entry.bytes.count + padding)
        try file.read(at: entry.bytes.lowerBound, count: entry.bytes.count, into: &bytes)
        return bytes
    }

    /// Reads integers of 32 or 64 bits.
    func readIntegers() throws(CheckpointError) -> [Int] {
        let bytes = try read()
        let span = bytes.span
        switch entry.elementType {
        case "I32":
            return (0..<(bytes.count / 4)).map { Int(Int32(bitPattern: span.uint32(at: $0 * 4))) }
        case "I64":
            return (0..<(bytes.count / 8)).map { Int(Int64(bitPattern: span.uint64(at: $0 * 8))) }
        default:
            throw invalid("it has elements of type \(quoted(entry.elementType)), expected I32")
        }
    }
}
