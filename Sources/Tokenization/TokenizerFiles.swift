import FoundationEssentials

/// The files a tokenizer comes in.
enum TokenizerFiles {
    /// Larger files are refused; the largest known one has 34 MB.
    static let maximumByteCount = 256 << 20

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path)
    }

    static func read(_ path: String) throws(TokenizerError) -> [UInt8] {
        do {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            if let size = attributes[.size] as? UInt64, size > maximumByteCount {
                throw TokenizerError.unreadable(
                    path: path,
                    reason: "\(size) bytes, at most \(maximumByteCount) are read"
                )
            }
            return [UInt8](try Data(contentsOf: URL(filePath: path)))
        } catch let error as TokenizerError {
            throw error
        } catch {
            throw .unreadable(path: path, reason: "\(error)")
        }
    }
}
