extension Renderer {
    func numberFilter(
        _ filter: FilterName,
        _ value: Value,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        switch filter {
        case .abs:
            _ = try arguments.bound([], of: "abs", self)
            if let integer = value.integer {
                return integer < 0 ? try negative(Value(integer)) : Value(integer)
            }
            guard case .float(let number) = value else {
                throw typeError("a \(value.typeName) has no absolute value")
            }
            return .float(number.magnitude)
        case .int: return try intFilter(value, arguments)
        case .float:
            let fallback = try single("default", of: filter, arguments)
            if case .undefined(let undefined) = value { throw undefinedError(undefined) }
            if let number = value.number { return .float(number) }
            if case .text(let text) = value {
                try pay(scanning: text.count)
                if let number = PythonNumber.float(text.bytes) { return .float(number) }
            }
            return fallback ?? .float(0)
        case .filesizeformat: return try fileSize(value, arguments)
        default: return try round(value, arguments)
        }
    }

    private func intFilter(
        _ value: Value,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        let values = try arguments.bound(["default", "base"], of: "int", self)
        let fallback = values[0] ?? .int(0)
        if case .undefined(let undefined) = value { throw undefinedError(undefined) }
        if let integer = value.integer { return Value(integer) }
        if case .float(let number) = value {
            guard number.isFinite else { return fallback }
            guard let integer = Int128(exactly: number.rounded(.towardZero)) else {
                throw limit(.integerSize, 128)
            }
            return Value(integer)
        }
        guard case .text(let text) = value else { return fallback }
        try pay(scanning: text.count)
        let base = try count(values[1], 10)
        guard base == 0 || (2...36).contains(base) else { return fallback }
        switch PythonNumber.integer(text.bytes, base: base) {
        case .value(let integer): return Value(integer)
        case .tooLarge: throw limit(.integerSize, 128)
        case .noNumber: break
        }
        if let number = PythonNumber.float(text.bytes), number.isFinite {
            guard let integer = Int128(exactly: number.rounded(.towardZero)) else {
                throw limit(.integerSize, 128)
            }
            return Value(integer)
        }
        return fallback
    }

    private func round(_ value: Value, _ arguments: Arguments) throws(ChatTemplateError) -> Value {
        let values = try arguments.bound(["precision", "method"], of: "round", self)
        let places = try count(values[0], 0)
        let method = try values[1].map { value throws(ChatTemplateError) in
            try text(of: value).string
        }
        if case .undefined(let undefined) = value { throw undefinedError(undefined) }
        guard let number = value.number else {
            throw typeError("a \(value.typeName) cannot be rounded")
        }
        switch method {
        case nil, "common":
            if let integer = value.integer {
                return Value(try rounded(integer, places: places))
            }
            return .float(number.rounded(places: places))
        case "ceil", "floor":
            guard (-300...300).contains(places) else { throw typeError("too many places") }
            guard case .float(let factor) = try apply(.power, .float(10), .int(places)) else {
                return value
            }
            let scaled = (number * factor).rounded(method == "ceil" ? .up : .down)
            guard scaled.isFinite else { throw typeError("a number is too large to be rounded") }
            return .float(scaled / factor)
        default: throw typeError("the method of rounding is common, ceil or floor")
        }
    }

    private func rounded(_ value: Int128, places: Int) throws(ChatTemplateError) -> Int128 {
        guard places < 0 else { return value }
        guard places > -38 else { return 0 }
        var unit: Int128 = 1
        for _ in 0..<(-places) { unit *= 10 }
        let rest = ((value % unit) + unit) % unit
        let (low, overflows) = value.subtractingReportingOverflow(rest)
        if overflows { throw limit(.integerSize, 128) }
        let isUp = rest > unit - rest || rest == unit - rest && low / unit % 2 != 0
        let (high, overflowsUp) = low.addingReportingOverflow(isUp ? unit : 0)
        if overflowsUp { throw limit(.integerSize, 128) }
        return high
    }

    private func fileSize(
        _ value: Value,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        let isBinary = try flag(try single("binary", of: .filesizeformat, arguments), false)
        var number = value.number
        if case .text(let text) = value { number = PythonNumber.float(text.bytes) }
        guard let number else { throw typeError("a \(value.typeName) is no size") }
        let base: Double = isBinary ? 1024 : 1000
        if number == 1 { return .text("1 Byte") }
        if number < base {
            guard let whole = Int(exactly: number.rounded(.towardZero)) else {
                throw typeError("a \(value.typeName) is no size")
            }
            return .text("\(whole) Bytes")
        }
        guard number.isFinite else { return .text("\(number.pythonText) YB") }
        var unit = base
        var index = 0
        while index < 7, number >= unit * base {
            unit *= base
            index += 1
        }
        let names = ["k", "M", "G", "T", "P", "E", "Z", "Y"]
        let name = isBinary ? names[index].uppercased() + "iB" : names[index] + "B"
        return .text("\((number / unit).fixed(places: 1)) \(name)")
    }
}

extension Double {
    /// The nearest number with `places` digits behind the point, half to even.
    func rounded(places: Int) -> Double {
        guard isFinite, places < 400 else { return self }
        guard places > -400 else { return self * 0 }
        let (whole, fraction) = DecimalExpansion(self).rounded(places: places)
        let text = whole.decimal + "." + fraction.decimal
        let number = Double(text) ?? magnitude
        return sign == .minus ? -number : number
    }

    /// All digits before the point and `places` behind it.
    ///
    /// The number must be finite.
    func fixed(places: Int) -> String {
        let (whole, fraction) = DecimalExpansion(self).rounded(places: places)
        let text = whole.decimal + (fraction.isEmpty ? "" : "." + fraction.decimal)
        return sign == .minus ? "-" + text : text
    }
}

extension [UInt8] {
    /// Digits as text; no digits are a zero.
    var decimal: String {
        isEmpty ? "0" : String(decoding: map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
    }
}

/// Reads numbers as Python's `int` and `float` do.
enum PythonNumber {
    enum Integer {
        case value(Int128)
        case tooLarge
        case noNumber
    }

    static func integer(_ text: [UInt8], base: Int) -> Integer {
        var digits = trimmed(text)[...]
        var isNegative = false
        if let first = digits.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            isNegative = first == UInt8(ascii: "-")
            digits.removeFirst()
        }
        var radix = base == 0 ? 10 : base
        for (mark, prefixed) in [("x", 16), ("o", 8), ("b", 2)] where base == prefixed || base == 0
        {
            let prefix = ["0" + mark, "0" + mark.uppercased()]
            guard prefix.contains(String(decoding: digits.prefix(2), as: UTF8.self)) else {
                continue
            }
            radix = prefixed
            digits.removeFirst(2)
            if digits.first == UInt8(ascii: "_") { digits.removeFirst() }
        }
        guard let plain = withoutMarks(digits, isDigit: { digit($0).map { $0 < radix } ?? false })
        else { return .noNumber }
        if base == 0, radix == 10, plain.count > 1, plain.first == UInt8(ascii: "0"),
            plain.contains(where: { $0 != UInt8(ascii: "0") })
        {
            return .noNumber
        }
        let sign = isNegative ? "-" : ""
        let value = Int128(sign + String(decoding: plain, as: UTF8.self), radix: radix)
        return value.map { .value($0) } ?? .tooLarge
    }

    static func float(_ text: [UInt8]) -> Double? {
        let trimmed = trimmed(text)
        let string = String(decoding: trimmed, as: UTF8.self)
        let unsigned = string.lowercased().drop { $0 == "-" || $0 == "+" }
        if ["inf", "infinity", "nan"].contains(unsigned), string.count - unsigned.count <= 1 {
            return Double(string.lowercased())
        }
        let allowed = trimmed.allSatisfy {
            $0.isDigit || "+-._eE".utf8.contains($0)
        }
        guard allowed, let first = trimmed.first, let last = trimmed.last else { return nil }
        guard first != UInt8(ascii: "_"), last != UInt8(ascii: "_") else { return nil }
        for (left, right) in zip(trimmed, trimmed.dropFirst())
        where left == UInt8(ascii: "_") || right == UInt8(ascii: "_") {
            guard left.isDigit || right.isDigit, left != right else { return nil }
            if !left.isDigit && left != UInt8(ascii: "_") { return nil }
            if !right.isDigit && right != UInt8(ascii: "_") { return nil }
        }
        var plain = string.filter { $0 != "_" }
        // Python takes "5." and ".5" as well.
        if plain.hasSuffix(".") { plain += "0" }
        plain = plain.replacing(".e", with: ".0e").replacing(".E", with: ".0E")
        if plain.hasPrefix(".") { plain = "0" + plain }
        plain = plain.replacing("-.", with: "-0.").replacing("+.", with: "+0.")
        guard plain.utf8.contains(where: \.isDigit) else { return nil }
        return Double(plain)
    }

    private static func trimmed(_ text: [UInt8]) -> [UInt8] {
        let start = text.skipSpace(from: 0)
        return Array(text[start..<text.endOfText(in: start..<text.count)])
    }

    private static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte) - 0x30
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte) - 0x57
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte) - 0x37
        default: nil
        }
    }

    private static func withoutMarks(
        _ digits: ArraySlice<UInt8>,
        isDigit: (UInt8) -> Bool
    ) -> [UInt8]? {
        var plain: [UInt8] = []
        var wasDigit = false
        for byte in digits {
            if isDigit(byte) {
                plain.append(byte)
                wasDigit = true
            } else if byte == UInt8(ascii: "_"), wasDigit {
                wasDigit = false
            } else {
                return nil
            }
        }
        return wasDigit ? plain : nil
    }
}
