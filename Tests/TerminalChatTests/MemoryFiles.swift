import Synchronization
import TerminalChat

/// Files in memory, some of which cannot be read or written.
final class MemoryFiles: ChatFiles {
    private let contents = Mutex<[String: [UInt8]]>([:])
    private let brokenPaths: Set<String>

    init(_ contents: [String: String] = [:], broken: Set<String> = []) {
        brokenPaths = broken
        self.contents.withLock { $0 = contents.mapValues { Array($0.utf8) } }
    }

    func text(_ path: String) -> String? {
        contents.withLock { $0[path] }.map { String(decoding: $0, as: UTF8.self) }
    }

    func put(_ bytes: [UInt8], at path: String) { contents.withLock { $0[path] = bytes } }

    func read(_ path: String) throws(ChatFileError) -> [UInt8]? {
        if brokenPaths.contains(path) { throw ChatFileError("'\(path)' cannot be read.") }
        return contents.withLock { $0[path] }
    }

    func write(_ bytes: [UInt8], to path: String) throws(ChatFileError) {
        if brokenPaths.contains(path) { throw ChatFileError("'\(path)' cannot be written.") }
        put(bytes, at: path)
    }
}
