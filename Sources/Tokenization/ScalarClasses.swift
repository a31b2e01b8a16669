/// A set of scalars that split patterns speak of: some of the classes of ``ScalarClasses``.
struct ScalarSet: Sendable {
    /// One bit per class.
    let classes: UInt64
    var isNegated = false

    @inline(__always)
    func contains(_ bits: UInt64) -> Bool { (bits & classes != 0) != isNegated }

    static func | (left: ScalarSet, right: ScalarSet) -> ScalarSet {
        ScalarSet(classes: left.classes | right.classes)
    }

    static prefix func ! (set: ScalarSet) -> ScalarSet {
        ScalarSet(classes: set.classes, isNegated: !set.isNegated)
    }
}

extension ScalarSet {
    // The first thirty bits are the general categories, in scripts/make-unicode-tables' order.
    static let uppercase = ScalarSet(classes: 1 << 0)
    static let lowercase = ScalarSet(classes: 1 << 1)
    static let titlecase = ScalarSet(classes: 1 << 2)
    static let modifierLetters = ScalarSet(classes: 1 << 3)
    static let otherLetters = ScalarSet(classes: 1 << 4)
    static let letters = ScalarSet(classes: 0b11111)
    static let marks = ScalarSet(classes: 0b111 << 5)
    static let decimalDigits = ScalarSet(classes: 1 << 8)
    static let numbers = ScalarSet(classes: 0b111 << 8)
    static let connectors = ScalarSet(classes: 1 << 11)
    static let punctuation = ScalarSet(classes: 0b111_1111 << 11)
    static let symbols = ScalarSet(classes: 0b1111 << 18)

    static let whitespace = ScalarSet(classes: 1 << 32)
    static let newlines = ScalarSet(classes: 1 << 33)
    static let space = ScalarSet(classes: 1 << 34)
    static let slash = ScalarSet(classes: 1 << 35)
    static let asciiLetters = ScalarSet(classes: 1 << 36)
    static let asciiPunctuation = ScalarSet(classes: 1 << 37)
    static let asciiDigits = ScalarSet(classes: 1 << 38)
    /// What regular expressions call a word character beyond categories.
    static let alphabetic = ScalarSet(classes: 1 << 39)
    /// `[一-龥ࠀ-一가-퟿]`, as DeepSeek Coder writes it.
    static let deepseekCoderIdeographs = ScalarSet(classes: 1 << 40)
    /// `[一-龥぀-ゟ゠-ヿ]`, as DeepSeek V3 writes it.
    static let deepseekV3Ideographs = ScalarSet(classes: 1 << 41)
    /// What the reference's `Punctuation` calls so: it knows Unicode 8.
    static let oldPunctuation = ScalarSet(classes: 1 << 42)
    /// What the reference's `StripAccents` calls marks: it knows Unicode 9.
    static let oldMarks = ScalarSet(classes: 1 << 43)

    static let wordCharacters =
        letters | marks | decimalDigits | connectors | alphabetic
    static let lineBreakOrSlash = newlines | slash
    static let nothing = ScalarSet(classes: 0)
}

/// The classes of every scalar, as one table lookup.
struct ScalarClasses: Sendable {
    private let isByteLevel: Bool
    // By byte, where one byte is one character.
    private let byteClasses: [UInt64]
    // By scalar, an index into `combinations`: 1.1 MB, built once.
    private let indices: [UInt8]
    private let combinations: [UInt64]

    /// The classes in UTF-8 text.
    static let ofText = ScalarClasses()

    /// The classes when each byte is written as one character of ``ByteLevelAlphabet``.
    static let ofByteLevelText = ScalarClasses(byteLevel: ofText)

    /// The classes of the character at `index`, and its length in bytes.
    @inline(__always)
    func at(_ index: Int, in bytes: [UInt8]) -> (classes: UInt64, byteCount: Int) {
        let byte = bytes[index]
        if byte < 0x80 || isByteLevel { return (byteClasses[Int(byte)], 1) }
        let (scalar, byteCount) = UTF8Scalar.decode(bytes, at: index)
        return (classes(of: scalar), byteCount)
    }

    func classes(of scalar: UInt32) -> UInt64 {
        combinations[Int(indices[Int(scalar)])]
    }

    private init(byteLevel text: ScalarClasses) {
        isByteLevel = true
        byteClasses = ByteLevelAlphabet.scalars.map { text.classes(of: $0) }
        indices = text.indices
        combinations = text.combinations
    }

    private init() {
        var indices: [UInt8] = []
        indices.reserveCapacity(0x110000)
        for (category, count) in Self.categoryRuns() {
            indices.append(contentsOf: repeatElement(category, count: count))
        }
        var combinations: [UInt64] = (0..<30).map { 1 << $0 }
        func add(_ set: ScalarSet, to scalar: UInt32) {
            let wanted = combinations[Int(indices[Int(scalar)])] | set.classes
            let known = combinations.firstIndex(of: wanted)
            if known == nil { combinations.append(wanted) }
            indices[Int(scalar)] = UInt8(known ?? combinations.count - 1)
        }
        for (set, ranges) in Self.extraClasses {
            for scalar in ranges.joined() { add(set, to: scalar) }
        }
        for (old, set, major) in [
            (ScalarSet.oldPunctuation, ScalarSet.punctuation, 8), (.oldMarks, .marks, 9),
        ] {
            for scalar in indices.indices
            where set.contains(combinations[Int(indices[scalar])])
                && scalar != Self.sharadaSandhiMark
                && UnicodeAge.isKnown(UInt32(scalar), inVersion: major)
            {
                add(old, to: UInt32(scalar))
            }
        }
        self.indices = indices
        self.combinations = combinations
        isByteLevel = false
        byteClasses = (0..<256).map { $0 < 0x80 ? combinations[Int(indices[$0])] : 0 }
    }

    private static func categoryRuns() -> [(category: UInt8, count: Int)] {
        var runs: [(category: UInt8, count: Int)] = []
        var count = 0
        for byte in UnicodeCategories.encoded.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                count = count * 10 + Int(byte - UInt8(ascii: "0"))
                runs[runs.count - 1].count = count
            default:
                let isCapital = byte < UInt8(ascii: "a")
                runs.append(
                    (isCapital ? byte - UInt8(ascii: "A") : byte - UInt8(ascii: "a") + 26, 1)
                )
                count = 0
            }
        }
        return runs
    }

    /// It was punctuation until Unicode 11 made it a mark.
    private static let sharadaSandhiMark = 0x111C9

    private static let extraClasses: [(ScalarSet, [ClosedRange<UInt32>])] = [
        (
            .whitespace,
            [
                0x09...0x0D, 0x20...0x20, 0x85...0x85, 0xA0...0xA0, 0x1680...0x1680,
                0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000,
            ]
        ),
        (.newlines, [0x0A...0x0A, 0x0D...0x0D]),
        (.space, [0x20...0x20]),
        (.slash, [0x2F...0x2F]),
        (.asciiLetters, [0x41...0x5A, 0x61...0x7A]),
        (.asciiPunctuation, [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E]),
        (.asciiDigits, [0x30...0x39]),
        // Letters aside, these are alphabetic: letter numbers, circled and squared letters.
        (
            .alphabetic,
            [
                0x16EE...0x16F0, 0x200C...0x200D, 0x2160...0x2182, 0x2185...0x2188, 0x24B6...0x24E9,
                0x3007...0x3007,
                0x3021...0x3029, 0x3038...0x303A, 0xA6E6...0xA6EF, 0x10140...0x10174,
                0x10341...0x10341, 0x1034A...0x1034A, 0x103D1...0x103D5, 0x12400...0x1246E,
                0x1F130...0x1F149, 0x1F150...0x1F169, 0x1F170...0x1F189,
            ]
        ),
        // These two were punctuation then and are not any more.
        (.oldPunctuation, [0x166D...0x166D, 0x111C9...0x111C9]),
        // These two were marks then and are not any more.
        (.oldMarks, [0x1CF2...0x1CF3]),
        (.deepseekCoderIdeographs, [0x4E00...0x9FA5, 0x0800...0x4DFF, 0xAC00...0xD7FF]),
        (.deepseekV3Ideographs, [0x4E00...0x9FA5, 0x3040...0x309F, 0x30A0...0x30FF]),
    ]
}

/// Parts of the reference know older versions of Unicode, and what they do to text is what models
/// were trained on.
enum UnicodeAge {
    /// Whether a scalar was assigned in a version of Unicode or before it.
    static func isKnown(_ scalar: UInt32, inVersion major: Int) -> Bool {
        guard let age = Unicode.Scalar(scalar)?.properties.age else { return false }
        return age.major <= major
    }
}

/// Reading scalars out of valid UTF-8.
enum UTF8Scalar {
    /// The scalar that begins at `index`, and its length in bytes.
    @inline(__always)
    static func decode(_ bytes: [UInt8], at index: Int) -> (scalar: UInt32, byteCount: Int) {
        let first = UInt32(bytes[index])
        if first < 0x80 { return (first, 1) }
        let second = UInt32(bytes[index + 1] & 0x3F)
        if first < 0xE0 { return ((first & 0x1F) << 6 | second, 2) }
        let third = UInt32(bytes[index + 2] & 0x3F)
        if first < 0xF0 { return ((first & 0x0F) << 12 | second << 6 | third, 3) }
        let fourth = UInt32(bytes[index + 3] & 0x3F)
        return ((first & 0x07) << 18 | second << 12 | third << 6 | fourth, 4)
    }

    /// The scalar that ends before `index`, and its length in bytes.
    static func decode(_ bytes: [UInt8], before index: Int) -> (scalar: UInt32, byteCount: Int) {
        var start = index - 1
        while bytes[start] & 0xC0 == 0x80, start > 0 { start -= 1 }
        return decode(bytes, at: start)
    }

    static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
        switch scalar {
        case 0..<0x80:
            bytes.append(UInt8(scalar))
        case 0x80..<0x800:
            bytes.append(UInt8(0xC0 | scalar >> 6))
            bytes.append(UInt8(0x80 | scalar & 0x3F))
        case 0x800..<0x10000:
            bytes.append(UInt8(0xE0 | scalar >> 12))
            bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            bytes.append(UInt8(0x80 | scalar & 0x3F))
        default:
            bytes.append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
            bytes.append(UInt8(0x80 | scalar >> 12 & 0x3F))
            bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            bytes.append(UInt8(0x80 | scalar & 0x3F))
        }
    }
}
