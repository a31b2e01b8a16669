/// A set of Unicode scalars as sorted ranges that neither touch nor overlap.
struct ScalarSet: Hashable, Sendable {
    private(set) var ranges: [ClosedRange<UInt32>]

    /// Every scalar; the gap of the surrogates is filled, as no text can have them.
    static let all = ScalarSet([0...0x10FFFF])
    private static let scalars = ScalarSet([0...0xD7FF, 0xE000...0x10FFFF])
    static let empty = ScalarSet([])

    init(_ ranges: [ClosedRange<UInt32>]) {
        var merged: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound &+ 1 {
                merged[merged.count - 1] =
                    last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        self.ranges = merged
    }

    init(_ scalar: Unicode.Scalar) { ranges = [scalar.value...scalar.value] }

    /// The characters of an ASCII text, each for itself.
    init(of characters: String) {
        self.init(characters.unicodeScalars.map { $0.value...$0.value })
    }

    var isEmpty: Bool { ranges.isEmpty }

    func union(_ other: ScalarSet) -> ScalarSet { ScalarSet(ranges + other.ranges) }

    /// Every scalar that is not in this set.
    var complement: ScalarSet {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        if next <= 0x10FFFF { result.append(next...0x10FFFF) }
        return ScalarSet(result)
    }

    /// Without the surrogates, which are no scalars.
    var encodable: ScalarSet { intersection(Self.scalars) }

    func intersection(_ other: ScalarSet) -> ScalarSet {
        var result: [ClosedRange<UInt32>] = []
        var left = 0
        var right = 0
        while left < ranges.count, right < other.ranges.count {
            let a = ranges[left]
            let b = other.ranges[right]
            let low = max(a.lowerBound, b.lowerBound)
            let high = min(a.upperBound, b.upperBound)
            if low <= high { result.append(low...high) }
            if a.upperBound < b.upperBound { left += 1 } else { right += 1 }
        }
        return ScalarSet(result)
    }

    func contains(_ value: UInt32) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].lowerBound <= value
    }
}

/// A run of byte ranges that together are the UTF-8 of a range of scalars.
struct UTF8Sequence: Hashable, Sendable {
    var bytes: [ClosedRange<UInt8>]

    /// The byte ranges of a set, in order.
    static func sequences(of set: ScalarSet) -> [UTF8Sequence] {
        var result: [UTF8Sequence] = []
        for range in set.encodable.ranges {
            for bounds in [0...0x7F, 0x80...0x7FF, 0x800...0xFFFF, 0x10000...0x10FFFF]
                as [ClosedRange<UInt32>] where bounds.overlaps(range)
            {
                append(range.clamped(to: bounds), to: &result)
            }
        }
        return result
    }

    /// Cuts a range, all of one encoded length, where its last bytes do not run over all values.
    private static func append(
        _ range: ClosedRange<UInt32>,
        to result: inout [UTF8Sequence]
    ) {
        var pending = [range]
        while let next = pending.popLast() {
            let low = next.lowerBound
            let high = next.upperBound
            let cut = [6, 12, 18].lazy.compactMap { (bits: UInt32) -> UInt32? in
                let mask: UInt32 = 1 << bits - 1
                guard low & ~mask != high & ~mask else { return nil }
                if low & mask != 0 { return low | mask }
                if high & mask != mask { return (high & ~mask) - 1 }
                return nil
            }.first
            if let cut {
                pending.append((cut + 1)...high)
                pending.append(low...cut)
            } else {
                let first = encoded(low)
                let last = encoded(high)
                result.append(UTF8Sequence(bytes: zip(first, last).map { $0...$1 }))
            }
        }
    }

    static func encoded(_ value: UInt32) -> [UInt8] {
        switch value {
        case 0..<0x80: [UInt8(value)]
        case 0x80..<0x800: [UInt8(0xC0 | value >> 6), UInt8(0x80 | value & 63)]
        case 0x800..<0x10000:
            [
                UInt8(0xE0 | value >> 12), UInt8(0x80 | value >> 6 & 63),
                UInt8(0x80 | value & 63),
            ]
        default:
            [
                UInt8(truncatingIfNeeded: 0xF0 | value >> 18), UInt8(0x80 | value >> 12 & 63),
                UInt8(0x80 | value >> 6 & 63), UInt8(0x80 | value & 63),
            ]
        }
    }
}
