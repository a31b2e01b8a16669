import FoundationEssentials

/// Where the golden test data lies, if this machine has it.
package enum TestData {
    /// The package's root folder, found from this file's place.
    package static let packageRoot: String = {
        let file = #filePath
        return file.components(separatedBy: "/").dropLast(3).joined(separator: "/")
    }()

    /// The folder named by `MARTLET_TESTDATA`, or `../shared/testdata` beside the checkout.
    ///
    /// Nil when there is none.
    package static let folder: String? = {
        let named = ProcessInfo.processInfo.environment["MARTLET_TESTDATA"]
        let path = named ?? packageRoot + "/../shared/testdata"
        return isFolder(path) ? path : nil
    }()

    /// True when golden data is there; suites that need it are enabled by this.
    package static var isPresent: Bool { folder != nil }

    /// The names inside a folder of the test data, sorted; empty when the folder is absent.
    package static func names(in subfolder: String) -> [String] {
        guard let folder else { return [] }
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder + "/" + subfolder)
        return (names ?? []).sorted()
    }

    /// The path of something inside the test data; the empty string when the data is absent.
    package static func path(_ relative: String) -> String {
        folder.map { $0 + "/" + relative } ?? ""
    }

    /// Whether `path` is a folder.
    package static func isFolder(_ path: String) -> Bool {
        var isDirectory = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            && isDirectory
    }

    /// Whether `path` is there at all.
    package static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path)
    }

    /// The bytes of a file.
    package static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path)))
    }
}
