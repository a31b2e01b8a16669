import FoundationEssentials

/// A folder of its own for a test, removed when this value goes away.
package final class TemporaryFolder: Sendable {
    /// The path of the folder.
    package let path: String

    /// Makes an empty folder.
    package init() throws {
        let parent = FileManager.default.temporaryDirectory.path
        path = parent + "/martlet-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file into the folder and returns its path.
    @discardableResult
    package func write(_ bytes: [UInt8], as name: String) throws -> String {
        let file = path + "/" + name
        try Data(bytes).write(to: URL(filePath: file))
        return file
    }

    /// Writes text as a file into the folder and returns its path.
    @discardableResult
    package func write(_ text: String, as name: String) throws -> String {
        try write(Array(text.utf8), as: name)
    }
}
