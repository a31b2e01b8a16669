/// Blocks whose ids follow each other: how a set of blocks is said in few words.
public struct BlockRun: Sendable, Equatable {
    /// The id of the first block.
    public let first: Int32
    /// Blocks in the run, at least 1.
    public private(set) var count: Int32

    /// Sums ids up, in the order in which they come.
    public static func runs(of ids: some Sequence<Int32>) -> [BlockRun] {
        var runs: [BlockRun] = []
        for id in ids {
            if let last = runs.last, last.first + last.count == id {
                runs[runs.count - 1].count += 1
            } else {
                runs.append(BlockRun(first: id, count: 1))
            }
        }
        return runs
    }
}

extension BlockPool {
    /// Free blocks whose content can still be found, by id: what the prefix cache keeps of requests
    /// that have ended.
    ///
    /// - Complexity: O(blocks).
    public var cachedRuns: [BlockRun] {
        BlockRun.runs(
            of: (0..<Int32(blockCount)).lazy.filter { id in
                referenceCounts[Int(id)] == 0 && index.contains(BlockID(rawValue: id))
            }
        )
    }

    /// Blocks with more than one holder, each counted once.
    ///
    /// - Complexity: O(blocks).
    public var sharedBlockCount: Int { referenceCounts.count { $0 > 1 } }
}
