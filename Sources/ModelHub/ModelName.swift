/// The name of a model on a hub: `ORG/NAME` or `ORG/NAME@REVISION`; a few are `NAME` alone.
///
/// Made of a few characters only, so that no part of it can lead out of a folder or of a URL's
/// path.
public struct ModelName: Sendable, Hashable, CustomStringConvertible {
    /// Whose model it is; nil of the few that belong to no organisation.
    public let owner: String?
    /// The model's own name.
    public let name: String
    /// A branch, a tag or a commit.
    public let revision: String

    /// Names of models that come with Martlet: no hub is asked for them.
    public static let reserved: Set<String> = ["martlet-mini"]

    /// Reads a name as people type it.
    ///
    /// - Parameter text: without `@REVISION` the revision is `main`.
    /// - Throws: ``HubError/invalidName(_:)`` or ``HubError/reservedName(_:)``.
    public init(_ text: String) throws(HubError) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        let revision = parts.count == 2 ? String(parts[1]) : "main"
        guard (1...2).contains(path.count), path.allSatisfy({ Self.isRepositoryPart($0) }),
            Self.isRevision(revision)
        else { throw .invalidName(text) }
        owner = path.count == 2 ? String(path[0]) : nil
        name = String(path[path.count - 1])
        self.revision = revision
        // Hubs do not tell capital letters from small ones.
        if owner == nil, Self.reserved.contains(name.lowercased()) {
            throw .reservedName(name.lowercased())
        }
    }

    /// Owner and name, without the revision.
    public var path: String { owner.map { "\($0)/\(name)" } ?? name }

    /// As it is typed; `@main` is left out.
    public var description: String { revision == "main" ? path : "\(path)@\(revision)" }

    // MARK: - In the cache

    /// The model's folder in the cache.
    package var folderName: String { "models--" + (owner.map { "\($0)--\(name)" } ?? name) }

    /// The model that a folder of the cache belongs to, nil if it belongs to none.
    init?(folderName: String) {
        let prefix = "models--"
        guard folderName.hasPrefix(prefix) else { return nil }
        var text = String(folderName.dropFirst(prefix.count))
        // No part of a name has two hyphens in a row, so this is where the parts meet.
        if let split = text.firstRange(of: "--") { text.replaceSubrange(split, with: "/") }
        guard let name = try? ModelName(text) else { return nil }
        self = name
    }

    // MARK: - Slips

    /// Those of other names that this one may have been meant for, the closest first.
    func closest(among others: [String]) -> [String] {
        let typed = path.lowercased()
        let limit = max(2, typed.utf8.count / 4)
        let near = others.compactMap { other -> (distance: Int, name: String)? in
            let text = other.lowercased()
            let ownName = text.split(separator: "/").last.map(String.init) ?? text
            // An organisation that was left out, or is another, is a small slip.
            let distance = min(
                editDistance(typed, text),
                editDistance(name.lowercased(), ownName) + 1
            )
            return distance <= limit ? (distance, other) : nil
        }
        return near.sorted { $0 < $1 }.prefix(3).map(\.name)
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

/// How many letters have to be added, left out or changed to make one text of another.
private func editDistance(_ first: String, _ second: String) -> Int {
    let second = Array(second.utf8)
    var row = Array(0...second.count)
    for (line, letter) in first.utf8.enumerated() {
        var diagonal = row[0]
        row[0] = line + 1
        for column in second.indices {
            let changed = diagonal + (letter == second[column] ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(changed, diagonal + 1, row[column] + 1)
        }
    }
    return row[second.count]
}
