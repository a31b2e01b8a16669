/// A decimal number as its digits: what a number in a schema says, exactly.
struct Decimal: Hashable, Sendable {
    var isNegative: Bool
    /// Without leading and trailing zeros; empty for zero.
    var digits: [UInt8]
    /// The value is 0.d₁d₂… times ten to this power.
    var exponent: Int

    static let zero = Decimal(isNegative: false, digits: [], exponent: 0)

    init(isNegative: Bool, digits: [UInt8], exponent: Int) {
        let leading = digits.prefix { $0 == 0 }.count
        var kept = Array(digits.dropFirst(leading))
        while kept.last == 0 { kept.removeLast() }
        self.digits = kept
        self.isNegative = isNegative && !kept.isEmpty
        self.exponent = kept.isEmpty ? 0 : exponent - leading
    }

    init(_ value: some FixedWidthInteger) {
        let digits = String(value.magnitude).utf8.map { $0 - 48 }
        self.init(isNegative: value < 0, digits: digits, exponent: digits.count)
    }

    /// The shortest decimal that reads back as the value; nil for values that are not finite.
    init?(_ value: Double) {
        guard value.isFinite else { return nil }
        var digits: [UInt8] = []
        var exponent = 0
        var hasPoint = false
        var parts = value.magnitude.description.split(separator: "e")
        let power = parts.count > 1 ? Int(parts.removeLast()) ?? 0 : 0
        for byte in parts[0].utf8 {
            if byte == UInt8(ascii: ".") {
                hasPoint = true
            } else {
                digits.append(byte - 48)
                if !hasPoint { exponent += 1 }
            }
        }
        self.init(isNegative: value < 0, digits: digits, exponent: exponent + power)
    }

    /// The digits before the point, without leading zeros.
    var integerDigits: [UInt8] {
        guard exponent > 0 else { return [] }
        let known = digits.prefix(exponent)
        return known + Array(repeating: 0, count: exponent - known.count)
    }

    /// The digits after the point, without trailing zeros.
    var fractionDigits: [UInt8] {
        if exponent >= digits.count { return [] }
        if exponent >= 0 { return Array(digits.dropFirst(exponent)) }
        return digits.isEmpty ? [] : Array(repeating: 0, count: -exponent) + digits
    }

    var isInteger: Bool { exponent >= digits.count }

    /// As JSON has it, without an exponent.
    var plainText: String {
        func text(_ digits: [UInt8]) -> String {
            String(decoding: digits.map { $0 + 48 }, as: UTF8.self)
        }
        let fraction = fractionDigits
        let whole = integerDigits
        return (isNegative ? "-" : "") + (whole.isEmpty ? "0" : text(whole))
            + (fraction.isEmpty ? "" : "." + text(fraction))
    }

    /// With an exponent, as writers of JSON have it: `1e20`, `1e+20`, `1.5e-07`.
    var shortTexts: [String] {
        let mantissa = digits.map { String($0) }
        let head = (isNegative ? "-" : "") + (mantissa.first ?? "0")
        let rest = mantissa.count > 1 ? "." + mantissa.dropFirst().joined() : ""
        let power = exponent - 1
        let size = String(power.magnitude)
        let padded = size.count < 2 ? "0" + size : size
        let signs = power < 0 ? ["-"] : ["", "+"]
        return signs.flatMap { sign in
            Set([size, padded]).sorted().flatMap { size in
                ["e", "E"].map { head + rest + $0 + sign + size }
            }
        }
    }
}
