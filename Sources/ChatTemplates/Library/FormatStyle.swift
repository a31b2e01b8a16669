/// What stands behind the colon of a field: `[[fill]align][sign][#][0][width][,][.places][letter]`.
struct FormatStyle {
    var fill: Unicode.Scalar = " "
    /// `<`, `>`, `^` or `=`.
    var place: Unicode.Scalar?
    var width = 0
    var number = NumberStyle()
    var hasGrouping: Bool { number.grouping != nil }
    let isEmpty: Bool

    init(_ text: MarkedText, _ renderer: Renderer) throws(ChatTemplateError) {
        isEmpty = text.isEmpty
        var rest = Substring(text.string).unicodeScalars
        let places: [Unicode.Scalar] = ["<", ">", "^", "="]
        if let second = rest.dropFirst().first, places.contains(second) {
            fill = rest.removeFirst()
            place = rest.removeFirst()
        } else if let first = rest.first, places.contains(first) {
            place = rest.removeFirst()
        }
        if let first = rest.first, ["+", "-", " "].contains(first) {
            number.sign = first == "-" ? "" : String(rest.removeFirst())
            if first == "-" { rest.removeFirst() }
        }
        if rest.first == "#" {
            number.isAlternate = true
            rest.removeFirst()
        }
        if rest.first == "0" {
            rest.removeFirst()
            if place == nil {
                place = "="
                fill = "0"
            }
        }
        if let width = try Self.digits(&rest, renderer) { self.width = width }
        if let first = rest.first, first == "," || first == "_" {
            number.grouping = UInt8(first.value)
            rest.removeFirst()
        }
        if rest.first == "." {
            rest.removeFirst()
            guard let count = try Self.digits(&rest, renderer) else {
                throw renderer.typeError("a format names no number of places")
            }
            number.places = count
        }
        if let letter = rest.popFirst() {
            guard letter.isASCII, rest.isEmpty else {
                throw renderer.typeError("a format has an unknown form")
            }
            number.letter = UInt8(letter.value)
        }
    }

    private static func digits(
        _ rest: inout Substring.UnicodeScalarView,
        _ renderer: Renderer
    ) throws(ChatTemplateError) -> Int? {
        let digits = rest.prefix { $0.value >= 0x30 && $0.value <= 0x39 }
        if digits.isEmpty { return nil }
        rest.removeFirst(digits.count)
        guard let number = Int(String(digits)) else {
            throw renderer.typeError("a number in a format is too large")
        }
        return number
    }
}

extension Renderer {
    /// The value in the style of a field.
    func formatted(_ value: Value, _ style: FormatStyle) throws(ChatTemplateError) -> MarkedText {
        if style.isEmpty { return try text(of: value) }
        switch value {
        case .text(let text):
            guard style.number.letter == 0 || style.number.letter == UInt8(ascii: "s"),
                style.place != "=", style.number.sign.isEmpty, !style.hasGrouping
            else { throw typeError("a format for numbers is used on a str") }
            let cut = try style.number.places.map { places throws(ChatTemplateError) in
                try slice(text, nil, places, 1)
            }
            return try placed(cut ?? text, style, fallback: .left)
        case .bool where style.number.letter == 0:
            return try placed(try text(of: value), style, fallback: .right)
        case .bool, .int, .wide, .float:
            let digits = try numberText(value, style.number)
            if style.place == "=" { return try filled(digits, style) }
            return try placed(digits, style, fallback: .right)
        default: throw typeError("a format is used on a \(value.typeName)")
        }
    }

    private func numberText(
        _ value: Value,
        _ style: NumberStyle
    ) throws(ChatTemplateError) -> MarkedText {
        guard let integer = value.integer, !"eEfFgG%".utf8.contains(style.letter) else {
            guard let number = value.number else { return MarkedText() }
            guard style.letter == 0 || "eEfFgG%".utf8.contains(style.letter) else {
                throw typeError("a format for whole numbers is used on a float")
            }
            return MarkedText(try formatted(number, style))
        }
        guard style.places == nil else { throw typeError("a whole number has no places") }
        let radix: Int
        var prefix = ""
        switch style.letter {
        case 0, UInt8(ascii: "d"), UInt8(ascii: "n"): radix = 10
        case UInt8(ascii: "b"): (radix, prefix) = (2, "0b")
        case UInt8(ascii: "o"): (radix, prefix) = (8, "0o")
        case UInt8(ascii: "x"): (radix, prefix) = (16, "0x")
        case UInt8(ascii: "X"): (radix, prefix) = (16, "0X")
        case UInt8(ascii: "c"):
            guard let code = UInt32(exactly: integer), let scalar = Unicode.Scalar(code) else {
                throw typeError("a number is no character")
            }
            return MarkedText(String(scalar), isInput: true)
        default: throw typeError("a format has an unknown form")
        }
        let isLarge = style.letter == UInt8(ascii: "X")
        var digits = String(integer.magnitude, radix: radix, uppercase: isLarge)
        if let mark = style.grouping, radix == 10 { digits = digits.grouped(mark) }
        return MarkedText(
            (integer < 0 ? "-" : style.sign) + (style.isAlternate ? prefix : "") + digits
        )
    }

    private func placed(
        _ text: MarkedText,
        _ style: FormatStyle,
        fallback: Alignment
    ) throws(ChatTemplateError) -> MarkedText {
        let count = text.bytes.scalarCount
        let alignment: Alignment =
            switch style.place {
            case "<": .left
            case ">": .right
            case "^": .center
            default: fallback
            }
        guard alignment == .center else {
            return try aligned(text, style.width, alignment, fill: style.fill)
        }
        // Unlike `center`, a format puts the odd one right.
        let missing = max(0, style.width - count)
        let left = try aligned(text, count + missing / 2, .right, fill: style.fill)
        return try aligned(left, style.width, .left, fill: style.fill)
    }

    private func filled(
        _ digits: MarkedText,
        _ style: FormatStyle
    ) throws(ChatTemplateError) -> MarkedText {
        if style.fill == "0" { return try zeroPadded(digits, style.width) }
        let hasSign = digits.bytes.first.map { "+- ".utf8.contains($0) } ?? false
        var whole = digits.slice(0..<(hasSign ? 1 : 0))
        let rest = digits.slice((hasSign ? 1 : 0)..<digits.count)
        whole.append(
            try aligned(rest, style.width - whole.count, .right, fill: style.fill)
        )
        return whole
    }
}
