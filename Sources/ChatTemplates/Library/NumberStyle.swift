/// How a number is written by `%` and by `format`.
struct NumberStyle {
    /// What stands in front of a number that is not negative.
    var sign = ""
    var isAlternate = false
    var places: Int?
    /// The letter of the form: `f`, `e`, `g`, `%`, or 0 for the number's own.
    var letter: UInt8 = 0
    /// What stands between groups of three digits.
    var grouping: UInt8?
}

extension Renderer {
    /// A number in one of the forms of `format`.
    func formatted(_ number: Double, _ style: NumberStyle) throws(ChatTemplateError) -> String {
        let places = style.places ?? 6
        guard places <= 1000 else { throw typeError("a number cannot have that many places") }
        // The largest number has 309 digits before the point, the smallest 1 074 behind it.
        try pay(text: 1400 + places)
        let sign = number.sign == .minus && !number.isNaN ? "-" : style.sign
        let isLarge = "EFG".utf8.contains(style.letter)
        guard number.isFinite else {
            let name = number.isNaN ? "nan" : "inf"
            let percent = style.letter == UInt8(ascii: "%") ? "%" : ""
            return sign + (isLarge ? name.uppercased() : name) + percent
        }
        var text: String
        switch style.letter | 0x20 {
        case UInt8(ascii: "f"): text = number.magnitude.fixed(places: places)
        case UInt8(ascii: "%") | 0x20:
            text = (number.magnitude * 100).fixed(places: places) + "%"
        case UInt8(ascii: "e"): text = number.magnitude.scientific(places: places)
        case UInt8(ascii: "g"):
            text = number.magnitude.general(places: max(1, places), keepsZeros: style.isAlternate)
        default:
            if let places = style.places {
                text = number.magnitude.general(places: max(1, places), isRepr: true)
            } else {
                text = number.magnitude.pythonText
            }
        }
        if style.isAlternate, !text.contains(".") {
            let end = text.firstIndex { $0 == "e" || $0 == "%" } ?? text.endIndex
            text.insert(".", at: end)
        }
        if let mark = style.grouping { text = text.grouped(mark) }
        return sign + (isLarge ? text.uppercased() : text)
    }

    /// Zeros between the sign and the digits, up to a width.
    func zeroPadded(_ text: MarkedText, _ width: Int) throws(ChatTemplateError) -> MarkedText {
        let missing = width - text.count
        guard missing > 0 else { return text }
        try pay(text: missing)
        try pay(text: text.count)
        let bytes = text.bytes
        var start = 0
        if let first = bytes.first, "+- ".utf8.contains(first) { start = 1 }
        let isPrefixed =
            bytes.count > start + 1 && bytes[start] == UInt8(ascii: "0")
            && "xXob".utf8.contains(bytes[start + 1])
        if isPrefixed { start += 2 }
        var whole = text.slice(0..<start)
        whole.append(Array(repeating: UInt8(ascii: "0"), count: missing), isInput: text.hasInput)
        whole.append(text, start..<text.count)
        return whole
    }
}

extension Double {
    /// One digit, a point, `places` digits, and the power of ten.
    fileprivate func scientific(places: Int) -> String {
        let (digits, exponent) = significant(places + 1)
        let fraction = Array(digits.dropFirst())
        let point = fraction.isEmpty ? "" : "." + fraction.decimal
        return Array(digits.prefix(1)).decimal + point + exponent.exponentText
    }

    /// `places` digits that count, in whichever form is shorter.
    fileprivate func general(places: Int, keepsZeros: Bool = false, isRepr: Bool = false) -> String
    {
        var (digits, exponent) = significant(places)
        let isScientific = exponent < -4 || exponent >= places - (isRepr ? 1 : 0)
        if !keepsZeros { while digits.count > 1, digits.last == 0 { digits.removeLast() } }
        if isScientific {
            let fraction = Array(digits.dropFirst())
            let point = fraction.isEmpty ? "" : "." + fraction.decimal
            return Array(digits.prefix(1)).decimal + point + exponent.exponentText
        }
        if exponent < 0 {
            return "0." + String(repeating: "0", count: -exponent - 1) + digits.decimal
        }
        if digits.count <= exponent + 1 {
            let zeros = String(repeating: "0", count: exponent + 1 - digits.count)
            return digits.decimal + zeros + (isRepr ? ".0" : "")
        }
        let whole = Array(digits.prefix(exponent + 1))
        return whole.decimal + "." + Array(digits.dropFirst(exponent + 1)).decimal
    }

    /// The first `count` digits, rounded, and the power of ten of the first of them.
    private func significant(_ count: Int) -> (digits: [UInt8], exponent: Int) {
        if self == 0 { return (Array(repeating: 0, count: count), 0) }
        let expansion = DecimalExpansion(self)
        let leading = expansion.fraction.prefix { $0 == 0 }.count
        var exponent =
            expansion.whole.isEmpty ? -leading - 1 : expansion.whole.count - 1
        let (whole, fraction) = expansion.rounded(places: count - 1 - exponent)
        var digits = Array((whole + fraction).drop { $0 == 0 })
        if whole.count > max(0, exponent + 1) || digits.count > count && exponent < 0 {
            exponent += 1
        }
        if digits.count < count { digits += Array(repeating: 0, count: count - digits.count) }
        return (Array(digits.prefix(count)), exponent)
    }
}

extension Int {
    fileprivate var exponentText: String {
        let digits = String(magnitude)
        return (self < 0 ? "e-" : "e+") + (digits.utf8.count < 2 ? "0" : "") + digits
    }
}

extension String {
    /// The digits before the point in groups of three.
    func grouped(_ mark: UInt8) -> String {
        let digits = prefix { $0.isASCII && $0.isNumber }
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 {
                grouped.unicodeScalars.append(Unicode.Scalar(mark))
            }
            grouped.append(digit)
        }
        return grouped + dropFirst(digits.count)
    }
}
