import ArgumentParser
import FoundationEssentials
import LoadTesting

/// Files that measurements read and write.
enum BenchFiles {
    static func read(_ path: String) throws -> String {
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw ValidationError("\(path) cannot be read as a text file: \(error)")
        }
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        try Data(bytes).write(to: URL(filePath: path))
        StandardError.write("wrote \(path)\n")
    }

    /// Writes a report where one is wanted.
    static func write(_ report: ReportValue, to path: String?) throws {
        if let path { try write(try report.json(), to: path) }
    }
}
