/// What the head of a safetensors file says, checked against the rules of the format.
///
///     8 bytes     N, the length of the JSON text, little-endian
///     N bytes     { "name": { "dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24] }, … }
///     the rest    the tensors' bytes; offsets count from here
///
/// The tensors must fill the rest exactly, without overlap and without holes, so that no byte of
/// the file goes unchecked. Format: https://github.com/huggingface/safetensors
package struct SafetensorsHeader {
    /// The longest JSON text accepted, the same as in the reference implementation.
    package static let byteLimit = 100_000_000
    /// The most tensors accepted in one file or index.
    package static let tensorLimit = 100_000
    private static let dimensionLimit = 8
    private static let depthLimit = 16

    /// The tensors by the bytes of their names, which Swift's `==` on strings would not keep apart.
    package private(set) var tensors: [[UInt8]: Entry] = [:]

    /// One tensor's place in the file.
    package struct Entry: Equatable {
        /// The type as the file writes it, for example `BF16`.
        package let elementType: String
        /// The lengths of the dimensions, outermost first.
        package let shape: [Int]
        /// Where the bytes lie, from the beginning of the file.
        package let bytes: Range<Int>
    }

    /// Reads the head of an open file.
    package init(reading file: FileBytes) throws(CheckpointError) {
        var prefix = [UInt8](repeating: 0, count: 8)
        guard file.byteCount >= 8 else {
            throw .invalidHeader(
                file: file.path,
                problem: "it has \(file.byteCount) bytes, fewer than 8"
            )
        }
        try file.read(at: 0, count: 8, into: &prefix)
        let declared = prefix.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let count = Int(exactly: declared), count <= Self.byteLimit,
            count <= file.byteCount - 8
        else {
            let limit = min(Self.byteLimit, file.byteCount - 8)
            throw .invalidHeader(
                file: file.path,
                problem: "its head should have \(declared) bytes, more than \(limit) cannot be"
            )
        }
        var text = [UInt8](repeating: 0, count: count)
        try file.read(at: 8, count: count, into: &text)
        try self.init(
            parsing: text,
            dataStart: 8 + count,
            fileByteCount: file.byteCount,
            file: file.path
        )
    }

    /// Checks the JSON text of a head, of a file named `file` in errors.
    ///
    /// The text ends and the tensors' bytes begin at `dataStart`, which is at most `fileByteCount`.
    package init(
        parsing text: [UInt8],
        dataStart: Int,
        fileByteCount: Int,
        file: String
    ) throws(CheckpointError) {
        guard text.first == UInt8(ascii: "{") else {
            throw .invalidHeader(file: file, problem: "its head does not begin with '{'")
        }
        var reader = JSONReader(text, file: file, depthLimit: Self.depthLimit)
        var tensors: [[UInt8]: Entry] = [:]
        try reader.object { (reader, key) throws(CheckpointError) in
            if key.elementsEqual("__metadata__".utf8) { return try reader.skip() }
            let draft = try Draft(&reader)
            let name = String(decoding: key, as: UTF8.self)
            let entry = try draft.checked(
                name: name,
                dataStart: dataStart,
                fileByteCount: fileByteCount,
                file: file
            )
            guard tensors.updateValue(entry, forKey: key) == nil else {
                throw .invalidTensor(file: file, name: name, problem: "it is listed twice")
            }
            guard tensors.count <= Self.tensorLimit else {
                throw .invalidHeader(
                    file: file,
                    problem: "it lists more than \(Self.tensorLimit) tensors"
                )
            }
        }
        try reader.end()
        self.tensors = tensors
        try checkCoverage(of: dataStart..<fileByteCount, file: file)
    }

    /// Refuses overlaps and holes.
    private func checkCoverage(of data: Range<Int>, file: String) throws(CheckpointError) {
        let inOrder = tensors.sorted {
            ($0.value.bytes.lowerBound, $0.value.bytes.upperBound)
                < ($1.value.bytes.lowerBound, $1.value.bytes.upperBound)
        }
        var end = data.lowerBound
        for (key, entry) in inOrder {
            guard entry.bytes.lowerBound == end else {
                let kind = entry.bytes.lowerBound < end ? "overlaps another" : "follows a hole"
                throw .invalidTensor(
                    file: file,
                    name: String(decoding: key, as: UTF8.self),
                    problem: "it \(kind): it begins at byte \(entry.bytes.lowerBound), the bytes "
                        + "before it end at \(end)"
                )
            }
            end = entry.bytes.upperBound
        }
        guard end == data.upperBound else {
            throw .invalidHeader(
                file: file,
                problem: "its tensors end at byte \(end), the file has \(data.upperBound)"
            )
        }
    }

    // MARK: - One entry

    /// An entry as it is written, not yet checked.
    private struct Draft {
        var elementType: String?
        var shape: [Int]?
        var offsets: [Int]?

        init(_ reader: inout JSONReader) throws(CheckpointError) {
            var (elementType, shape, offsets): (String?, [Int]?, [Int]?) = (nil, nil, nil)
            try reader.object { (reader, key) throws(CheckpointError) in
                let name = String(decoding: key, as: UTF8.self)
                let isRepeated: Bool
                switch name {
                case "dtype":
                    isRepeated = elementType != nil
                    elementType = String(decoding: try reader.string(), as: UTF8.self)
                case "shape":
                    isRepeated = shape != nil
                    shape = try Self.integers(&reader, limit: dimensionLimit)
                case "data_offsets":
                    isRepeated = offsets != nil
                    offsets = try Self.integers(&reader, limit: 2)
                default:
                    throw reader.problem("a tensor has the unknown key \(quoted(name))")
                }
                if isRepeated { throw reader.problem("a tensor has the key '\(name)' twice") }
            }
            (self.elementType, self.shape, self.offsets) = (elementType, shape, offsets)
        }

        private static func integers(
            _ reader: inout JSONReader,
            limit: Int
        ) throws(CheckpointError) -> [Int] {
            var integers: [Int] = []
            try reader.array { (reader) throws(CheckpointError) in
                integers.append(try reader.unsignedInteger())
                guard integers.count <= limit else {
                    throw reader.problem("more than \(limit) integers in a list")
                }
            }
            return integers
        }

        func checked(
            name: String,
            dataStart: Int,
            fileByteCount: Int,
            file: String
        ) throws(CheckpointError) -> Entry {
            func invalid(_ problem: String) -> CheckpointError {
                .invalidTensor(file: file, name: name, problem: problem)
            }
            guard let elementType, let shape, let offsets else {
                throw invalid("it needs 'dtype', 'shape' and 'data_offsets'")
            }
            guard offsets.count == 2, offsets[0] <= offsets[1] else {
                throw invalid("its data_offsets \(offsets) are not a begin and an end")
            }
            let dataByteCount = fileByteCount - dataStart
            guard offsets[1] <= dataByteCount else {
                throw invalid(
                    "it ends at byte \(offsets[1]) of the tensors' bytes, the file has "
                        + "\(dataByteCount) of them"
                )
            }
            // A type that is not known is refused when somebody wants the tensor, not before.
            if let bits = bitCounts[elementType] {
                guard let expected = byteCount(shape: shape, bitsPerElement: bits) else {
                    throw invalid("its shape \(shape) is too large or has half a byte")
                }
                guard expected == offsets[1] - offsets[0] else {
                    throw invalid(
                        "\(elementType) of shape \(shape) takes \(expected) bytes, its "
                            + "data_offsets give \(offsets[1] - offsets[0])"
                    )
                }
            }
            return Entry(
                elementType: elementType,
                shape: shape,
                bytes: (dataStart + offsets[0])..<(dataStart + offsets[1])
            )
        }
    }
}

/// The size of an element of each type the format knows.
private let bitCounts: [String: Int] = [
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8,
    "F8_E5M2FNUZ": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "I16": 16, "U16": 16, "F16": 16,
    "BF16": 16, "I32": 32, "U32": 32, "F32": 32, "F64": 64, "I64": 64, "U64": 64, "C64": 64,
]

/// The bytes of a tensor; nil when the product overflows or is not whole bytes.
private func byteCount(shape: [Int], bitsPerElement: Int) -> Int? {
    var bits = bitsPerElement
    for length in shape {
        let (product, overflow) = bits.multipliedReportingOverflow(by: length)
        if overflow { return nil }
        bits = product
    }
    return bits.isMultiple(of: 8) ? bits / 8 : nil
}
