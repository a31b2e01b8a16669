extension Renderer {
    /// Changes letters one by one; every byte keeps its mark.
    func mapped(
        _ text: MarkedText,
        _ change: (Unicode.Scalar, Int) -> String
    ) throws(ChatTemplateError) -> MarkedText {
        // A scalar takes about as long as copying a hundred bytes.
        try pay(text: 16 * text.count)
        var result = MarkedText()
        for (range, isInput) in text.runs {
            var index = range.lowerBound
            while index < range.upperBound {
                let (scalar, byteCount) = text.bytes.scalar(at: index)
                result.append(change(scalar, index).utf8, isInput: isInput)
                index += byteCount
            }
        }
        result.isMarkup = text.isMarkup
        return result
    }

    func lowercased(_ text: MarkedText) throws(ChatTemplateError) -> MarkedText {
        if text.bytes.isASCII { return try mappedASCII(text) { $0.lowercased } }
        return try mapped(text) { scalar, index in text.bytes.lowercased(scalar, at: index) }
    }

    func uppercased(_ text: MarkedText) throws(ChatTemplateError) -> MarkedText {
        if text.bytes.isASCII { return try mappedASCII(text) { $0.uppercased } }
        return try mapped(text) { scalar, _ in scalar.properties.uppercaseMapping }
    }

    private func mappedASCII(
        _ text: MarkedText,
        _ change: (UInt8) -> UInt8
    ) throws(ChatTemplateError) -> MarkedText {
        try pay(text: text.count)
        var result = MarkedText()
        for (range, isInput) in text.runs {
            result.append(text.bytes[range].lazy.map(change), isInput: isInput)
        }
        result.isMarkup = text.isMarkup
        return result
    }

    /// The first letter large, all others small.
    func capitalized(_ text: MarkedText) throws(ChatTemplateError) -> MarkedText {
        try mapped(text) { scalar, index in
            index == 0
                ? scalar.properties.titlecaseMapping : text.bytes.lowercased(scalar, at: index)
        }
    }

    /// Python's `title`: a letter is large if none stands before it.
    func titled(_ text: MarkedText) throws(ChatTemplateError) -> MarkedText {
        var isInWord = false
        return try mapped(text) { scalar, index in
            defer { isInWord = scalar.properties.isCasedLetter }
            return isInWord
                ? text.bytes.lowercased(scalar, at: index) : scalar.properties.titlecaseMapping
        }
    }

    /// The filter `title`: a letter is large at the start and behind blank space and brackets.
    func titleFiltered(_ text: MarkedText) throws(ChatTemplateError) -> MarkedText {
        var lettersBefore = 0
        var result = try mapped(text) { scalar, index in
            let isAtStart = lettersBefore == 0
            // What follows the first letter is made small by itself, without regard to it.
            let isSecond = lettersBefore == 1
            let endsWord = scalar.isBlank || "-({[<".unicodeScalars.contains(scalar)
            lettersBefore = endsWord ? 0 : lettersBefore + 1
            if isAtStart { return scalar.properties.uppercaseMapping }
            return isSecond
                ? scalar.properties.lowercaseMapping : text.bytes.lowercased(scalar, at: index)
        }
        result.isMarkup = false
        return result
    }

    func caseSwapped(_ text: MarkedText) throws(ChatTemplateError) -> MarkedText {
        try mapped(text) { scalar, index in
            if scalar.properties.isUppercase { return text.bytes.lowercased(scalar, at: index) }
            return scalar.properties.isLowercase
                ? scalar.properties.uppercaseMapping : String(scalar)
        }
    }

    func caseFolded(_ text: MarkedText) throws(ChatTemplateError) -> MarkedText {
        // The scalars that fold to more than one are those whose capitals are several letters.
        try mapped(text) { scalar, _ in
            let capital = scalar.properties.uppercaseMapping
            if scalar == "\u{1E9E}" { return "ss" }
            guard scalar.value >= 0x80, capital.unicodeScalars.count > 1 else {
                return scalar == "ς" ? "σ" : scalar.properties.lowercaseMapping
            }
            return capital.unicodeScalars.map(\.properties.lowercaseMapping).joined()
        }
    }
}

extension [UInt8] {
    /// The small letter; a Greek sigma has another form at the end of a word.
    fileprivate func lowercased(_ scalar: Unicode.Scalar, at index: Int) -> String {
        guard scalar == "Σ" else { return scalar.properties.lowercaseMapping }
        // At most 64 letters are looked at: a longer row of marks is no word.
        var before = index
        var isBehindLetter = false
        for _ in 0..<64 where before > 0 {
            before -= scalarByteCount(before: before)
            let neighbour = self.scalar(at: before).scalar
            if neighbour.properties.isCaseIgnorable { continue }
            isBehindLetter = neighbour.properties.isCased
            break
        }
        var after = index + String(scalar).utf8.count
        var isBeforeLetter = false
        for _ in 0..<64 where after < count {
            let (neighbour, byteCount) = self.scalar(at: after)
            after += byteCount
            if neighbour.properties.isCaseIgnorable { continue }
            isBeforeLetter = neighbour.properties.isCased
            break
        }
        return isBehindLetter && !isBeforeLetter ? "ς" : "σ"
    }

    /// Whether there are letters, and all of them large or all of them small.
    func isCased(wantsUpper: Bool) -> Bool {
        var hasLetter = false
        for scalar in String(decoding: self, as: UTF8.self).unicodeScalars {
            let properties = scalar.properties
            let isTitle = properties.generalCategory == .titlecaseLetter
            if isTitle || (wantsUpper ? properties.isLowercase : properties.isUppercase) {
                return false
            }
            if wantsUpper ? properties.isUppercase : properties.isLowercase { hasLetter = true }
        }
        return hasLetter
    }

    /// Whether a large letter begins every word and nothing else is large.
    var isTitle: Bool {
        var hasLetter = false
        var isInWord = false
        for scalar in String(decoding: self, as: UTF8.self).unicodeScalars {
            let properties = scalar.properties
            let isLarge = properties.isUppercase || properties.generalCategory == .titlecaseLetter
            if isLarge {
                if isInWord { return false }
                hasLetter = true
                isInWord = true
            } else if properties.isLowercase {
                if !isInWord { return false }
                hasLetter = true
            } else {
                isInWord = false
            }
        }
        return hasLetter
    }
}

extension Unicode.Scalar.Properties {
    /// What Python calls cased: letters that have a large and a small form.
    var isCasedLetter: Bool {
        isUppercase || isLowercase || generalCategory == .titlecaseLetter
    }
}

extension UInt8 {
    fileprivate var lowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self + 32 : self }
    fileprivate var uppercased: UInt8 { self >= 0x61 && self <= 0x7A ? self - 32 : self }
}
