/// The text tokens of a vocabulary as a tree of bytes, in the order of a walk through it.
///
/// Node `i` has the byte by which it is reached; its descendants are `i + 1..<end[i]`; the tokens
/// of all of them lie one after another in `tokens`.
struct TokenTree: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var ends: [Int32] = []
    /// How far a node lies below the root, from 0 for a first byte.
    private(set) var depths: [UInt16] = []
    /// Where a node's tokens begin in `tokens`; those of its descendants follow.
    private(set) var tokenStarts: [Int32] = []
    /// Token ids in the order of their bytes.
    private(set) var tokens: [Int32] = []
    /// The most scalars that any token adds below a node, where all of them are plain and whole;
    /// ``notPlain`` elsewhere.
    private(set) var plainLengths: [UInt8] = []
    /// The most bytes of a token.
    private(set) var longestToken = 0

    static let notPlain: UInt8 = 255

    init(_ entries: [TokenVocabulary.Entry], excluding ids: Set<Int32>) {
        var order = entries.indices.filter {
            !entries[$0].isSpecial && !entries[$0].bytes.isEmpty && !ids.contains(Int32($0))
                && entries[$0].bytes.count < Int(UInt16.max)
        }
        order.sort { entries[$0].bytes.lexicographicallyPrecedes(entries[$1].bytes) }
        var open: [Int] = []
        var current: [UInt8] = []
        for index in order {
            let word = entries[index].bytes
            let shared = zip(current, word).prefix { $0 == $1 }.count
            while open.count > shared, let node = open.popLast() { ends[node] = Int32(bytes.count) }
            for byte in word[shared...] {
                depths.append(UInt16(open.count))
                open.append(bytes.count)
                bytes.append(byte)
                ends.append(0)
                tokenStarts.append(Int32(tokens.count))
            }
            tokens.append(Int32(index))
            current = word
            longestToken = max(longestToken, word.count)
        }
        while let node = open.popLast() { ends[node] = Int32(bytes.count) }
        tokenStarts.append(Int32(tokens.count))
        findPlainLengths()
    }

    var nodeCount: Int { bytes.count }

    /// The tokens that end at a node itself.
    func ownTokens(of node: Int) -> Range<Int> {
        Int(tokenStarts[node])..<Int(tokenStarts[node + 1])
    }

    /// The tokens at a node and below it.
    func allTokens(below node: Int) -> Range<Int> {
        Int(tokenStarts[node])..<Int(tokenStarts[Int(ends[node])])
    }

    // MARK: - Plain parts

    private static func plainState(_ state: UInt8, _ byte: UInt8) -> UInt8? {
        if byte < 0x80, !LazyAutomaton.isPlain(byte) { return nil }
        return UTF8Reader.step(state, byte)
    }

    private mutating func findPlainLengths() {
        // From the root down: the state of each node, where what leads there from some scalar's
        // start is well formed. A node is judged by what lies below it alone, so a byte that is
        // not plain only spoils the nodes above it.
        var states: [UInt8] = Array(repeating: 0, count: nodeCount)
        var isSound = Array(repeating: true, count: nodeCount)
        var path: [Int] = []
        plainLengths = Array(repeating: 0, count: nodeCount)
        for node in 0..<nodeCount {
            path.removeLast(path.count - Int(depths[node]))
            let parentState = path.last.map { states[$0] } ?? 0
            path.append(node)
            if let state = Self.plainState(parentState, bytes[node]) {
                states[node] = state
            } else {
                isSound[node] = false
            }
            // A token that ends within a scalar is not plain.
            if states[node] != 0, !ownTokens(of: node).isEmpty { isSound[node] = false }
        }
        var parents = Array(repeating: -1, count: nodeCount)
        path = []
        for node in 0..<nodeCount {
            path.removeLast(path.count - Int(depths[node]))
            parents[node] = path.last ?? -1
            path.append(node)
        }
        for node in (0..<nodeCount).reversed() {
            let parent = parents[node]
            guard parent >= 0 else { continue }
            let own = plainLengths[node]
            let ends = states[node] == 0
            if !isSound[node] || own == Self.notPlain || own > 250 {
                plainLengths[parent] = Self.notPlain
            } else if plainLengths[parent] != Self.notPlain {
                plainLengths[parent] = max(plainLengths[parent], own + (ends ? 1 : 0))
            }
        }
        // Only between scalars may a subtree be judged as a whole.
        for node in 0..<nodeCount where states[node] != 0 { plainLengths[node] = Self.notPlain }
    }
}
