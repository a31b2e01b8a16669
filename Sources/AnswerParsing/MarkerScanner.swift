/// Finds markers in a text that comes byte by byte, and holds back what may become one.
///
/// No marker may be the beginning of another. Markers are short, so trying again from each byte of
/// what was held costs a constant per byte.
struct MarkerScanner: Sendable {
    /// What may still become a marker.
    private(set) var held: [UInt8] = []

    private let markers: [[UInt8]]
    /// One bit per byte with which a marker begins.
    private let firstBytes: SIMD4<UInt64>

    init(_ markers: [String]) {
        self.markers = markers.map { Array($0.utf8) }
        var firstBytes = SIMD4<UInt64>()
        for first in self.markers.compactMap(\.first) {
            firstBytes[Int(first >> 6)] |= 1 << UInt64(first & 63)
        }
        self.firstBytes = firstBytes
    }

    /// Whether the byte is certainly no part of a marker, so that ``push(_:released:)`` would only
    /// hand it back.
    func passes(_ byte: UInt8) -> Bool {
        held.isEmpty && firstBytes[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 0
    }

    /// Takes a byte; appends to `released` what is certainly no part of a marker.
    ///
    /// - Returns: the index of the marker that is now complete; none of it is released.
    mutating func push(_ byte: UInt8, released: inout [UInt8]) -> Int? {
        held.append(byte)
        while !held.isEmpty {
            switch markers.match(held) {
            case .whole(let index):
                held = []
                return index
            case .beginning: return nil
            case .none: released.append(held.removeFirst())
            }
        }
        return nil
    }

    /// Hands out what was held back.
    mutating func takeHeld() -> [UInt8] {
        defer { held = [] }
        return held
    }
}

/// Expects one of several markers exactly here.
struct AnchoredMatcher: Sendable {
    enum Step {
        case more
        case matched(Int)
        /// Neither marker stands here; the bytes so far, the last one among them.
        case failed([UInt8])
    }

    private let markers: [[UInt8]]
    private var held: [UInt8] = []

    init(_ markers: [String]) { self.markers = markers.map { Array($0.utf8) } }

    /// Whether no byte of a marker has come yet.
    var isAtStart: Bool { held.isEmpty }

    mutating func push(_ byte: UInt8) -> Step {
        held.append(byte)
        switch markers.match(held) {
        case .beginning: return .more
        case .whole(let index):
            held = []
            return .matched(index)
        case .none: return .failed(takeHeld())
        }
    }

    mutating func takeHeld() -> [UInt8] {
        defer { held = [] }
        return held
    }
}

private enum MarkerMatch {
    case whole(Int)
    case beginning
    case none
}

extension [[UInt8]] {
    fileprivate func match(_ text: [UInt8]) -> MarkerMatch {
        var match = MarkerMatch.none
        for (index, marker) in enumerated() where marker.starts(with: text) {
            if marker.count == text.count { return .whole(index) }
            match = .beginning
        }
        return match
    }
}

extension UInt8 {
    /// Whether this is one of the four bytes that JSON calls white space.
    var isSpace: Bool {
        self == UInt8(ascii: " ") || self == UInt8(ascii: "\n") || self == UInt8(ascii: "\r")
            || self == UInt8(ascii: "\t")
    }

    /// Whether a function's name may have this byte: what OpenAI allows, and the `.`, `:` and `/`
    /// of those who put a tool's home or number into the name.
    var isPartOfFunctionName: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "/"):
            true
        default: false
        }
    }
}

/// How much the parser keeps before it decides.
enum HoldLimit {
    /// Bytes of a call whose name is not known yet, and of a value that must be seen whole.
    static let bytes = 1 << 18
    /// Bytes of a function's name, a parameter's name or a message's header.
    static let nameBytes = 256
    /// White space that may turn out to stand in front of a call.
    static let spaceBytes = 1024
    /// How many arrays and objects may lie inside one another: as ``JSONParser`` has it.
    static let depth = 64
}
