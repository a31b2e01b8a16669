import FoundationEssentials

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Why a file could not be read or written.
public struct ChatFileError: Error, Sendable, Equatable {
    /// Which file, and what is wrong with it.
    public var message: String

    /// Makes an error.
    public init(_ message: String) { self.message = message }
}

/// Where conversations and the history are kept; tests have one without a disk.
public protocol ChatFiles: Sendable {
    /// The whole of a file; nil if there is none.
    func read(_ path: String) throws(ChatFileError) -> [UInt8]?

    /// Writes a file that its owner alone can read; folders that are missing are made.
    func write(_ bytes: [UInt8], to path: String) throws(ChatFileError)
}

/// The files of the disk.
public struct DiskFiles: ChatFiles {
    /// No conversation is larger.
    private static let longestFile = 64 << 20

    /// Makes a value without state.
    public init() {}

    /// Reads a file of at most 64 MiB.
    public func read(_ path: String) throws(ChatFileError) -> [UInt8]? {
        let path = Self.expanded(path)
        let manager = FileManager.default
        guard manager.fileExists(atPath: path) else { return nil }
        // A pipe would be waited for, perhaps forever.
        guard let attributes = try? manager.attributesOfItem(atPath: Self.resolved(path)),
            attributes[.type] as? FileAttributeType ?? .typeRegular == .typeRegular
        else { throw ChatFileError("'\(path)' is no file that can be read.") }
        let byteCount = Self.number(attributes[.size])
        guard byteCount <= Self.longestFile else {
            throw ChatFileError("'\(path)' has \(byteCount) bytes, more than any conversation.")
        }
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw ChatFileError("'\(path)' cannot be read.")
        }
        return Array(data)
    }

    /// Writes a file that is there as a whole or not at all.
    public func write(_ bytes: [UInt8], to path: String) throws(ChatFileError) {
        let path = Self.resolved(Self.expanded(path))
        let manager = FileManager.default
        do {
            let parent = URL(filePath: path).deletingLastPathComponent().path
            if !parent.isEmpty, !manager.fileExists(atPath: parent) {
                try manager.createDirectory(
                    atPath: parent,
                    withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700]
                )
            }
            // So that the file is its owner's alone from its first moment on.
            let mask = umask(0o077)
            defer { _ = umask(mask) }
            try Data(bytes).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw ChatFileError("'\(path)' cannot be written.")
        }
    }

    /// A number among attributes, whose type depends on which Foundation made them.
    private static func number(_ value: Any?) -> Int {
        switch value {
        case let count as UInt64: Int(clamping: count)
        case let count as Int: count
        case let count as Int64: Int(clamping: count)
        case let count as UInt: Int(clamping: count)
        default: 0
        }
    }

    private static func expanded(_ path: String) -> String {
        guard path.hasPrefix("~/") else { return path }
        return FileManager.default.homeDirectoryForCurrentUser.path + path.dropFirst()
    }

    /// Where a link leads, so that it stays one.
    private static func resolved(_ path: String) -> String {
        URL(filePath: path).resolvingSymlinksInPath().path
    }
}
