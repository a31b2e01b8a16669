/// The byte-pair model: joins neighbouring symbols, the earliest learned merge first.
struct BytePairEncoding: Sendable {
    let vocabulary: Vocabulary
    let merges: MergeTable
    /// Whether pieces come as raw bytes, whose symbols are those of ``ByteLevelAlphabet``.
    let isByteLevel: Bool
    /// By byte: the symbol of the byte, or the byte's `<0xNN>` fallback; -1 where there is none.
    let byteIDs: [Int32]
    /// By ASCII character: its symbol, or -1; used for text that is not byte-level.
    let asciiIDs: [Int32]
    /// Whole pieces that are tokens by themselves, if merges are to be ignored for those.
    let wholePieces: Vocabulary?
    let fallsBackToBytes: Bool
    let fusesUnknown: Bool
    let unknownID: Int32?
    /// The mark of word starts: text is cut before it, unless a merge may reach over the cut.
    let wordMark: [UInt8]
    /// By byte: whether some merge joins text that ends with it and text that starts with the mark.
    let joinsMark: [Bool]

    /// Appends the tokens of one piece.
    func encode(
        _ bytes: [UInt8],
        _ range: Range<Int>,
        appendingTo ids: inout [Int32],
        work: inout MergeWork
    ) {
        if let wholePieces {
            let id = wholePieces.id(of: bytes, in: range)
            if id >= 0 {
                ids.append(id)
                return
            }
        }
        if isByteLevel {
            encodeBytes(bytes, range, appendingTo: &ids, work: &work)
            return
        }
        var start = range.lowerBound
        while start < range.upperBound {
            let end = wordEnd(bytes, start, range.upperBound)
            encodeCharacters(bytes, start..<end, appendingTo: &ids, work: &work)
            start = end
        }
    }

    /// Where the word that begins at `start` ends: before the next mark that follows other text.
    private func wordEnd(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int {
        guard let first = wordMark.first else { return end }
        var index = start
        var followsMark = true
        while index < end {
            if bytes[index] == first, isMark(bytes, index, end) {
                if !followsMark, !joinsMark[Int(bytes[index - 1])] { return index }
                followsMark = true
                index += wordMark.count
            } else {
                followsMark = false
                index += 1
            }
        }
        return end
    }

    private func isMark(_ bytes: [UInt8], _ index: Int, _ end: Int) -> Bool {
        guard end - index >= wordMark.count else { return false }
        for offset in wordMark.indices where bytes[index + offset] != wordMark[offset] {
            return false
        }
        return true
    }

    private func encodeBytes(
        _ bytes: [UInt8],
        _ range: Range<Int>,
        appendingTo ids: inout [Int32],
        work: inout MergeWork
    ) {
        work.symbols.removeAll(keepingCapacity: true)
        var unknown = UnknownSymbols(fuses: fusesUnknown)
        for index in range {
            let id = byteIDs[Int(bytes[index])]
            if id >= 0 {
                unknown.flush(into: &work.symbols)
                work.symbols.append(id)
            } else if let unknownID {
                unknown.add(unknownID, into: &work.symbols)
            }
        }
        unknown.flush(into: &work.symbols)
        work.merge(with: merges, appendingTo: &ids)
    }

    private func encodeCharacters(
        _ bytes: [UInt8],
        _ range: Range<Int>,
        appendingTo ids: inout [Int32],
        work: inout MergeWork
    ) {
        work.symbols.removeAll(keepingCapacity: true)
        var unknown = UnknownSymbols(fuses: fusesUnknown)
        var index = range.lowerBound
        while index < range.upperBound {
            let end = index + UTF8Scalar.decode(bytes, at: index).byteCount
            let id =
                end - index == 1
                ? asciiIDs[Int(bytes[index])] : vocabulary.id(of: bytes, in: index..<end)
            if id >= 0 {
                unknown.flush(into: &work.symbols)
                work.symbols.append(id)
            } else if fallsBackToBytes,
                !(index..<end).contains(where: { byteIDs[Int(bytes[$0])] < 0 })
            {
                for byte in bytes[index..<end] { work.symbols.append(byteIDs[Int(byte)]) }
            } else if let unknownID {
                unknown.add(unknownID, into: &work.symbols)
            }
            index = end
        }
        unknown.flush(into: &work.symbols)
        work.merge(with: merges, appendingTo: &ids)
    }
}

/// Unknown symbols wait until a known one comes, so that neighbours can become one.
private struct UnknownSymbols {
    let fuses: Bool
    private var pending: Int32?

    init(fuses: Bool) { self.fuses = fuses }

    mutating func add(_ id: Int32, into symbols: inout [Int32]) {
        if !fuses, let pending { symbols.append(pending) }
        pending = id
    }

    mutating func flush(into symbols: inout [Int32]) {
        guard let pending else { return }
        symbols.append(pending)
        self.pending = nil
    }
}
