/// The parts of a text that its author may not fill with special tokens: what a user wrote.
struct ProtectedRanges {
    private let ranges: [Range<Int>]
    private let specialIDs: Set<Int32>

    /// Takes byte ranges in order, none overlapping another.
    init(_ ranges: [Range<Int>], specialIDs: Set<Int32>) {
        self.ranges = ranges.filter { !$0.isEmpty }
        self.specialIDs = specialIDs
    }

    /// Whether a token found at `place` may be one: not a special token that touches user's text.
    func permits(_ id: Int32, at place: Range<Int>) -> Bool {
        guard !ranges.isEmpty, specialIDs.contains(id) else { return true }
        // The first range that does not end before the place.
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound <= place.lowerBound {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low == ranges.count || ranges[low].lowerBound >= place.upperBound
    }

    /// The ranges inside a part of the text, counted from the part's beginning.
    func within(_ part: Range<Int>) -> ProtectedRanges {
        let inside = ranges.lazy
            .map { $0.clamped(to: part) }
            .filter { !$0.isEmpty }
            .map { ($0.lowerBound - part.lowerBound)..<($0.upperBound - part.lowerBound) }
        return ProtectedRanges(Array(inside), specialIDs: specialIDs)
    }

    /// The same rule for a text that was normalized, where bytes have moved.
    ///
    /// Normalizing keeps the order of the special tokens that are spelled out in a text, so the one
    /// found as number k was number k before. Should their count differ, none is recognised.
    func following(
        _ tokens: AddedTokens,
        from original: [UInt8],
        to normalized: [UInt8]
    ) -> (Int32, Range<Int>) -> Bool {
        guard !ranges.isEmpty, !tokens.isEmpty else { return { _, _ in true } }
        let before = places(of: tokens, in: original)
        let after = places(of: tokens, in: normalized)
        guard before.count == after.count else {
            return { [specialIDs] id, _ in
                !specialIDs.contains(id)
            }
        }
        var permitted: Set<Int> = []
        for (old, new) in zip(before, after) where permits(old.id, at: old.place) {
            permitted.insert(new.place.lowerBound)
        }
        return { [specialIDs] id, place in
            !specialIDs.contains(id) || permitted.contains(place.lowerBound)
        }
    }

    private func places(
        of tokens: AddedTokens,
        in bytes: [UInt8]
    ) -> [(id: Int32, place: Range<Int>)] {
        var found: [(id: Int32, place: Range<Int>)] = []
        _ = tokens.split(bytes) { id, place in
            if specialIDs.contains(id) { found.append((id, place)) }
            return true
        }
        return found
    }
}
