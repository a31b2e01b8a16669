/// What was asked before, in a file that only its owner can read.
///
/// Nothing here fails: a file that is broken or cannot be written is told once, as ``note``.
public struct History: Sendable {
    /// The most entries that are kept.
    public static let longest = 1000
    /// An entry with more bytes is a text rather than a question, and not kept.
    private static let longestEntry = 32 << 10

    /// The entries, oldest first.
    public private(set) var entries: [String] = []
    /// What is wrong with the file; told once.
    public private(set) var note: String?
    private let path: String?
    private let files: any ChatFiles

    /// Reads the history.
    ///
    /// - Parameters:
    ///   - path: nil keeps it in memory only.
    ///   - files: where the file is.
    public init(path: String?, files: any ChatFiles) {
        self.path = path
        self.files = files
        entries = read()
    }

    /// The usual place: `$XDG_STATE_HOME/martlet/history`, or below `~/.local/state`.
    ///
    /// - Returns: nil where there is no home either.
    public static func path(environment: [String: String]) -> String? {
        // A relative path is to be ignored, says the XDG specification.
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
            return state + "/martlet/history"
        }
        guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
        return home + "/.local/state/martlet/history"
    }

    /// Keeps an entry, unless it is the one before it once more.
    public mutating func add(_ entry: String) {
        guard entry.contains(where: { !$0.isWhitespace }), entry.utf8.count <= Self.longestEntry
        else { return }
        // Another conversation may have added to the file.
        var saved = path == nil ? entries : read()
        if saved.last != entry { saved.append(entry) }
        saved = Array(saved.suffix(Self.longest))
        if entries.last != entry { entries.append(entry) }
        entries = Array(entries.suffix(Self.longest))
        write(saved)
    }

    // MARK: - The file

    private mutating func read() -> [String] {
        guard let path, note == nil else { return entries }
        do throws(ChatFileError) {
            guard let bytes = try files.read(path) else { return [] }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw ChatFileError("'\(path)' is no text.")
            }
            let lines = text.utf8.split(separator: UInt8(ascii: "\n")).suffix(Self.longest)
            return lines.compactMap { String($0).map(Self.unescaped) }
        } catch {
            fail(error)
            return entries
        }
    }

    private mutating func write(_ saved: [String]) {
        guard let path, note == nil else { return }
        let text = saved.map { Self.escaped($0) + "\n" }.joined()
        do throws(ChatFileError) {
            try files.write(Array(text.utf8), to: path)
        } catch {
            fail(error)
        }
    }

    /// From now on the history is in memory only: a broken file is left for its owner to look at.
    private mutating func fail(_ error: ChatFileError) {
        note = "The history is not kept: \(error.message)"
    }

    /// An entry on one line.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func unescaped(_ line: String) -> String {
        var result = ""
        var isEscaped = false
        for scalar in line.unicodeScalars {
            if isEscaped {
                let meaning: [Unicode.Scalar: Unicode.Scalar] = ["n": "\n", "r": "\r"]
                result.unicodeScalars.append(meaning[scalar] ?? scalar)
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
