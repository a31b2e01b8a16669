/// The keys clients may use.
package struct APIKeys: Sendable {
    /// The longest key there can be; longer ones are refused at start.
    package static let maxByteCount = 256
    /// A shorter key can be guessed; it is taken, with a warning.
    package static let minSafeByteCount = 16

    /// Each key with zeros after it, so that all are compared over the same width.
    private let keys: [PaddedKey]

    package init(_ keys: [String]) {
        self.keys = keys.filter { !$0.isEmpty }.map { PaddedKey($0) }
    }

    /// Whether requests need a key at all.
    package var isEmpty: Bool { keys.isEmpty }

    /// Which key a request carries; nil for none of ours.
    ///
    /// - Parameters:
    ///   - authorization: the header `Authorization`, with the scheme `Bearer`.
    ///   - apiKey: the header `X-Api-Key`, which Anthropic's clients send.
    /// - Returns: its place in the list the keys were given as.
    package func index(authorization: String?, apiKey: String?) -> Int? {
        let bearer = index(of: Self.bearerToken(authorization ?? ""))
        let plain = index(of: apiKey ?? "")
        return bearer ?? plain
    }

    /// Which of the keys this is.
    ///
    /// Every byte of the full width of every key is looked at whatever the client sent: the time
    /// taken depends on what the client sent and on how many keys there are, not on how long they
    /// are nor on where the first difference lies.
    private func index(of text: String) -> Int? {
        let given = PaddedKey(text)
        var found: Int?
        for (index, key) in keys.enumerated() where key.isSame(as: given) { found = index }
        return found
    }

    private static func bearerToken(_ header: String) -> String {
        let scheme = "bearer "
        guard header.prefix(scheme.count).lowercased() == scheme else { return "" }
        return String(header.dropFirst(scheme.count).drop { $0 == " " })
    }

    /// What is wrong with a key that no header could carry; nil if nothing is.
    package static func fault(of key: String) -> String? {
        guard !key.isEmpty else { return "is empty" }
        guard key.utf8.count <= maxByteCount else { return "has more than \(maxByteCount) bytes" }
        let isVisible = key.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        return isVisible ? nil : "has a character other than visible ASCII"
    }
}

extension APIKeys: CustomStringConvertible, CustomDebugStringConvertible {
    /// How many there are.
    package var description: String { "\(keys.count) keys" }

    package var debugDescription: String { description }
}

/// A text of at most ``APIKeys/maxByteCount`` bytes in a fixed width.
private struct PaddedKey: Sendable {
    private let bytes: [UInt8]
    private let byteCount: Int

    init(_ text: String) {
        let utf8 = text.utf8
        byteCount = utf8.count
        var bytes = Array(utf8.prefix(APIKeys.maxByteCount))
        bytes += repeatElement(0, count: APIKeys.maxByteCount - bytes.count)
        self.bytes = bytes
    }

    func isSame(as other: PaddedKey) -> Bool {
        var difference = byteCount ^ other.byteCount
        for (mine, theirs) in zip(bytes, other.bytes) { difference |= Int(mine ^ theirs) }
        return difference == 0
    }
}
