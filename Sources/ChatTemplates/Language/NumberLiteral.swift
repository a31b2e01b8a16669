/// Reads a number inside a tag.
struct NumberLiteral {
    private let source: [UInt8]
    private(set) var position: Int

    init(_ source: [UInt8], at position: Int) {
        self.source = source
        self.position = position
    }

    /// Reads the number; nil if it is whole and has more than 128 bits.
    ///
    /// Behind a dot a number is whole: `a.1.2` is an element of an element.
    mutating func read(isAfterDot: Bool) -> Token.Kind? {
        let start = position
        if !isAfterDot, let end = floatEnd(from: start) {
            position = end
            return Double(plain(start..<end)).map { .float($0) }
        }
        if source[start] == UInt8(ascii: "0"), start + 1 < source.count {
            let radix: Int? =
                switch source[start + 1] | 0x20 {
                case UInt8(ascii: "x"): 16
                case UInt8(ascii: "o"): 8
                case UInt8(ascii: "b"): 2
                default: nil
                }
            if let radix, let end = digits(from: start + 2, radix: radix, mayStartWithMark: true) {
                position = end
                return Int128(plain(start + 2..<end), radix: radix).map { .integer($0) }
            }
        }
        let radix = source[start] == UInt8(ascii: "0") ? 1 : 10
        guard let end = digits(from: start, radix: radix) else { return nil }
        position = end
        return Int128(plain(start..<end)).map { .integer($0) }
    }

    /// Where a number with a point or an exponent ends; nil if there is none.
    private func floatEnd(from start: Int) -> Int? {
        guard var end = digits(from: start, radix: 10) else { return nil }
        var isFloat = false
        if byte(end) == UInt8(ascii: "."), let fraction = digits(from: end + 1, radix: 10) {
            end = fraction
            isFloat = true
        }
        if let mark = byte(end), mark | 0x20 == UInt8(ascii: "e") {
            var next = end + 1
            if byte(next) == UInt8(ascii: "+") || byte(next) == UInt8(ascii: "-") { next += 1 }
            if let exponent = digits(from: next, radix: 10) {
                end = exponent
                isFloat = true
            }
        }
        return isFloat ? end : nil
    }

    /// The end of digits with single underscores between them; a radix of 1 means zeros only.
    private func digits(from start: Int, radix: Int, mayStartWithMark: Bool = false) -> Int? {
        var end = start
        if mayStartWithMark, byte(end) == UInt8(ascii: "_") { end += 1 }
        guard isDigit(end, radix) else { return nil }
        while true {
            if isDigit(end, radix) {
                end += 1
            } else if byte(end) == UInt8(ascii: "_"), isDigit(end + 1, radix) {
                end += 2
            } else {
                return end
            }
        }
    }

    private func byte(_ index: Int) -> UInt8? { index < source.count ? source[index] : nil }

    private func isDigit(_ index: Int, _ radix: Int) -> Bool {
        guard let byte = byte(index), byte < 0x80 else { return false }
        guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return false }
        return digit < radix
    }

    private func plain(_ range: Range<Int>) -> String {
        String(decoding: source[range].filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
    }
}
