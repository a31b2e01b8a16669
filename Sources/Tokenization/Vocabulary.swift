/// The pieces of a tokenizer, found by their bytes or by their id.
///
/// Pieces are compared byte by byte: two pieces may be canonically equivalent, and Swift's strings
/// would call those equal.
struct Vocabulary: Sendable {
    /// Ids are below this, so that the tables indexed by id stay small whatever the file says.
    static let maximumIDCount = 1 << 22
    /// Pieces are no longer than this.
    static let maximumPieceByteCount = 1024

    // Piece number e lies at starts[e]..<starts[e + 1] of the arena.
    private var arena: [UInt8] = []
    private var starts: [UInt32] = [0]
    private var ids: [Int32] = []
    // By id: the piece's number, or -1.
    private var entries: [Int32] = []
    // Open addressing: piece numbers, -1 where empty; never more than half full.
    private var slots: [Int32] = Array(repeating: -1, count: 1024)

    /// How many pieces there are.
    var count: Int { ids.count }

    /// The largest id plus one.
    var idCount: Int { entries.count }

    /// How many bytes all pieces have together.
    var byteCount: Int { arena.count }

    /// Adds a piece; false when the piece or the id is there already.
    ///
    /// The caller has checked the id against ``maximumIDCount``.
    mutating func insert(_ piece: [UInt8], id: Int32) -> Bool {
        guard entry(of: piece, piece.indices) < 0, !hasID(id) else { return false }
        if 2 * (ids.count + 1) > slots.count { grow() }
        while entries.count <= Int(id) { entries.append(-1) }
        entries[Int(id)] = Int32(ids.count)
        arena.append(contentsOf: piece)
        starts.append(UInt32(arena.count))
        ids.append(id)
        place(Int32(ids.count - 1), hash: Self.hash(piece, piece.indices))
        return true
    }

    /// The id of a piece, or -1.
    func id(of bytes: [UInt8], in range: Range<Int>) -> Int32 {
        let entry = entry(of: bytes, range)
        return entry < 0 ? -1 : ids[Int(entry)]
    }

    func id(of bytes: [UInt8]) -> Int32? {
        let id = id(of: bytes, in: bytes.indices)
        return id < 0 ? nil : id
    }

    func hasID(_ id: Int32) -> Bool {
        id >= 0 && Int(id) < entries.count && entries[Int(id)] >= 0
    }

    /// The bytes of a piece.
    func piece(of id: Int32) -> [UInt8]? {
        guard hasID(id) else { return nil }
        let entry = Int(entries[Int(id)])
        return Array(arena[Int(starts[entry])..<Int(starts[entry + 1])])
    }

    // MARK: - Hashing

    static func hash(_ bytes: [UInt8], _ range: Range<Int>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in range { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
        return hash ^ hash >> 32
    }

    private func entry(of bytes: [UInt8], _ range: Range<Int>) -> Int32 {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: Self.hash(bytes, range)) & mask
        while true {
            let entry = slots[slot]
            if entry < 0 || holds(Int(entry), bytes, range) { return entry }
            slot = (slot + 1) & mask
        }
    }

    private func holds(_ entry: Int, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        let start = Int(starts[entry])
        guard Int(starts[entry + 1]) - start == range.count else { return false }
        for offset in 0..<range.count
        where arena[start + offset] != bytes[range.lowerBound + offset] {
            return false
        }
        return true
    }

    private mutating func place(_ entry: Int32, hash: UInt64) {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] >= 0 { slot = (slot + 1) & mask }
        slots[slot] = entry
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: slots.count * 2)
        for entry in ids.indices {
            let range = Int(starts[entry])..<Int(starts[entry + 1])
            place(Int32(entry), hash: Self.hash(arena, range))
        }
    }
}
