/// Where a block's content stands in a chain of blocks: the identity of everything before it.
public struct PrefixLink: Hashable, Sendable {
    /// Chained over all blocks so far; may collide.
    package var hash: UInt64
    /// The registration this link names, 0 at the root; never used twice, so it cannot collide.
    package var serial: UInt64
    package var namespace: UInt64
}

/// Finds blocks by content: the tokens they hold and all that came before them.
///
/// The hash only chooses where to look. A hit compares the token ids, the registration of the
/// parent block and the namespace, so a collision costs time and can never give a wrong block.
/// Entries lie in arrays by block, chained per bucket: a registration allocates nothing.
package struct PrefixIndex: Sendable {
    package private(set) var count = 0
    private let slotsPerBlock: Int
    private let hashMask: UInt64
    private let hashSeed: UInt64
    private var buckets: [Int32]
    private var entries: [Entry]
    private var tokenIDs: [Int32]
    private var lastSerial: UInt64 = 0

    private struct Entry {
        var hash: UInt64 = 0
        /// 0 while the block is not in the index.
        var serial: UInt64 = 0
        var parentSerial: UInt64 = 0
        var namespace: UInt64 = 0
        var nextInBucket: Int32 = -1
    }

    /// Begins empty.
    package init(blockCount: Int, slotsPerBlock: Int, hashBits: Int, hashSeed: UInt64) {
        precondition((1...64).contains(hashBits), "a hash has 1 to 64 bits")
        self.slotsPerBlock = slotsPerBlock
        self.hashSeed = hashSeed
        hashMask = UInt64.max >> UInt64(64 - hashBits)
        var bucketCount = 1
        while bucketCount < blockCount { bucketCount *= 2 }
        buckets = Array(repeating: -1, count: bucketCount)
        entries = Array(repeating: Entry(), count: blockCount)
        tokenIDs = Array(repeating: 0, count: blockCount * slotsPerBlock)
    }

    /// The link before the first block of a sequence.
    package func root(of namespace: UInt64) -> PrefixLink {
        PrefixLink(hash: folded(hashSeed, namespace), serial: 0, namespace: namespace)
    }

    package func contains(_ block: BlockID) -> Bool {
        entries[block.index].serial != 0
    }

    /// The block that holds `tokenIDs`, one block of them, after all that `parent` stands for.
    package func find(
        _ tokenIDs: Span<Int32>,
        after parent: PrefixLink
    ) -> (block: BlockID, link: PrefixLink)? {
        let hash = chained(tokenIDs, after: parent)
        var candidate = buckets[bucket(of: hash)]
        while candidate >= 0 {
            let block = BlockID(rawValue: candidate)
            if holds(block, tokenIDs, hash: hash, after: parent) {
                return (block, link(of: block))
            }
            candidate = entries[block.index].nextInBucket
        }
        return nil
    }

    /// Enters a full, computed block that is not in the index.
    ///
    /// - Returns: the link for the block that comes after. If another block already holds the
    ///   same content, that one stays the only entry and its link is returned.
    package mutating func insert(
        _ block: BlockID,
        _ tokenIDs: Span<Int32>,
        after parent: PrefixLink
    ) -> PrefixLink {
        precondition(!contains(block), "a block is registered once")
        precondition(tokenIDs.count == slotsPerBlock, "only full blocks are registered")
        if let found = find(tokenIDs, after: parent) {
            return found.link
        }
        lastSerial += 1
        let hash = chained(tokenIDs, after: parent)
        let bucket = bucket(of: hash)
        entries[block.index] = Entry(
            hash: hash,
            serial: lastSerial,
            parentSerial: parent.serial,
            namespace: parent.namespace,
            nextInBucket: buckets[bucket]
        )
        buckets[bucket] = block.rawValue
        for slot in 0..<slotsPerBlock {
            self.tokenIDs[block.index * slotsPerBlock + slot] = tokenIDs[slot]
        }
        count += 1
        return link(of: block)
    }

    /// Forgets a block, if it is in the index.
    package mutating func remove(_ block: BlockID) {
        guard contains(block) else { return }
        let after = entries[block.index].nextInBucket
        let bucket = bucket(of: entries[block.index].hash)
        if buckets[bucket] == block.rawValue {
            buckets[bucket] = after
        } else {
            var before = Int(buckets[bucket])
            while entries[before].nextInBucket != block.rawValue {
                before = Int(entries[before].nextInBucket)
            }
            entries[before].nextInBucket = after
        }
        entries[block.index] = Entry()
        count -= 1
    }

    /// The token ids under which a block is registered.
    package func registeredTokenIDs(of block: BlockID) -> ArraySlice<Int32> {
        let start = block.index * slotsPerBlock
        return contains(block) ? tokenIDs[start..<start + slotsPerBlock] : []
    }

    // MARK: - Content

    private func link(of block: BlockID) -> PrefixLink {
        let entry = entries[block.index]
        return PrefixLink(hash: entry.hash, serial: entry.serial, namespace: entry.namespace)
    }

    private func holds(
        _ block: BlockID,
        _ tokenIDs: Span<Int32>,
        hash: UInt64,
        after parent: PrefixLink
    ) -> Bool {
        let entry = entries[block.index]
        guard entry.hash == hash, entry.parentSerial == parent.serial,
            entry.namespace == parent.namespace, tokenIDs.count == slotsPerBlock
        else { return false }
        let start = block.index * slotsPerBlock
        for slot in 0..<slotsPerBlock where self.tokenIDs[start + slot] != tokenIDs[slot] {
            return false
        }
        return true
    }

    // MARK: - Hash

    private func bucket(of hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash) & (buckets.count - 1)
    }

    private func chained(_ tokenIDs: Span<Int32>, after parent: PrefixLink) -> UInt64 {
        var hash = parent.hash
        for slot in tokenIDs.indices {
            hash = folded(hash, UInt64(UInt32(bitPattern: tokenIDs[slot])))
        }
        return hash & hashMask
    }

    /// Both halves of a 128-bit product, folded: every input bit reaches every output bit.
    private func folded(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = (left ^ 0x9E37_79B9_7F4A_7C15)
            .multipliedFullWidth(by: right ^ 0xD1B5_4A32_D192_ED03)
        return product.high ^ product.low
    }
}
