extension Renderer {
    func search(
        _ method: TextMethod,
        _ text: MarkedText,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        let given = arguments.positional
        guard (1...3).contains(given.count), arguments.named.isEmpty else {
            throw typeError("'\(method.rawValue)' takes one to three values")
        }
        try pay(scanning: 4 * text.count)
        let range = try bounds(text, given.dropFirst())
        if method == .startswith || method == .endswith {
            return .bool(try touches(method, text, given[0], range))
        }
        let part = try part(given[0], of: text)
        try pay(scanning: 2 * part.count)
        guard let range else {
            if method == .count { return .int(0) }
            return try notFound(method)
        }
        let bytes = range == 0..<text.count ? text.bytes : Array(text.bytes[range])
        if method == .count {
            let places = bytes.places(of: part.bytes)
            try pay(steps: places.count / 64)
            return .int(places.count)
        }
        let isForward = method == .find || method == .index
        let place =
            isForward
            ? bytes.firstPlace(of: part.bytes, from: 0)
            : bytes.lastPlace(of: part.bytes, before: bytes.count)
        guard let place else { return try notFound(method) }
        return .int(Array(text.bytes[..<(range.lowerBound + place)]).scalarCount)
    }

    private func notFound(_ method: TextMethod) throws(ChatTemplateError) -> Value {
        if method == .find || method == .rfind { return .int(-1) }
        throw typeError("a str does not hold what is looked for")
    }

    private func touches(
        _ method: TextMethod,
        _ text: MarkedText,
        _ value: Value,
        _ range: Range<Int>?
    ) throws(ChatTemplateError) -> Bool {
        var parts = [value]
        if case .tuple(let list) = value { parts = list.items }
        for value in parts {
            let part = try part(value, of: text)
            guard let range else { continue }
            try pay(scanning: part.count)
            guard part.count <= range.count else { continue }
            let start =
                method == .startswith ? range.lowerBound : range.upperBound - part.count
            if text.bytes[start..<start + part.count].elementsEqual(part.bytes) { return true }
        }
        return false
    }

    /// The bytes between two indices; nil where the start lies behind the end.
    private func bounds(
        _ text: MarkedText,
        _ given: ArraySlice<Value>
    ) throws(ChatTemplateError) -> Range<Int>? {
        guard !given.isEmpty else { return 0..<text.count }
        let count = text.bytes.scalarCount
        var numbers: [Int?] = []
        for value in given {
            numbers.append(isNull(value) ? nil : try self.count(value, 0))
        }
        func place(_ index: Int) -> Int {
            index < 0 ? max(0, index < -count ? 0 : index + count) : index
        }
        let start = place(numbers[0] ?? 0)
        let end = min(count, place(numbers.count > 1 ? numbers[1] ?? count : count))
        guard start <= end else { return nil }
        return text.bytes.offset(ofScalar: start)..<text.bytes.offset(ofScalar: end)
    }

    // MARK: - Parts

    func divide(
        _ method: TextMethod,
        _ text: MarkedText,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        try pay(text: text.count)
        switch method {
        case .splitlines:
            let values = try arguments.bound(["keepends"], of: "splitlines", self)
            return try pieces(text, try lines(of: text, keepsEnds: try flag(values[0], false)))
        case .partition, .rpartition:
            let values = try arguments.bound(["sep"], of: method.rawValue, self)
            return try partition(method, text, try part(values[0] ?? .null, of: text))
        default:
            let values = try arguments.bound(["sep", "maxsplit"], of: method.rawValue, self)
            let wanted = try count(values[1], -1)
            let limit = wanted < 0 ? Int.max : wanted
            guard let separator = values[0], !isNull(separator) else {
                return try pieces(text, text.bytes.words(method == .rsplit, limit: limit))
            }
            let part = try part(separator, of: text)
            guard !part.isEmpty else { throw typeError("the separator is empty") }
            return try pieces(text, text.bytes.split(method == .rsplit, at: part.bytes, limit))
        }
    }

    private func pieces(
        _ text: MarkedText,
        _ ranges: [Range<Int>]
    ) throws(ChatTemplateError) -> Value {
        try pay(steps: ranges.count)
        return try list(ranges.map { .text(text.slice($0)) })
    }

    private func partition(
        _ method: TextMethod,
        _ text: MarkedText,
        _ part: MarkedText
    ) throws(ChatTemplateError) -> Value {
        guard !part.isEmpty else { throw typeError("the separator is empty") }
        let isForward = method == .partition
        let place =
            isForward
            ? text.bytes.firstPlace(of: part.bytes, from: 0)
            : text.bytes.lastPlace(of: part.bytes, before: text.count)
        guard let place else {
            let empty = Value.text("")
            return try tuple(
                isForward ? [.text(text), empty, empty] : [empty, empty, .text(text)]
            )
        }
        let end = place + part.count
        return try tuple([
            .text(text.slice(0..<place)), .text(text.slice(place..<end)),
            .text(text.slice(end..<text.count)),
        ])
    }

    /// The lines of a text, with or without the line breaks that end them.
    func lines(
        of text: MarkedText,
        keepsEnds: Bool
    ) throws(ChatTemplateError) -> [Range<Int>] {
        try pay(scanning: 4 * text.count)
        var lines: [Range<Int>] = []
        var start = 0
        var index = 0
        while index < text.count {
            let (scalar, byteCount) = text.bytes.scalar(at: index)
            let end = index
            index += byteCount
            guard scalar.isLineBreak else { continue }
            if scalar == "\r", index < text.count, text.bytes[index] == 0x0A { index += 1 }
            try pay(steps: 1)
            lines.append(start..<(keepsEnds ? index : end))
            start = index
        }
        if start < text.count { lines.append(start..<text.count) }
        return lines
    }
}

extension [UInt8] {
    /// Where the scalar of an index begins.
    fileprivate func offset(ofScalar index: Int) -> Int {
        var left = index
        var offset = 0
        while left > 0, offset < count {
            offset += scalar(at: offset).byteCount
            left -= 1
        }
        return offset
    }

    /// Whether the last scalar breaks a line.
    var endsLine: Bool {
        guard !isEmpty else { return false }
        return scalar(at: count - scalarByteCount(before: count)).scalar.isLineBreak
    }

    fileprivate func split(
        _ isFromEnd: Bool,
        at part: [UInt8],
        _ limit: Int
    ) -> [Range<Int>] {
        var places: [Int]
        if isFromEnd {
            let found = Array(reversed()).places(of: part.reversed(), limit: limit)
            places = found.map { count - $0 - part.count }.reversed()
        } else {
            places = self.places(of: part, limit: limit)
        }
        var pieces: [Range<Int>] = []
        var start = 0
        for place in places {
            pieces.append(start..<place)
            start = place + part.count
        }
        return pieces + [start..<count]
    }

    /// The pieces between blank space.
    fileprivate func words(_ isFromEnd: Bool, limit: Int) -> [Range<Int>] {
        var words: [Range<Int>] = []
        var start: Int?
        var index = 0
        while index < count {
            let (scalar, byteCount) = scalar(at: index)
            if scalar.isBlank {
                if let first = start { words.append(first..<index) }
                start = nil
            } else if start == nil {
                start = index
            }
            index += byteCount
        }
        if let start { words.append(start..<count) }
        guard words.count > limit else { return words }
        if isFromEnd {
            // What is left keeps the blank space in front of it.
            let rest = words.count - limit
            return [0..<words[rest - 1].upperBound] + words[rest...]
        }
        return words[..<limit] + [words[limit].lowerBound..<count]
    }
}

extension Unicode.Scalar {
    /// Whether Python ends a line here.
    var isLineBreak: Bool {
        switch value {
        case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    /// Whether Python counts the scalar as a letter or a number.
    var isAlphanumeric: Bool { isLetter || properties.numericType != nil }

    var isLetter: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            true
        default: false
        }
    }
}

extension [UInt8] {
    /// Whether the text is what `isalpha` and the like ask for.
    func satisfies(_ method: TextMethod) -> Bool {
        let scalars = String(decoding: self, as: UTF8.self).unicodeScalars
        switch method {
        case .isascii: return isASCII
        case .islower: return isCased(wantsUpper: false)
        case .isupper: return isCased(wantsUpper: true)
        case .istitle: return isTitle
        case .isprintable: return scalars.allSatisfy(\.isPrintable)
        case .isidentifier:
            guard let first = scalars.first else { return false }
            return (first == "_" || first.properties.isXIDStart)
                && scalars.allSatisfy(\.properties.isXIDContinue)
        default: break
        }
        if isEmpty { return false }
        return scalars.allSatisfy { scalar in
            let numeric = scalar.properties.numericType
            switch method {
            case .isalnum: return scalar.isAlphanumeric
            case .isalpha: return scalar.isLetter
            case .isdecimal: return numeric == .decimal
            case .isdigit: return numeric == .decimal || numeric == .digit
            case .isnumeric: return numeric != nil
            default: return scalar.isBlank
            }
        }
    }
}
