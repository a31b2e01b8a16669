/// What the head of a GGUF file says, checked against the rules of the format.
///
///     4 bytes     "GGUF"
///     4 bytes     the version: 2 or 3, which differ in nothing that is read here
///     8 bytes     T, how many tensors there are
///     8 bytes     M, how many metadata entries there are
///     M times     key, type, value
///     T times     name, dimensions (columns first), type, offset
///     padding     to a multiple of general.alignment
///     the rest    the tensors' bytes, each at a multiple of the alignment; offsets count from here
///
/// All numbers are little-endian. Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
struct GGUFHead {
    private static let tensorLimit = 100_000
    private static let dimensionLimit = 4
    private static let nameByteLimit = 1024

    /// The file's metadata.
    let metadata: GGUFMetadata
    /// The tensors by the bytes of their names.
    private(set) var tensors: [[UInt8]: Entry] = [:]

    /// One tensor's place in the file.
    struct Entry {
        let type: GGUFTensorType
        /// Lengths, rows first: the reverse of the file's order.
        let shape: [Int]
        /// Where its bytes lie; empty for a type that is not implemented.
        let bytes: Range<Int>
    }

    /// Reads and checks the head of a file.
    init(reading file: FileBytes) throws(CheckpointError) {
        var reader = GGUFReader(file)
        try Self.checkMark(&reader, file: file.path)
        // A tensor takes at least 24 bytes, a metadata entry 13.
        let tensorCount = try reader.count(
            of: "tensors",
            ofAtLeast: 24,
            limit: Self.tensorLimit
        )
        let keyCount = try reader.count(
            of: "metadata entries",
            ofAtLeast: 13,
            limit: GGUFMetadata.keyLimit
        )
        metadata = try GGUFMetadata(&reader, count: keyCount, file: file.path)
        let alignment = try metadata.integer("general.alignment", in: 1...(1 << 20)) ?? 32
        guard alignment.isMultiple(of: 8) else {
            throw metadata.invalid("general.alignment", expected: "a multiple of 8")
        }
        var infos: [Info] = []
        for index in 0..<tensorCount {
            reader.place = "tensor \(index)"
            infos.append(try Info(&reader))
        }
        // Without tensors the file may end without padding.
        let dataStart = (reader.position + alignment - 1) / alignment * alignment
        for info in infos {
            let entry = try info.entry(dataStart: dataStart, alignment: alignment, file: file)
            guard tensors.updateValue(entry, forKey: info.name) == nil else {
                throw info.invalid("it is there twice", file: file.path)
            }
        }
        try refuseOverlaps(file: file.path)
    }

    private static func checkMark(
        _ reader: inout GGUFReader,
        file: String
    ) throws(CheckpointError) {
        guard try reader.uint32() == 0x4655_4747 else {
            throw reader.problem("they are not 'GGUF'")
        }
        let version = try reader.uint32()
        guard version & 0xffff != 0 || version == 0 else {
            throw .unsupportedGGUF(
                file: file,
                found: "a big-endian file",
                advice: "Use a little-endian file of the model."
            )
        }
        guard version == 2 || version == 3 else {
            throw .unsupportedGGUF(
                file: file,
                found: "version \(version) of the format",
                advice: "Versions 2 and 3 are read: use a newer file of the model."
            )
        }
    }

    private func refuseOverlaps(file: String) throws(CheckpointError) {
        let ranges = tensors.map { ($0.key, $0.value.bytes) }.filter { !$0.1.isEmpty }
            .sorted { $0.1.lowerBound < $1.1.lowerBound }
        for (earlier, later) in zip(ranges, ranges.dropFirst())
        where later.1.lowerBound < earlier.1.upperBound {
            let name = String(decoding: earlier.0, as: UTF8.self)
            throw .invalidTensor(
                file: file,
                name: String(decoding: later.0, as: UTF8.self),
                problem: "its bytes lie in those of \(quoted(name))"
            )
        }
    }

    /// A tensor as the file describes it.
    private struct Info {
        let name: [UInt8]
        let shape: [Int]
        let type: GGUFTensorType
        let offset: UInt64

        init(_ reader: inout GGUFReader) throws(CheckpointError) {
            name = try reader.name(limit: GGUFHead.nameByteLimit)
            reader.place = "tensor \(quoted(String(decoding: name, as: UTF8.self)))"
            let dimensionCount = try reader.uint32()
            guard (1...GGUFHead.dimensionLimit).contains(Int(dimensionCount)) else {
                throw reader.problem(
                    "\(dimensionCount) dimensions, expected 1 to \(GGUFHead.dimensionLimit)"
                )
            }
            var lengths: [Int] = []
            for _ in 0..<dimensionCount {
                let length = try reader.uint64()
                guard length > 0, let length = Int(exactly: length) else {
                    throw reader.problem("a length of \(length)")
                }
                lengths.append(length)
            }
            shape = lengths.reversed()
            type = GGUFTensorType(number: try reader.uint32())
            offset = try reader.uint64()
        }

        func invalid(_ problem: String, file: String) -> CheckpointError {
            .invalidTensor(
                file: file,
                name: String(decoding: name, as: UTF8.self),
                problem: problem
            )
        }

        func entry(
            dataStart: Int,
            alignment: Int,
            file: FileBytes
        ) throws(CheckpointError) -> Entry {
            let dataByteCount = max(0, file.byteCount - dataStart)
            guard let offset = Int(exactly: offset), offset.isMultiple(of: alignment) else {
                throw invalid(
                    "it begins at \(offset), which is no multiple of \(alignment)",
                    file: file.path
                )
            }
            // A type that is not known is refused when somebody wants the tensor, not before.
            guard let block = type.block else {
                return Entry(type: type, shape: shape, bytes: 0..<0)
            }
            let columnCount = shape.last ?? 0
            guard columnCount.isMultiple(of: block.elementCount) else {
                throw invalid(
                    "rows of \(columnCount) are no whole blocks of \(block.elementCount), "
                        + "of which \(type.name) consists",
                    file: file.path
                )
            }
            var byteCount = columnCount / block.elementCount
            for factor in shape.dropLast() + [block.byteCount] {
                let (product, overflow) = byteCount.multipliedReportingOverflow(by: factor)
                guard !overflow else {
                    throw invalid("its shape \(shape) is too large", file: file.path)
                }
                byteCount = product
            }
            guard offset <= dataByteCount, byteCount <= dataByteCount - offset else {
                throw invalid(
                    "\(type.name) of shape \(shape) takes \(byteCount) bytes from byte \(offset) "
                        + "of the tensors' bytes on, the file has \(dataByteCount) of them",
                    file: file.path
                )
            }
            let start = dataStart + offset
            return Entry(type: type, shape: shape, bytes: start..<(start + byteCount))
        }
    }
}
