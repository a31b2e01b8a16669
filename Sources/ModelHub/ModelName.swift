/// The name of a model on a hub: `ORG/NAME`, or `ORG/NAME@REVISION`.
///
/// Made of a few characters only, so that no part of it can lead out of a folder or of a URL's
/// path.
public struct ModelName: Sendable, Hashable, CustomStringConvertible {
    /// Whose model it is.
    public let owner: String
    /// The model's own name.
    public let name: String
    /// A branch, a tag or a commit.
    public let revision: String

    /// Reads a name as people type it.
    ///
    /// - Parameter text: without `@REVISION` the revision is `main`.
    /// - Throws: ``HubError/invalidName(_:)``.
    public init(_ text: String) throws(HubError) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        let revision = parts.count == 2 ? String(parts[1]) : "main"
        guard path.count == 2, path.allSatisfy({ Self.isRepositoryPart($0) }),
            Self.isRevision(revision)
        else { throw .invalidName(text) }
        owner = String(path[0])
        name = String(path[1])
        self.revision = revision
    }

    /// Owner and name, without the revision.
    public var path: String { "\(owner)/\(name)" }

    /// As it is typed; `@main` is left out.
    public var description: String { revision == "main" ? path : "\(path)@\(revision)" }

    // MARK: - In the cache

    /// The model's folder in the cache.
    package var folderName: String { "models--\(owner)--\(name)" }

    /// The model that a folder of the cache belongs to, nil if it belongs to none.
    init?(folderName: String, revision: String = "main") {
        let prefix = "models--"
        guard folderName.hasPrefix(prefix),
            let split = folderName.dropFirst(prefix.count).firstRange(of: "--")
        else { return nil }
        let owner = folderName[..<split.lowerBound].dropFirst(prefix.count)
        let text = "\(owner)/\(folderName[split.upperBound...])@\(revision)"
        guard let name = try? ModelName(text) else { return nil }
        self = name
    }

    // MARK: - Characters

    /// Two hyphens in a row separate the parts of a folder's name, so no part may have them.
    private static func isRepositoryPart(_ text: Substring) -> Bool {
        isPlain(text, limit: 96) && !text.contains("--")
    }

    private static func isRevision(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return text.utf8.count <= 200 && parts.count <= 5
            && parts.allSatisfy { isPlain($0, limit: 100) }
    }

    private static func isPlain(_ text: Substring, limit: Int) -> Bool {
        guard (1...limit).contains(text.utf8.count), let first = text.utf8.first,
            let last = text.utf8.last
        else { return false }
        let isAllowed = text.utf8.allSatisfy { byte in
            isWord(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
        }
        return isAllowed && isWord(first) && last != UInt8(ascii: ".") && !text.contains("..")
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
