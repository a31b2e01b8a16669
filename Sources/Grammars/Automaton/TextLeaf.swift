/// Reads free text, valid UTF-8, in which none of some strings occurs.
///
/// The strings are followed as Aho and Corasick do (1975): one state per prefix.
struct TextLeaf: Hashable, Sendable {
    /// The bytes that some string has; all others lead back to the start.
    private let letters: [UInt8]
    private let letterNumbers: [UInt8: Int]
    /// `state * letters.count + letter` to state; -1 where a string would be complete.
    private let table: [Int32]

    var byteCount: Int { table.count * 4 + 256 }

    init(excluding strings: [String], budget: CompileBudget, path: String) throws(GrammarError) {
        let words = strings.map { Array($0.utf8) }.filter { !$0.isEmpty }
        letters = Array(Set(words.joined())).sorted()
        letterNumbers = Dictionary(uniqueKeysWithValues: letters.enumerated().map { ($1, $0) })
        let width = letters.count
        var children = [Array(repeating: Int32(-1), count: width)]
        var isWord = [false]
        for word in words {
            var state = 0
            for byte in word {
                try budget.spend(1 + width, at: path)
                let letter = letterNumbers[byte] ?? 0
                if children[state][letter] < 0 {
                    children[state][letter] = Int32(children.count)
                    children.append(Array(repeating: Int32(-1), count: width))
                    isWord.append(false)
                    try budget.checkStates(children.count * max(width, 1) / 16, at: path)
                }
                state = Int(children[state][letter])
            }
            isWord[state] = true
        }
        // Breadth first: where a prefix does not go on, its longest proper suffix does.
        var suffix = Array(repeating: 0, count: children.count)
        var order = [0]
        var next = 0
        while next < order.count {
            let state = order[next]
            next += 1
            try budget.spend(1 + width, at: path)
            if isWord[suffix[state]] { isWord[state] = true }
            for letter in 0..<width {
                let child = Int(children[state][letter])
                let fallback = state == 0 ? 0 : Int(children[suffix[state]][letter])
                if child < 0 {
                    children[state][letter] = Int32(fallback)
                } else {
                    suffix[child] = state == 0 ? 0 : fallback
                    order.append(child)
                }
            }
        }
        table = children.flatMap { $0.map { isWord[Int($0)] ? -1 : $0 } }
    }

    // A state is the prefix in the upper half and that of the UTF-8 in the lower half.

    func step(_ state: Int64, _ byte: UInt8) -> Int64? {
        guard let rest = UTF8Reader.step(UInt8(truncatingIfNeeded: state), byte) else {
            return nil
        }
        guard let letter = letterNumbers[byte] else { return Int64(rest) }
        let target = table[Int(state >> 32) * letters.count + letter]
        return target < 0 ? nil : Int64(target) << 32 | Int64(rest)
    }

    func isAccepting(_ state: Int64) -> Bool { UInt32(truncatingIfNeeded: state) == 0 }

    func markBoundaries(_ state: Int64, in boundaries: inout ByteBoundaries) {
        for byte in letters { boundaries.mark(only: byte) }
        for byte in UTF8Reader.boundaries { boundaries.mark(byte) }
    }
}
