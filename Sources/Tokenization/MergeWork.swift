/// The merging of one piece's symbols, with buffers that are used again for the next piece.
///
/// Of all neighbours that join, those with the lowest rank go first, of equal ones the leftmost.
struct MergeWork {
    // Pieces up to this many symbols are scanned for the best merge; longer ones keep a heap. The
    // scan is quadratic, but wins on words.
    private static let longestScan = 24

    var symbols: [Int32] = []
    /// How many steps were done so far: the measure of the linear-time test.
    private(set) var stepCount = 0

    // At a symbol's index: its merge with the symbol after it.
    private var pairs: [UInt64] = []
    // Linked list over the symbols that are left, and the candidate merges: rank << 32 | index.
    private var next: [Int32] = []
    private var previous: [Int32] = []
    private var heap: [UInt64] = []

    /// Merges `symbols` and appends what is left.
    mutating func merge(with table: MergeTable, appendingTo ids: inout [Int32]) {
        guard symbols.count > 1 else {
            ids.append(contentsOf: symbols)
            return
        }
        pairs.removeAll(keepingCapacity: true)
        for index in 0..<symbols.count - 1 {
            pairs.append(table.merge(symbols[index], symbols[index + 1]))
        }
        pairs.append(MergeTable.none)
        if symbols.count <= Self.longestScan {
            mergeByScan(table)
            ids.append(contentsOf: symbols)
        } else {
            mergeByHeap(table)
            var index = 0
            while index >= 0 {
                ids.append(symbols[index])
                index = Int(next[index])
            }
        }
    }

    // MARK: - Short pieces

    private mutating func mergeByScan(_ table: MergeTable) {
        while true {
            var best = MergeTable.none
            var at = 0
            // By rank alone: of merges that are equally early the leftmost goes first.
            for index in pairs.indices where pairs[index] >> 32 < best >> 32 {
                best = pairs[index]
                at = index
            }
            stepCount += pairs.count
            guard best != MergeTable.none else { return }
            symbols[at] = Int32(truncatingIfNeeded: best)
            symbols.remove(at: at + 1)
            pairs.remove(at: at + 1)
            pairs[at] =
                at + 1 < symbols.count
                ? table.merge(symbols[at], symbols[at + 1]) : MergeTable.none
            if at > 0 { pairs[at - 1] = table.merge(symbols[at - 1], symbols[at]) }
        }
    }

    // MARK: - Long pieces

    private mutating func mergeByHeap(_ table: MergeTable) {
        let count = symbols.count
        next = (1...count).map { $0 < count ? Int32($0) : -1 }
        previous = (0..<count).map { Int32($0) - 1 }
        heap.removeAll(keepingCapacity: true)
        for index in 0..<count { push(index) }
        while let candidate = pop() {
            let index = Int(candidate & 0xFFFF_FFFF)
            // A candidate is stale once either symbol has joined another.
            guard pairs[index] != MergeTable.none, pairs[index] >> 32 == candidate >> 32 else {
                continue
            }
            let absorbed = Int(next[index])
            let after = next[absorbed]
            symbols[index] = Int32(truncatingIfNeeded: pairs[index])
            pairs[absorbed] = MergeTable.none
            next[index] = after
            pairs[index] = MergeTable.none
            if after >= 0 {
                previous[Int(after)] = Int32(index)
                pairs[index] = table.merge(symbols[index], symbols[Int(after)])
                push(index)
            }
            let before = Int(previous[index])
            if before >= 0 {
                pairs[before] = table.merge(symbols[before], symbols[index])
                push(before)
            }
        }
    }

    private mutating func push(_ index: Int) {
        guard pairs[index] != MergeTable.none else { return }
        var hole = heap.count
        let candidate = pairs[index] & 0xFFFF_FFFF_0000_0000 | UInt64(index)
        heap.append(candidate)
        while hole > 0 {
            let parent = (hole - 1) / 2
            stepCount += 1
            guard heap[parent] > candidate else { break }
            heap[hole] = heap[parent]
            hole = parent
        }
        heap[hole] = candidate
    }

    private mutating func pop() -> UInt64? {
        guard let top = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return top }
        var hole = 0
        while true {
            var child = 2 * hole + 1
            guard child < heap.count else { break }
            stepCount += 1
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < last else { break }
            heap[hole] = heap[child]
            hole = child
        }
        heap[hole] = last
        return top
    }
}
