/// The tokens of a model as bytes, arranged for finding which of them a grammar allows.
///
/// Built once per model: sorting 128,000 tokens takes some tenths of a second.
public final class TokenVocabulary: Sendable {
    /// One token.
    public struct Entry: Hashable, Sendable {
        /// What the token adds to the text; empty for ids without a token.
        public var bytes: [UInt8]
        /// Whether it is a control token: it never matches text, only its name.
        public var isSpecial: Bool
        /// What a control token is called, such as `<|im_end|>`; nil for others.
        public var name: String?

        /// Makes an entry.
        public init(bytes: [UInt8], isSpecial: Bool = false, name: String? = nil) {
            self.bytes = bytes
            self.isSpecial = isSpecial
            self.name = name
        }
    }

    /// How many ids there are; ids from here on, which logits may have, are never allowed.
    public var tokenCount: Int { entries.count }
    /// The control tokens that end an answer.
    public let endTokenIDs: Set<Int32>

    let entries: [Entry]
    let tree: TokenTree
    private let specialIDs: [String: Int32]

    /// Arranges the tokens of a vocabulary; the id of a token is its index.
    ///
    /// - Parameters:
    ///   - tokens: one entry per id.
    ///   - endTokenIDs: what ends an answer; allowed where the grammar is complete, and never as
    ///     text, whether their entries are marked as special or not.
    public init(tokens: [Entry], endTokenIDs: Set<Int32>) {
        entries = tokens
        self.endTokenIDs = endTokenIDs.filter { $0 >= 0 && Int($0) < tokens.count }
        var names: [String: Int32] = [:]
        for (index, entry) in tokens.enumerated() where entry.isSpecial {
            let name = entry.name ?? String(decoding: entry.bytes, as: UTF8.self)
            if names[name] == nil { names[name] = Int32(index) }
        }
        specialIDs = names
        tree = TokenTree(tokens, excluding: endTokenIDs)
    }

    /// Arranges tokens that are given as bytes.
    public convenience init(
        bytes: [[UInt8]],
        special: Set<Int32>,
        names: [Int32: String] = [:],
        endTokenIDs: Set<Int32>
    ) {
        let tokens = bytes.enumerated().map { index, bytes in
            let id = Int32(index)
            return Entry(bytes: bytes, isSpecial: special.contains(id), name: names[id])
        }
        self.init(tokens: tokens, endTokenIDs: endTokenIDs)
    }

    /// The id of a control token by its name.
    public func specialTokenID(named name: String) -> Int32? { specialIDs[name] }

    /// The bytes of a token; empty for ids out of range.
    public func bytes(of id: Int32) -> [UInt8] {
        id >= 0 && Int(id) < entries.count ? entries[Int(id)].bytes : []
    }

    /// Whether a token is matched by its bytes.
    func isText(_ id: Int32) -> Bool {
        id >= 0 && Int(id) < entries.count && !entries[Int(id)].isSpecial
            && !endTokenIDs.contains(id) && !entries[Int(id)].bytes.isEmpty
    }
}
