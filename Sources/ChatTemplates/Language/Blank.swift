extension Unicode.Scalar {
    /// Whether Python counts the scalar as blank space.
    var isBlank: Bool {
        switch value {
        case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029,
            0x202F, 0x205F, 0x3000:
            true
        default: false
        }
    }
}

extension UInt8 {
    /// Whether the byte is one of `0`…`9`.
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
}

extension [UInt8] {
    /// The first place from `start` on that is not blank.
    func skipSpace(from start: Int) -> Int {
        var index = start
        while index < count {
            let (scalar, byteCount) = scalar(at: index)
            guard scalar.isBlank else { break }
            index += byteCount
        }
        return Swift.min(index, count)
    }

    /// Where the text in `range` ends when blank space at its end is cut off.
    func endOfText(in range: Range<Int>) -> Int {
        var end = range.upperBound
        while end > range.lowerBound {
            let byteCount = scalarByteCount(before: end)
            guard scalar(at: end - byteCount).scalar.isBlank else { break }
            end -= byteCount
        }
        return Swift.max(end, range.lowerBound)
    }
}
