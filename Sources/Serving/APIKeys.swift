/// The keys clients may use.
struct APIKeys: Sendable {
    private let keys: [[UInt8]]

    init(_ keys: [String]) {
        self.keys = keys.map { Array($0.utf8) }
    }

    /// Whether requests need a key at all.
    var isEmpty: Bool { keys.isEmpty }

    /// Which key an `Authorization` header carries; nil for none of ours.
    ///
    /// Every byte of every key is looked at whatever the client sent, so that the time taken tells
    /// it nothing but lengths.
    func index(ofAuthorization header: String?) -> Int? {
        let given = Self.token(of: header ?? "")
        var found: Int?
        for (index, key) in keys.enumerated() {
            var difference = UInt8(key.count == given.count ? 0 : 1)
            for (position, byte) in key.enumerated() {
                difference |= byte ^ (position < given.count ? given[position] : ~byte)
            }
            if difference == 0, !key.isEmpty { found = index }
        }
        return found
    }

    private static func token(of header: String) -> [UInt8] {
        let scheme = "bearer "
        guard header.prefix(scheme.count).lowercased() == scheme else { return [] }
        return Array(header.dropFirst(scheme.count).utf8)
    }
}
