/// A text cut into pieces, each to be encoded by itself.
struct Pieces {
    /// The bytes of all pieces; what lies between pieces is not encoded.
    var bytes: [UInt8]
    var ranges: [Range<Int>]
    /// True once each byte stands for one character of ``ByteLevelAlphabet``.
    var isByteLevel = false
    /// True when the text begins the whole input.
    let startsInput: Bool

    init(_ bytes: [UInt8], startsInput: Bool) {
        self.bytes = bytes
        self.ranges = bytes.isEmpty ? [] : [bytes.indices]
        self.startsInput = startsInput
    }

    /// Cuts every piece.
    mutating func split(by rule: SplitRule) {
        let classes: ScalarClasses = isByteLevel ? .ofByteLevelText : .ofText
        var result: [Range<Int>] = []
        result.reserveCapacity(max(ranges.count, bytes.count / 4))
        for range in ranges {
            let matcher = SplitMatcher(bytes: bytes, classes: classes, range: range)
            rule.split(matcher, appendingTo: &result)
        }
        ranges = result
    }

    /// Rewrites every piece; the bytes outside pieces are dropped.
    mutating func rewrite(_ body: (_ piece: ArraySlice<UInt8>, inout [UInt8]) -> Void) {
        var rewritten: [UInt8] = []
        rewritten.reserveCapacity(bytes.count + ranges.count)
        for index in ranges.indices {
            let start = rewritten.count
            body(bytes[ranges[index]], &rewritten)
            ranges[index] = start..<rewritten.count
        }
        bytes = rewritten
    }
}

/// What becomes of the matches of a split pattern.
enum SplitBehavior: String {
    case removed = "Removed"
    case isolated = "Isolated"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"
    case contiguous = "Contiguous"
}

/// A pattern and what becomes of its matches.
struct SplitRule: Sendable {
    let pattern: SplitPattern
    let behavior: SplitBehavior
    /// Whether gaps count as matches and matches as gaps.
    var isInverted = false

    func split(_ matcher: SplitMatcher, appendingTo result: inout [Range<Int>]) {
        let firstResult = result.count
        var previousMatched: Bool?
        matcher.forEach(pattern) { range, found in
            let isMatch = found != isInverted
            let joins =
                switch behavior {
                case .isolated, .removed: false
                case .mergedWithPrevious: isMatch && previousMatched == false
                case .mergedWithNext: !isMatch && previousMatched == true
                case .contiguous: isMatch == previousMatched
                }
            if joins, result.count > firstResult {
                result[result.count - 1] = result[result.count - 1].lowerBound..<range.upperBound
            } else if !(behavior == .removed && isMatch) {
                result.append(range)
            }
            previousMatched = isMatch
        }
    }
}
