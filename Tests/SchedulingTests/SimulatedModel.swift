import Scheduling

/// A model whose next token depends on every token before it, and on nothing else.
///
/// A position's value is chained to the one before, as a deep model's keys and values depend on
/// the whole prefix. The output sums the values of all positions, weighted by position, as
/// attention reads them all.
enum SimulatedModel {
    static let vocabularySize: UInt64 = 50

    static func value(of tokenID: Int32, position: Int, after previous: UInt64) -> UInt64 {
        var bits = previous ^ (UInt64(UInt32(bitPattern: tokenID)) &+ UInt64(position) << 32)
        bits = (bits ^ (bits >> 31)) &* 0x7FB5_D329_728E_A185
        bits = (bits ^ (bits >> 27)) &* 0x81DA_DEF4_BC2D_D44D
        return bits ^ (bits >> 33)
    }

    static func weighted(_ value: UInt64, position: Int) -> UInt64 {
        value &* (UInt64(position) &* 2 &+ 1)
    }

    static func token(for output: UInt64) -> Int32 {
        Int32((output >> 7) % vocabularySize)
    }
}

/// The tokens of one request and the values the model has for them when nobody interferes.
struct ReferenceRun {
    private(set) var tokenIDs: [Int32] = []
    /// By position.
    private(set) var values: [UInt64] = []
    /// The model's output after the last token.
    private(set) var output: UInt64 = 0

    init(_ tokenIDs: [Int32]) {
        self.tokenIDs.reserveCapacity(tokenIDs.count + 32)
        values.reserveCapacity(tokenIDs.count + 32)
        for tokenID in tokenIDs { append(tokenID) }
    }

    mutating func append(_ tokenID: Int32) {
        let position = values.count
        let value = SimulatedModel.value(
            of: tokenID,
            position: position,
            after: values.last ?? 0
        )
        tokenIDs.append(tokenID)
        values.append(value)
        output &+= SimulatedModel.weighted(value, position: position)
    }
}

/// The slots of the pool, written and read only through block tables.
struct SimulatedMemory {
    let slotsPerBlock: Int
    private(set) var values: [UInt64]
    private(set) var tokenIDs: [Int32]
    /// Whose tokens a block holds, by block.
    private(set) var namespaces: [UInt64]

    init(blockCount: Int, slotsPerBlock: Int) {
        self.slotsPerBlock = slotsPerBlock
        values = Array(repeating: 0, count: blockCount * slotsPerBlock)
        tokenIDs = Array(repeating: -1, count: blockCount * slotsPerBlock)
        namespaces = Array(repeating: .max, count: blockCount)
    }

    func slot(of position: Int, in blocks: [Int32]) -> Int {
        Int(blocks[position / slotsPerBlock]) * slotsPerBlock + position % slotsPerBlock
    }

    /// Computes the rows of an entry.
    mutating func compute(_ entry: StepPlan.Entry, namespace: UInt64) {
        for (row, tokenID) in entry.tokenIDs.enumerated() {
            let position = entry.firstPosition + row
            let previous = position == 0 ? 0 : values[slot(of: position - 1, in: entry.blocks)]
            let slot = slot(of: position, in: entry.blocks)
            values[slot] = SimulatedModel.value(of: tokenID, position: position, after: previous)
            tokenIDs[slot] = tokenID
            namespaces[slot / slotsPerBlock] = namespace
        }
    }

    /// The model's output after an entry's last row.
    func output(of entry: StepPlan.Entry) -> UInt64 {
        var output: UInt64 = 0
        let end = entry.firstPosition + entry.tokenIDs.count
        var position = 0
        while position < end {
            let start = slot(of: position, in: entry.blocks)
            for slot in start..<start + min(slotsPerBlock, end - position) {
                output &+= SimulatedModel.weighted(values[slot], position: position)
                position += 1
            }
        }
        return output
    }
}
