public import Compute
import FoundationEssentials

/// The weights of a model folder: one `model.safetensors`, or shards and their index.
///
/// Reads into one buffer that grows to the largest slice asked for. Not for several threads at
/// once.
public final class SafetensorsFolder: WeightSource {
    private static let singleName = "model.safetensors"
    private static let indexName = "model.safetensors.index.json"
    private static let shardLimit = 1000

    private let folder: String
    private var locations: [[UInt8]: Location] = [:]
    private var staging: [UInt8] = []
    /// The weight files and their index.
    public private(set) var filePaths: [String] = []

    private struct Location {
        let file: FileBytes
        let entry: SafetensorsHeader.Entry
    }

    /// Opens the files of a folder and checks their heads; no weights are read yet.
    public init(folder: String) throws(CheckpointError) {
        self.folder = folder
        let manager = FileManager.default
        // With both there, transformers takes the single file too.
        if manager.fileExists(atPath: folder + "/" + Self.singleName) {
            let (file, header) = try open(Self.singleName)
            locations = header.tensors.mapValues { Location(file: file, entry: $0) }
        } else if manager.fileExists(atPath: folder + "/" + Self.indexName) {
            try openShards()
        } else {
            throw .fileMissing(path: folder + "/" + Self.singleName, advice: advice())
        }
    }

    /// The type of the first floating-point tensor in the order of names, nil when there is none.
    public var storedType: ElementType? {
        locations.sorted { $0.key.lexicographicallyPrecedes($1.key) }.lazy
            .compactMap { elementTypes[$0.value.entry.elementType] }.first
    }

    /// The names of all tensors, in no order.
    public var tensorNames: [String] {
        locations.keys.map { String(decoding: $0, as: UTF8.self) }
    }

    /// A tensor of any type and shape; nil when it is in no file.
    func storedTensor(named name: String) -> StoredTensor? {
        locations[Array(name.utf8)].map { location in
            StoredTensor(name: name, file: location.file, entry: location.entry)
        }
    }

    /// A tensor of any type that should have a shape, which is not checked here.
    func requiredTensor(
        named name: String,
        expectedShape: [Int]
    ) throws(CheckpointError) -> StoredTensor {
        guard let tensor = storedTensor(named: name) else {
            throw .missingTensor(folder: folder, name: name, expectedShape: expectedShape)
        }
        return tensor
    }

    /// Finds a tensor in the files' heads.
    public func tensor(named name: String, shape: [Int]) throws(CheckpointError) -> WeightTensor {
        guard let location = locations[Array(name.utf8)] else {
            throw .missingTensor(folder: folder, name: name, expectedShape: shape)
        }
        let (path, entry) = (location.file.path, location.entry)
        guard let elementType = elementTypes[entry.elementType] else {
            throw .unsupportedElementType(file: path, name: name, found: entry.elementType)
        }
        guard entry.shape == shape else {
            throw .misshapenTensor(file: path, name: name, expected: shape, found: entry.shape)
        }
        return WeightTensor(name: name, shape: shape, elementType: elementType)
    }

    /// Reads rows from the file and lends them.
    public func withRows(
        of tensor: WeightTensor,
        _ rows: Range<Int>,
        _ body: (RawSpan) throws -> Void
    ) throws {
        precondition(
            rows.lowerBound >= 0 && rows.upperBound <= tensor.rowCount,
            "rows outside the tensor"
        )
        guard let location = locations[Array(tensor.name.utf8)] else {
            preconditionFailure("a tensor of another source")
        }
        let byteCount = rows.count * tensor.rowByteCount
        let offset = location.entry.bytes.lowerBound + rows.lowerBound * tensor.rowByteCount
        precondition(offset + byteCount <= location.entry.bytes.upperBound, "rows outside the data")
        // Taken out for the time of the call, so that `body` may itself ask for rows.
        var buffer: [UInt8] = []
        swap(&buffer, &staging)
        defer { swap(&buffer, &staging) }
        if buffer.count < byteCount { buffer = [UInt8](repeating: 0, count: byteCount) }
        try location.file.read(at: offset, count: byteCount, into: &buffer)
        try buffer.withBytes(0..<byteCount, body)
    }

    /// Has the system read the rows' bytes meanwhile.
    public func prefetch(_ tensor: WeightTensor, _ rows: Range<Int>) {
        guard let location = locations[Array(tensor.name.utf8)] else { return }
        let start = location.entry.bytes.lowerBound + rows.lowerBound * tensor.rowByteCount
        location.file.prefetch(start..<(start + rows.count * tensor.rowByteCount))
    }

    // MARK: - Opening

    private func open(_ name: String) throws(CheckpointError) -> (FileBytes, SafetensorsHeader) {
        let file = try FileBytes(path: folder + "/" + name)
        filePaths.append(file.path)
        return (file, try SafetensorsHeader(reading: file))
    }

    private func openShards() throws(CheckpointError) {
        let path = folder + "/" + Self.indexName
        let text = try FileBytes(path: path).readAll(limit: SafetensorsHeader.byteLimit)
        filePaths.append(path)
        let index = try SafetensorsIndex(parsing: text, file: path)
        let shards = Set(index.shards.values)
        guard shards.count <= Self.shardLimit else {
            throw .invalidHeader(
                file: path,
                problem: "it names more than \(Self.shardLimit) files"
            )
        }
        var opened: [String: (FileBytes, SafetensorsHeader)] = [:]
        for shard in shards.sorted() {
            guard FileManager.default.fileExists(atPath: folder + "/" + shard) else {
                throw .fileMissing(
                    path: folder + "/" + shard,
                    advice: "\(Self.indexName) names it: download all files of the model."
                )
            }
            opened[shard] = try open(shard)
        }
        for (name, shard) in index.shards {
            guard let (file, header) = opened[shard], let entry = header.tensors[name] else {
                throw .invalidTensor(
                    file: folder + "/" + shard,
                    name: String(decoding: name, as: UTF8.self),
                    problem: "it should be in this file after \(Self.indexName), but is not"
                )
            }
            locations[name] = Location(file: file, entry: entry)
        }
    }

    /// What to do about a folder without safetensors, after what is in it.
    private func advice() -> String {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let others = names.sorted().filter { name in
            [".bin", ".gguf", ".pt", ".pth", ".safetensors"].contains { name.hasSuffix($0) }
        }
        let found = others.isEmpty ? "" : " The folder has \(quoted(others[0])), which is not read."
        return "Download the model's safetensors files, or use load format dummy to try the "
            + "engine with random weights." + found
    }
}

/// `model.safetensors.index.json`: which file holds which tensor.
package struct SafetensorsIndex {
    /// File names by the bytes of tensor names.
    package private(set) var shards: [[UInt8]: String] = [:]

    /// Reads the index, named `file` in errors; names outside of the folder are refused.
    package init(parsing text: [UInt8], file: String) throws(CheckpointError) {
        var reader = JSONReader(text, file: file, depthLimit: 16)
        var shards: [[UInt8]: String] = [:]
        var hasMap = false
        try reader.object { (reader, key) throws(CheckpointError) in
            guard key.elementsEqual("weight_map".utf8) else { return try reader.skip() }
            if hasMap { throw reader.problem("'weight_map' appears twice") }
            hasMap = true
            try reader.object { (reader, name) throws(CheckpointError) in
                let shard = String(decoding: try reader.string(), as: UTF8.self)
                guard isPlainFileName(shard) else {
                    throw reader.problem(
                        "\(quoted(shard)) is not the plain name of a .safetensors file"
                    )
                }
                guard shards.updateValue(shard, forKey: name) == nil else {
                    throw reader.problem("a tensor is listed twice")
                }
                guard shards.count <= SafetensorsHeader.tensorLimit else {
                    throw reader.problem("more than \(SafetensorsHeader.tensorLimit) tensors")
                }
            }
        }
        try reader.end()
        guard hasMap else { throw reader.problem("'weight_map' is missing") }
        self.shards = shards
    }
}

/// Whether a name from an index stays in its folder: no separators, nothing hidden, ASCII.
private func isPlainFileName(_ name: String) -> Bool {
    let allowed = name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
    return allowed && !name.hasPrefix(".") && name.hasSuffix(".safetensors")
        && name.utf8.count <= 255
}

/// The types of the format that the engine reads, by their names in the file.
let elementTypes: [String: ElementType] = [
    "F32": .float32, "F16": .float16, "BF16": .bfloat16,
]
