/// Where a text stands in a wider field.
enum Alignment {
    case left
    case right
    case center
}

extension Renderer {
    /// The text without blank space, or without the characters given, at its ends.
    func stripped(
        _ text: MarkedText,
        _ characters: Value?,
        _ ends: TextEnds
    ) throws(ChatTemplateError) -> MarkedText {
        var set: Set<Unicode.Scalar>?
        if let characters, !isNull(characters) {
            guard case .text(let text) = characters else {
                throw typeError("the characters to strip must be a str")
            }
            try pay(text: 4 * text.count)
            set = Set(text.string.unicodeScalars)
        }
        func isStripped(_ scalar: Unicode.Scalar) -> Bool {
            set?.contains(scalar) ?? scalar.isBlank
        }
        var start = 0
        var end = text.count
        while ends != .end, start < end {
            let (scalar, byteCount) = text.bytes.scalar(at: start)
            guard isStripped(scalar) else { break }
            start += byteCount
        }
        while ends != .start, end > start {
            let byteCount = text.bytes.scalarByteCount(before: end)
            guard isStripped(text.bytes.scalar(at: end - byteCount).scalar) else { break }
            end -= byteCount
        }
        if start == 0, end == text.count { return text }
        try pay(text: text.count)
        return text.slice(start..<end)
    }

    /// The text with `old` replaced, at most `limit` times unless that is negative.
    func replaced(
        _ text: MarkedText,
        _ old: MarkedText,
        by new: MarkedText,
        limit: Int
    ) throws(ChatTemplateError) -> MarkedText {
        try pay(text: text.count)
        let places = text.bytes.places(of: old.bytes, limit: limit < 0 ? Int.max : limit)
        if places.isEmpty { return text }
        try pay(steps: places.count / 8)
        var whole = MarkedText()
        var start = 0
        for place in places {
            try pay(text: new.count)
            whole.append(text, start..<place)
            whole.append(new)
            start = place + old.count
        }
        whole.append(text, start..<text.count)
        whole.isMarkup = text.isMarkup
        return whole
    }

    func joined(_ value: Value, by separator: MarkedText) throws(ChatTemplateError) -> MarkedText {
        var whole = MarkedText()
        for (index, item) in try items(of: value).enumerated() {
            try pay(steps: 1)
            let text: MarkedText
            if separator.isMarkup {
                text = try escaped(try self.text(of: item))
            } else {
                text = try part(item, of: separator)
            }
            if index > 0 {
                try pay(text: separator.count)
                whole.append(separator)
            }
            try pay(text: text.count)
            whole.append(text)
        }
        whole.isMarkup = separator.isMarkup
        return whole
    }

    /// The text in a field of `width` characters.
    func aligned(
        _ text: MarkedText,
        _ width: Int,
        _ alignment: Alignment,
        fill: Unicode.Scalar
    ) throws(ChatTemplateError) -> MarkedText {
        try pay(scanning: text.count)
        let missing = max(0, width) - text.bytes.scalarCount
        guard missing > 0 else { return text }
        let unit = Array(String(fill).utf8)
        let (byteCount, overflows) = missing.multipliedReportingOverflow(by: unit.count)
        try pay(text: text.count)
        try pay(text: overflows ? Int.max : byteCount)
        let left: Int =
            switch alignment {
            case .left: 0
            case .right: missing
            // Python puts the odd one left if the width is odd.
            case .center: missing / 2 + (missing & width & 1)
            }
        var whole = MarkedText()
        let isInput = text.hasInput
        for _ in 0..<left { whole.append(unit, isInput: isInput) }
        whole.append(text)
        for _ in left..<missing { whole.append(unit, isInput: isInput) }
        whole.isMarkup = text.isMarkup
        return whole
    }
}

extension [UInt8] {
    /// Whether `part` is found at the end.
    func ends(with part: [UInt8]) -> Bool {
        count >= part.count && self[(count - part.count)...].elementsEqual(part)
    }
}
