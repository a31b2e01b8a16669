extension LazyAutomaton {
    /// Whether an ASCII byte is plain: printable, no quote, no backslash.
    ///
    /// Scalars beyond ASCII are plain, too. Most tokens are plain and nothing else.
    static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x5C
    }

    /// The longest that is told apart.
    static let longestPlainDepth = 200

    /// How far plain texts are followed to find out.
    private static let searchDepth = 24

    /// For how many scalars every plain text may follow, at most ``longestPlainDepth``.
    ///
    /// Inside a JSON string that is without end, or up to its `maxLength`: then all tokens that
    /// are plain and not longer are allowed, and nobody needs to look at them one by one.
    /// Found by following all plain scalars at once; given up early where they spread.
    mutating func plainDepth(of configuration: Int32) -> Int {
        let known = knownPlainDepth(configuration)
        if known >= 0 { return known }
        if let depth = evidentPlainDepth(configuration) {
            setPlainDepth(configuration, min(depth, Self.longestPlainDepth))
            return min(depth, Self.longestPlainDepth)
        }
        var seen: Set<Int32> = [configuration]
        var level = [configuration]
        var depth = 0
        while depth < Self.longestPlainDepth {
            guard let next = targetsOfPlainScalars(level) else { break }
            depth += 1
            let new = next.subtracting(seen)
            if new.isEmpty {
                depth = Self.longestPlainDepth
                break
            }
            // Chains are as long as a bound is far away: tokens are seldom longer than this.
            guard new.count <= 16, depth < Self.searchDepth else { break }
            seen.formUnion(new)
            level = Array(new)
            // What is known of every one of these is known of this one, too.
            if level.count == 1, knownPlainDepth(level[0]) >= 0 {
                depth = min(depth + knownPlainDepth(level[0]), Self.longestPlainDepth)
                break
            }
        }
        setPlainDepth(configuration, depth)
        return depth
    }

    /// Where one more plain scalar leads from any of these; nil when one leads nowhere.
    private mutating func targetsOfPlainScalars(_ level: [Int32]) -> Set<Int32>? {
        var result: Set<Int32> = []
        for configuration in level {
            var byte = 0x20
            while byte < 0x7F {
                let end = run(of: configuration, around: UInt8(byte)).upperBound
                if Self.isPlain(UInt8(byte)) {
                    let target = step(configuration, UInt8(byte))
                    guard target >= 0 else { return nil }
                    result.insert(target)
                    byte = end + 1
                } else {
                    byte += 1
                }
            }
            for (first, seconds, more) in Self.leads {
                guard
                    let targets = targets(
                        of: configuration,
                        first: first,
                        seconds: seconds,
                        more: more
                    )
                else { return nil }
                result.formUnion(targets)
            }
            guard result.count <= 64 else { return nil }
        }
        return result
    }

    /// First bytes of UTF-8, what may be second, and how many bytes follow that.
    private static let leads: [(ClosedRange<UInt8>, ClosedRange<UInt8>, Int)] = [
        (0xC2...0xDF, 0x80...0xBF, 0), (0xE0...0xE0, 0xA0...0xBF, 1),
        (0xE1...0xEC, 0x80...0xBF, 1), (0xED...0xED, 0x80...0x9F, 1),
        (0xEE...0xEF, 0x80...0xBF, 1), (0xF0...0xF0, 0x90...0xBF, 2),
        (0xF1...0xF3, 0x80...0xBF, 2), (0xF4...0xF4, 0x80...0x8F, 2),
    ]

    private mutating func targets(
        of configuration: Int32,
        first: ClosedRange<UInt8>,
        seconds: ClosedRange<UInt8>,
        more: Int
    ) -> Set<Int32>? {
        guard var level = targets(of: [configuration], first),
            let second = targets(of: level, seconds)
        else { return nil }
        level = second
        for _ in 0..<more {
            guard let next = targets(of: level, 0x80...0xBF) else { return nil }
            level = next
        }
        return level
    }

    private mutating func targets(
        of level: Set<Int32>,
        _ bytes: ClosedRange<UInt8>
    ) -> Set<Int32>? {
        var result: Set<Int32> = []
        for configuration in level {
            var byte = Int(bytes.lowerBound)
            while byte <= Int(bytes.upperBound) {
                let target = step(configuration, UInt8(byte))
                guard target >= 0 else { return nil }
                result.insert(target)
                guard result.count <= 8 else { return nil }
                byte = run(of: configuration, around: UInt8(byte)).upperBound + 1
            }
        }
        return result
    }
}
