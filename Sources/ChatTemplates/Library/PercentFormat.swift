/// One `%…` of a format.
private struct PercentField {
    var key: [UInt8]?
    var isLeft = false
    var hasZeros = false
    var sign: String = ""
    var isAlternate = false
    var width: Int?
    var places: Int?
    var letter: UInt8 = 0
}

extension Renderer {
    /// `format % values`, as C's printf has it.
    func percentFormat(
        _ format: MarkedText,
        _ value: Value
    ) throws(ChatTemplateError) -> MarkedText {
        try pay(text: format.count)
        var values = [value]
        if case .tuple(let list) = value { values = list.items }
        values.reverse()
        var whole = MarkedText()
        var index = 0
        let bytes = format.bytes
        while index < bytes.count {
            guard let mark = bytes[index...].firstIndex(of: UInt8(ascii: "%")) else { break }
            whole.append(format, index..<mark)
            index = mark + 1
            var field = try percentField(bytes, &index, &values)
            if field.letter == UInt8(ascii: "%") {
                whole.append("%".utf8, isInput: false)
                continue
            }
            try pay(steps: 1)
            var argument: Value
            if let key = field.key {
                guard case .map(let map) = value else { throw typeError("a format needs a dict") }
                guard let entry = map.value(.text(key)) else {
                    throw typeError("a format asks for a key that is not there")
                }
                argument = entry
                values = []
            } else {
                guard let next = values.popLast() else {
                    throw typeError("a format has more fields than values")
                }
                argument = next
            }
            if format.isMarkup, case .text(let text) = argument {
                argument = .text(try escaped(text))
            }
            let text = try percentText(&field, argument, isMarkup: format.isMarkup)
            try pay(text: text.count)
            whole.append(text)
        }
        whole.append(format, index..<bytes.count)
        guard values.isEmpty || mayBeLeft(value) else {
            throw typeError("a format has fewer fields than values")
        }
        whole.isMarkup = format.isMarkup
        return whole
    }

    /// Whether Python lets the value stand behind `%` without being used.
    private func mayBeLeft(_ value: Value) -> Bool {
        switch value {
        case .map, .list, .range, .undefined: true
        default: false
        }
    }

    private func percentField(
        _ bytes: [UInt8],
        _ index: inout Int,
        _ values: inout [Value]
    ) throws(ChatTemplateError) -> PercentField {
        var field = PercentField()
        func peek() -> UInt8? { index < bytes.count ? bytes[index] : nil }
        if peek() == UInt8(ascii: "(") {
            guard let end = bytes[index...].firstIndex(of: UInt8(ascii: ")")) else {
                throw typeError("a key in a format is not closed")
            }
            field.key = Array(bytes[index + 1..<end])
            index = end + 1
        }
        flags: while let byte = peek() {
            switch byte {
            case UInt8(ascii: "-"): field.isLeft = true
            case UInt8(ascii: "0"): field.hasZeros = true
            case UInt8(ascii: "+"): field.sign = "+"
            case UInt8(ascii: " "): if field.sign.isEmpty { field.sign = " " }
            case UInt8(ascii: "#"): field.isAlternate = true
            default: break flags
            }
            index += 1
        }
        field.width = try number(bytes, &index, &values)
        if let width = field.width, width < 0 {
            field.isLeft = true
            field.width = width == Int.min ? Int.max : -width
        }
        if peek() == UInt8(ascii: ".") {
            index += 1
            field.places = max(0, try number(bytes, &index, &values) ?? 0)
        }
        while let byte = peek(), "hlL".utf8.contains(byte) { index += 1 }
        guard let letter = peek() else { throw typeError("a format is cut") }
        field.letter = letter
        index += 1
        return field
    }

    private func number(
        _ bytes: [UInt8],
        _ index: inout Int,
        _ values: inout [Value]
    ) throws(ChatTemplateError) -> Int? {
        if index < bytes.count, bytes[index] == UInt8(ascii: "*") {
            index += 1
            return try count(values.popLast() ?? .null, 0)
        }
        let start = index
        while index < bytes.count, bytes[index].isDigit { index += 1 }
        if start == index { return nil }
        guard let number = Int(String(decoding: bytes[start..<index], as: UTF8.self)) else {
            throw typeError("a width in a format is too large")
        }
        return number
    }

    private func percentText(
        _ field: inout PercentField,
        _ value: Value,
        isMarkup: Bool
    ) throws(ChatTemplateError) -> MarkedText {
        var spec = NumberStyle()
        spec.sign = field.sign
        spec.isAlternate = field.isAlternate
        spec.places = field.places
        var text: MarkedText
        switch field.letter {
        case UInt8(ascii: "s"), UInt8(ascii: "r"), UInt8(ascii: "a"):
            let isPlain = field.letter == UInt8(ascii: "s")
            text = isPlain ? try self.text(of: value) : try representation(of: value)
            if isMarkup { text = try escaped(text) }
            if let places = field.places { text = try slice(text, nil, places, 1) }
            field.hasZeros = false
        case UInt8(ascii: "c"):
            text = try character(value)
            field.hasZeros = false
        case UInt8(ascii: "d"), UInt8(ascii: "i"), UInt8(ascii: "u"), UInt8(ascii: "o"),
            UInt8(ascii: "x"), UInt8(ascii: "X"):
            text = MarkedText(try wholeText(value, spec, field.letter))
        case UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "e"), UInt8(ascii: "E"),
            UInt8(ascii: "g"), UInt8(ascii: "G"):
            guard let number = value.number else {
                throw typeError("a format needs a number, not a \(value.typeName)")
            }
            spec.letter = field.letter
            text = MarkedText(try formatted(number, spec))
        default: throw typeError("a format has an unknown letter")
        }
        let width = field.width ?? 0
        if field.hasZeros, !field.isLeft { return try zeroPadded(text, width) }
        return try aligned(text, width, field.isLeft ? .left : .right, fill: " ")
    }

    private func character(_ value: Value) throws(ChatTemplateError) -> MarkedText {
        if case .text(let text) = value, text.bytes.scalarCount == 1 { return text }
        guard let integer = value.integer, let number = UInt32(exactly: integer),
            let scalar = Unicode.Scalar(number)
        else { throw typeError("a format needs one character, not a \(value.typeName)") }
        // A number can come out of the request and say any character.
        return MarkedText(String(scalar), isInput: true)
    }

    private func wholeText(
        _ value: Value,
        _ style: NumberStyle,
        _ letter: UInt8
    ) throws(ChatTemplateError) -> String {
        var integer = value.integer
        let isDecimal = "diu".utf8.contains(letter)
        if isDecimal, case .float(let number) = value {
            integer = Int128(exactly: number.rounded(.towardZero))
        }
        guard let integer else {
            throw typeError("a format needs a whole number, not a \(value.typeName)")
        }
        let radix = isDecimal ? 10 : letter == UInt8(ascii: "o") ? 8 : 16
        let isLarge = letter == UInt8(ascii: "X")
        var digits = String(integer.magnitude, radix: radix, uppercase: isLarge)
        if let places = style.places, places > digits.utf8.count {
            try pay(text: places)
            digits = String(repeating: "0", count: places - digits.utf8.count) + digits
        }
        let prefix =
            style.isAlternate && !isDecimal ? (radix == 8 ? "0o" : isLarge ? "0X" : "0x") : ""
        return (integer < 0 ? "-" : style.sign) + prefix + digits
    }
}
