extension Double {
    /// The number as Python prints it: `1.0`, `1e+20`, `1e-05`, `inf`.
    var pythonText: String {
        if isNaN { return "nan" }
        if isInfinite { return self < 0 ? "-inf" : "inf" }
        let sign = self.sign == .minus ? "-" : ""
        let (digits, exponent) = shortestDigits
        if exponent < -4 || exponent >= 16 {
            let mantissa = digits.count > 1 ? "\(digits.prefix(1)).\(digits.dropFirst())" : digits
            let magnitude = abs(exponent)
            let mark = exponent < 0 ? "-" : "+"
            return "\(sign)\(mantissa)e\(mark)\(magnitude < 10 ? "0" : "")\(magnitude)"
        }
        if exponent < 0 {
            return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits
        }
        if digits.count <= exponent + 1 {
            return sign + digits + String(repeating: "0", count: exponent + 1 - digits.count) + ".0"
        }
        return "\(sign)\(digits.prefix(exponent + 1)).\(digits.dropFirst(exponent + 1))"
    }

    /// As few digits as read back the same, and the power of ten of the first of them.
    private var shortestDigits: (digits: String, exponent: Int) {
        var digits = ""
        var exponent = 0
        var pointAt: Int?
        let text = "\(magnitude)"
        let parts = text.split(separator: "e")
        for character in parts[0] {
            if character == "." { pointAt = digits.count } else { digits.append(character) }
        }
        if parts.count > 1 { exponent = Int(parts[1]) ?? 0 }
        exponent += (pointAt ?? digits.count) - 1
        let leading = digits.prefix { $0 == "0" }.count
        if leading == digits.count { return ("0", 0) }
        digits.removeFirst(leading)
        exponent -= leading
        while digits.count > 1, digits.last == "0" { digits.removeLast() }
        return (digits, exponent)
    }
}

/// All decimal digits of a number, of which there are at most 1 075 behind the point.
struct DecimalExpansion {
    /// The digits before the point, without leading zeros.
    private(set) var whole: [UInt8]
    /// The digits behind the point.
    private(set) var fraction: [UInt8]

    /// - Parameter value: finite; its sign is left aside.
    init(_ value: Double) {
        let exponent = value == 0 ? 0 : Int(value.exponent) - 52
        let scaled = value.magnitude
        // The significand as a whole number, times 2 to the power of `exponent`.
        var limbs: [UInt32] = []
        var shift = exponent
        if scaled == 0 {
            shift = 0
        } else if value.isNormal {
            let significand = value.significandBitPattern | 1 << 52
            limbs = Self.limbs(significand)
        } else {
            limbs = Self.limbs(value.significandBitPattern)
            shift = -1074
        }
        if shift >= 0 {
            for _ in 0..<shift { Self.multiply(&limbs, by: 2) }
            whole = Self.digits(limbs)
            fraction = []
        } else {
            // m / 2^s = m × 5^s / 10^s
            for _ in 0..<(-shift) { Self.multiply(&limbs, by: 5) }
            var digits = Self.digits(limbs)
            if digits.count < -shift {
                digits = Array(repeating: 0, count: -shift - digits.count) + digits
            }
            whole = Array(digits.dropLast(-shift))
            fraction = Array(digits.suffix(-shift))
        }
    }

    /// The digits with `places` behind the point, rounded half to even.
    func rounded(places: Int) -> (whole: [UInt8], fraction: [UInt8]) {
        var digits = whole + fraction.prefix(max(0, places))
        if places < 0 { digits = Array(whole.dropLast(-places)) }
        let kept = digits.count
        let all = whole + fraction
        let isBefore = places < 0 && -places > whole.count
        if kept < all.count && !isBefore {
            let next = all[kept]
            let isAbove = next > 5 || next == 5 && all[(kept + 1)...].contains { $0 != 0 }
            let isTie = next == 5 && !isAbove
            let isOdd = (digits.last ?? 0) % 2 == 1
            if isAbove || isTie && isOdd { Self.increment(&digits) }
        }
        if places < 0 {
            digits += Array(repeating: 0, count: digits.isEmpty ? 0 : -places)
            return (digits, [])
        }
        let fractionCount = min(places, fraction.count)
        let zeros = Array(repeating: UInt8(0), count: places - fractionCount)
        return (Array(digits.dropLast(fractionCount)), digits.suffix(fractionCount) + zeros)
    }

    private static func increment(_ digits: inout [UInt8]) {
        var index = digits.count
        while index > 0 {
            index -= 1
            if digits[index] < 9 {
                digits[index] += 1
                return
            }
            digits[index] = 0
        }
        digits.insert(1, at: 0)
    }

    /// Limbs of 10⁹, the lowest first.
    private static func limbs(_ value: UInt64) -> [UInt32] {
        var limbs: [UInt32] = []
        var rest = value
        while rest > 0 {
            limbs.append(UInt32(rest % 1_000_000_000))
            rest /= 1_000_000_000
        }
        return limbs
    }

    private static func multiply(_ limbs: inout [UInt32], by factor: UInt64) {
        var carry: UInt64 = 0
        for index in limbs.indices {
            let product = UInt64(limbs[index]) * factor + carry
            limbs[index] = UInt32(product % 1_000_000_000)
            carry = product / 1_000_000_000
        }
        if carry > 0 { limbs.append(UInt32(carry)) }
    }

    private static func digits(_ limbs: [UInt32]) -> [UInt8] {
        var digits: [UInt8] = []
        for limb in limbs {
            var rest = limb
            for _ in 0..<9 {
                digits.append(UInt8(rest % 10))
                rest /= 10
            }
        }
        while digits.last == 0 { digits.removeLast() }
        return digits.reversed()
    }
}
