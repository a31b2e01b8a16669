/// Decompositions, compositions and combining classes, read once from the generated tables.
///
/// What Unicode gained after version 9 is left out: the reference does not know it.
struct NormalizationTables: Sendable {
    static let shared = NormalizationTables()

    private var canonical: [UInt32: [UInt32]] = [:]
    private var compatible: [UInt32: [UInt32]] = [:]
    private var compositions: [UInt64: UInt32] = [:]
    private var combiningClasses: [UInt32: UInt8] = [:]
    /// Scalars that join, or are reordered with, something before them.
    private var joining: Set<UInt32> = []

    private init() {
        Self.read(CanonicalDecompositions.encoded, into: &canonical) {
            compositions[UInt64($0) << 32 | UInt64($1)] = $2
        }
        Self.read(CompatibilityDecompositions.encoded, into: &compatible) { _, _, _ in }
        for entry in CombiningClasses.encoded.utf8.split(separator: UInt8(ascii: ";")) {
            let numbers = Self.numbers(entry)
            for scalar in numbers[0]..<numbers[0] + numbers[1]
            where UnicodeAge.isKnown(scalar, inVersion: 9) {
                combiningClasses[scalar] = UInt8(numbers[2])
                joining.insert(scalar)
            }
        }
        for pair in compositions.keys { joining.insert(UInt32(truncatingIfNeeded: pair)) }
        // What decomposes into something that joins, joins.
        for (scalar, mapping) in canonical where joining.contains(mapping[0]) {
            joining.insert(scalar)
        }
        for (scalar, mapping) in compatible where joining.contains(mapping[0]) {
            joining.insert(scalar)
        }
    }

    /// Whether text may be cut before this scalar.
    func isBoundary(_ scalar: UInt32) -> Bool {
        // The vowels and finals of Hangul join what is before them.
        !(0x1161...0x11FF).contains(scalar) && !joining.contains(scalar)
    }

    // MARK: - The algorithm

    func decompose(_ scalar: UInt32, _ isCompatible: Bool, into result: inout [UInt32]) {
        if (0xAC00..<0xD7A4).contains(scalar) {
            let index = scalar - 0xAC00
            result.append(0x1100 + index / 588)
            result.append(0x1161 + index % 588 / 28)
            if index % 28 > 0 { result.append(0x11A7 + index % 28) }
        } else if scalar >= 0x80,
            let mapping = canonical[scalar] ?? (isCompatible ? compatible[scalar] : nil)
        {
            for part in mapping { decompose(part, isCompatible, into: &result) }
        } else {
            result.append(scalar)
        }
    }

    /// Puts every run of marks in the order of their combining classes, equal ones as they were.
    func sortMarks(_ scalars: inout [UInt32]) {
        var start = 0
        while start < scalars.count {
            var end = start
            while end < scalars.count, combiningClass(scalars[end]) > 0 { end += 1 }
            if end - start > 1 {
                let marks = scalars[start..<end].enumerated().map {
                    (combiningClass($0.element), $0.offset, $0.element)
                }
                let sorted = marks.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
                scalars.replaceSubrange(start..<end, with: sorted.map(\.2))
            }
            start = end + 1
        }
    }

    func compose(_ scalars: inout [UInt32]) {
        var result: [UInt32] = []
        var starter: Int?
        var lastClass: UInt8 = 0
        for scalar in scalars {
            let combining = combiningClass(scalar)
            if let starter {
                let isAdjacent = starter == result.count - 1
                if isAdjacent || (lastClass < combining && lastClass > 0),
                    let joined = composition(result[starter], scalar)
                {
                    result[starter] = joined
                    continue
                }
            }
            result.append(scalar)
            lastClass = combining
            if combining == 0 { starter = result.count - 1 }
        }
        scalars = result
    }

    private func composition(_ first: UInt32, _ second: UInt32) -> UInt32? {
        if (0x1100..<0x1113).contains(first), (0x1161..<0x1176).contains(second) {
            return 0xAC00 + ((first - 0x1100) * 21 + second - 0x1161) * 28
        }
        if (0xAC00..<0xD7A4).contains(first), (first - 0xAC00) % 28 == 0,
            (0x11A8..<0x11C3).contains(second)
        {
            return first + second - 0x11A7
        }
        return compositions[UInt64(first) << 32 | UInt64(second)]
    }

    private func combiningClass(_ scalar: UInt32) -> UInt8 {
        scalar < 0x300 ? 0 : combiningClasses[scalar] ?? 0
    }

    // MARK: - Reading

    private static func read(
        _ text: String,
        into mappings: inout [UInt32: [UInt32]],
        _ compose: (_ first: UInt32, _ second: UInt32, _ joined: UInt32) -> Void
    ) {
        var scalar: UInt32 = 0
        for entry in text.utf8.split(separator: UInt8(ascii: ";")) {
            let numbers = numbers(entry)
            scalar += numbers[0]
            guard UnicodeAge.isKnown(scalar, inVersion: 9) else { continue }
            mappings[scalar] = Array(numbers.dropFirst())
            if numbers.count == 3, !entry.contains(UInt8(ascii: "!")) {
                compose(numbers[1], numbers[2], scalar)
            }
        }
    }

    /// The hexadecimal numbers of an entry, whatever stands between them.
    private static func numbers(_ entry: Substring.UTF8View) -> [UInt32] {
        var numbers: [UInt32] = [0]
        for byte in entry {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                numbers[numbers.count - 1] = numbers[numbers.count - 1] << 4 | UInt32(byte - 0x30)
            case UInt8(ascii: "A")...UInt8(ascii: "F"):
                numbers[numbers.count - 1] = numbers[numbers.count - 1] << 4 | UInt32(byte - 0x37)
            default:
                numbers.append(0)
            }
        }
        return numbers
    }
}
