import Checkpoints
import Compute
import FoundationEssentials

/// Keeps a model's packed weights in a file, so that the next start need not make them.
///
/// The file belongs to one model folder and one way of making weights. It is used if it was made of
/// files with the same content; that is known without reading them as long as nobody touched them.
/// What is wrong with it is a notice: then the weights are made from the checkpoint, and the file
/// is made anew.
public final class WeightCache {
    /// What became of the file.
    public enum Outcome: Sendable, Equatable {
        /// The weights were made from the checkpoint and not kept.
        case unused
        /// All weights came from the file.
        case read(path: String)
        /// The weights were made from the checkpoint and kept.
        case written(path: String, byteCount: Int)
    }

    /// What became of the file; settled when the model is loaded.
    public private(set) var outcome = Outcome.unused
    /// What an operator may want to know, a sentence each.
    public private(set) var notices: [String] = []

    private let folder: String
    private let model: String
    private let sourcePaths: [String]
    private let variant: String
    private var sources: SourceFiles?
    private var sourceHash: ContentHash?
    private var layout: PackedWeightsLayout?
    private var path = ""
    private var file: PackedWeightsFile?
    private var isWhole = false
    private var kept: [String: Piece] = [:]

    private enum Piece {
        case matrix(Matrix)
        case vector([Float])
    }

    /// Names a place.
    ///
    /// - Parameters:
    ///   - folder: where the files of all models are; made when it is needed.
    ///   - model: the path of the model's folder or file.
    ///   - sourcePaths: all files that decide about the weights. They must be open for reading only
    ///     after this is called.
    ///   - variant: what else decides about the weights, such as how they are rounded.
    public init(folder: String, model: String, sourcePaths: [String], variant: String) {
        self.folder = folder
        self.model = URL(filePath: model).resolvingSymlinksInPath().path
        self.sourcePaths = sourcePaths
        self.variant = variant
        // A file that cannot be opened here is told about where it is read.
        sources = try? SourceFiles(paths: sourcePaths)
    }

    // MARK: - Reading

    func open(_ matrices: [ResolvedMatrix], _ vectors: [VectorRecipe], on device: any Device) {
        let entries = matrices.map(\.cacheEntry) + vectors.map(\.cacheEntry)
        let summary = "variant \(variant)\n"
        guard let sources, !sourcePaths.isEmpty,
            let layout = PackedWeightsLayout(summary: summary + sources.summary, entries: entries)
        else { return }
        self.layout = layout
        // Without the source files: when they change, the same file is made anew.
        let key = ContentHash(Array((model + "\n" + summary + entries.cacheKey).utf8))
        path = "\(folder)/\(model.fileStem)-\(key.hexadecimal).weights"
        do {
            let file = try PackedWeightsFile(path: path, layout: layout)
            if areSources(sources, of: file, on: device) {
                self.file = file
                isWhole = true
            } else {
                notices.append("'\(path)' is made anew: the model's files have changed.")
            }
        } catch .absent {
            // The first start.
        } catch {
            notices.append("\(error) It is made anew.")
        }
    }

    /// Whether a file was made of the sources: because nobody touched them since, or because they
    /// have the same content.
    private func areSources(
        _ sources: SourceFiles,
        of file: PackedWeightsFile,
        on device: any Device
    ) -> Bool {
        let note = PackedWeightsNote(path: path, sources: sources, sourceHash: file.sourceHash)
        if note.isWritten { return true }
        sourceHash = sources.contentHash(on: device)
        guard sourceHash == file.sourceHash else { return false }
        // Without it, the files are read again at the next start.
        try? note.write()
        return true
    }

    /// Fills a matrix from the file; false if it has to be made.
    func fill(_ matrix: Matrix, _ resolved: ResolvedMatrix, on device: any Device) -> Bool {
        guard let file else { return false }
        guard file.read(resolved.name, into: matrix, on: device) else {
            giveUp(file)
            return false
        }
        kept[resolved.name] = .matrix(matrix)
        return true
    }

    /// A vector from the file; nil if it has to be made.
    func elements(_ recipe: VectorRecipe) -> [Float]? {
        guard let file else { return nil }
        guard let elements = file.numbers(recipe.name, count: recipe.count) else {
            giveUp(file)
            return nil
        }
        kept[recipe.name] = .vector(elements)
        return elements
    }

    private func giveUp(_ file: PackedWeightsFile) {
        notices.append("'\(path)' is damaged. It is made anew.")
        self.file = nil
        isWhole = false
    }

    // MARK: - Writing

    func keep(_ matrix: Matrix, _ resolved: ResolvedMatrix) {
        kept[resolved.name] = .matrix(matrix)
    }

    func keep(_ elements: [Float], _ recipe: VectorRecipe) {
        kept[recipe.name] = .vector(elements)
    }

    /// Writes the file if it was not used, and lets go of all weights.
    func finish(on device: any Device) {
        defer { (kept, file) = ([:], nil) }
        guard let layout, let sources else { return }
        guard !isWhole else {
            outcome = .read(path: path)
            return
        }
        do {
            try write(layout, sources, on: device)
        } catch {
            notices.append("The packed weights are not kept: \(error)")
        }
    }

    private func write(
        _ layout: PackedWeightsLayout,
        _ sources: SourceFiles,
        on device: any Device
    ) throws(WeightCacheError) {
        let writer = try PackedWeightsWriter(path: path, layout: layout)
        for entry in layout.entries {
            switch kept[entry.name] {
            case .matrix(let matrix):
                try matrix.withPackedBytes { bytes throws(WeightCacheError) in
                    try writer.append(bytes)
                }
            case .vector(let elements):
                try writer.append(elements)
            case nil:
                preconditionFailure("a part of the model was not loaded")
            }
        }
        // After the weights were made of them, so that a change in between shows.
        guard let hash = sourceHash ?? sources.contentHash(on: device),
            sources == (try? SourceFiles(paths: sourcePaths))
        else {
            throw .unusable(path: path, reason: "the model's files changed while they were read")
        }
        try writer.finish(sourceHash: hash)
        try? PackedWeightsNote(path: path, sources: sources, sourceHash: hash).write()
        outcome = .written(path: path, byteCount: layout.byteCount)
    }
}

extension ResolvedMatrix {
    fileprivate var cacheEntry: PackedWeightsLayout.Entry {
        let order = columnOrder.map { order in
            let bytes = order.flatMap { column in
                (0..<4).map { UInt8(truncatingIfNeeded: column >> Int32(8 * $0)) }
            }
            return " columns \(ContentHash(bytes).hexadecimal)"
        }
        return PackedWeightsLayout.Entry(
            name: name,
            summary: "[\(rowCount), \(columnCount)] \(format.fullName)\(order ?? "")",
            byteCount: byteCount
        )
    }
}

extension VectorRecipe {
    fileprivate var cacheEntry: PackedWeightsLayout.Entry {
        PackedWeightsLayout.Entry(name: name, summary: "[\(count)] float32", byteCount: count * 4)
    }
}

extension [PackedWeightsLayout.Entry] {
    fileprivate var cacheKey: String { map { "\($0.name) \($0.summary)\n" }.joined() }
}

extension WeightFormat {
    /// All that there is to a format.
    fileprivate var fullName: String {
        switch self {
        case .float(let type): type.rawValue
        case .integer(let format):
            "int\(format.bitCount) groups \(format.groupSize) \(format.scaleType.rawValue) "
                + "\(format.offset) super \(format.superBlockGroupCount)"
        }
    }
}

extension ContentHash {
    fileprivate var hexadecimal: String {
        let digits = String(rawValue, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension String {
    /// The last part of a path, with nothing in it that a file's name had better not have.
    fileprivate var fileStem: String {
        let last = split(separator: "/").last ?? "model"
        let characters = last.unicodeScalars.prefix(100).map { scalar -> Character in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", ".", "-", "_": Character(scalar)
            default: "_"
            }
        }
        return String(characters)
    }
}
