import FoundationEssentials

/// A model in the GGUF format: one file, or the parts it was split into.
struct GGUFFiles {
    private static let partLimit = 1000

    /// The path of the first file.
    let path: String
    /// The metadata of the first file.
    let metadata: GGUFMetadata
    /// The paths of all files.
    private(set) var paths: [String]
    private var tensors: [[UInt8]: Location] = [:]

    /// A tensor and the file it lies in.
    struct Location {
        let file: FileBytes
        let entry: GGUFHead.Entry
    }

    /// Opens the file at a path, and the other parts if it is the first of several.
    init(path: String) throws(CheckpointError) {
        self.path = path
        paths = [path]
        let file = try FileBytes(path: path)
        let head = try GGUFHead(reading: file)
        metadata = head.metadata
        tensors = head.tensors.mapValues { Location(file: file, entry: $0) }
        let key = "split.count"
        let partCount = try metadata.integer(key, in: 0...Self.partLimit) ?? 1
        guard partCount > 1 else { return }
        let firstEnding = Self.ending(of: 1, count: partCount)
        guard try Self.number(metadata) == 0, path.hasSuffix(firstEnding) else {
            throw .unsupportedGGUF(
                file: path,
                found: "a part of a model that was split into \(partCount) files",
                advice: "Give the first part, whose name ends with \(quoted(firstEnding))."
            )
        }
        let stem = path.dropLast(firstEnding.utf8.count)
        for part in 2...partCount {
            try addPart(stem + Self.ending(of: part, count: partCount), part, of: partCount)
        }
    }

    /// The tensor of a name in the file.
    func location(_ name: String) -> Location? { tensors[Array(name.utf8)] }

    /// All tensors and their names.
    var entries: [(name: String, entry: GGUFHead.Entry)] {
        tensors.map { (String(decoding: $0.key, as: UTF8.self), $0.value.entry) }
    }

    // MARK: - Finding files

    /// The path of the file that makes a folder a GGUF model; nil for other models.
    ///
    /// That is a path of a `.gguf` file itself, or of a folder with one of those and no
    /// config.json.
    static func path(of model: String) -> String? {
        let manager = FileManager.default
        var isFolder = false
        guard manager.fileExists(atPath: model, isDirectory: &isFolder) else { return nil }
        if !isFolder { return model.hasSuffix(".gguf") ? model : nil }
        guard !manager.fileExists(atPath: model + "/config.json") else { return nil }
        let firsts = names(in: model).filter { !isLaterPart($0) }
        return firsts.count == 1 ? model + "/" + firsts[0] : nil
    }

    /// Whether a folder has GGUF files.
    static func areIn(_ folder: String) -> Bool { !names(in: folder).isEmpty }

    private static func names(in folder: String) -> [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return all.filter { $0.hasSuffix(".gguf") }
    }

    /// Whether a name ends as that of a second or later part does: `-00002-of-00003.gguf`.
    private static func isLaterPart(_ name: String) -> Bool {
        let parts = name.dropLast(5).split(separator: "-")
        guard parts.count > 3, parts[parts.count - 2] == "of", parts[parts.count - 1].count == 5,
            parts[parts.count - 3].count == 5, let number = Int(parts[parts.count - 3])
        else { return false }
        return number > 1
    }

    private static func ending(of part: Int, count: Int) -> String {
        "-\(fiveDigits(part))-of-\(fiveDigits(count)).gguf"
    }

    private static func fiveDigits(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }

    /// The number of a part, from 0 on.
    private static func number(_ metadata: GGUFMetadata) throws(CheckpointError) -> Int {
        try metadata.integer("split.no", in: 0...partLimit) ?? 0
    }

    private mutating func addPart(
        _ path: String,
        _ part: Int,
        of partCount: Int
    ) throws(CheckpointError) {
        guard FileManager.default.fileExists(atPath: path) else {
            throw .fileMissing(
                path: path,
                advice: "The model was split into \(partCount) files: download all of them."
            )
        }
        let file = try FileBytes(path: path)
        paths.append(path)
        let head = try GGUFHead(reading: file)
        let count = try head.metadata.integer("split.count", in: 0...Self.partLimit)
        guard count == partCount, try Self.number(head.metadata) == part - 1 else {
            throw .invalidGGUF(
                file: path,
                problem: "its metadata do not call it part \(part) of \(partCount)"
            )
        }
        for (name, entry) in head.tensors {
            let location = Location(file: file, entry: entry)
            guard tensors.updateValue(location, forKey: name) == nil else {
                throw .invalidTensor(
                    file: path,
                    name: String(decoding: name, as: UTF8.self),
                    problem: "an earlier part of the model has it too"
                )
            }
        }
    }
}
