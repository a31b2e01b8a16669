/// How many columns of a terminal text takes.
///
/// Terminals differ where several scalars make one picture; this follows those that draw one.
package enum DisplayWidth {
    /// Columns of a scalar on its own: 0, 1 or 2.
    static func of(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x20...0x7E: return 1
        case 0..<0x20, 0x7F..<0xA0: return 0
        case 0xA0..<0x300: return 1
        // The second and third letters of Korean syllables stand inside the first.
        case 0x1160...0x11FF: return 0
        default: break
        }
        let properties = scalar.properties
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .lineSeparator, .paragraphSeparator:
            return 0
        default:
            if isRegionalIndicator(scalar) { return 1 }
            return properties.isEmojiPresentation || isWide(scalar.value) ? 2 : 1
        }
    }

    /// Columns of a scalar behind another one of the same picture or word.
    static func of(_ scalar: Unicode.Scalar, after previous: Unicode.Scalar?) -> Int {
        guard let previous else { return of(scalar) }
        // A picture joined to another, a skin colour: no column of their own.
        if previous == "\u{200D}" && scalar.properties.isEmoji && scalar.value > 0xFF { return 0 }
        if scalar.properties.isEmojiModifier && previous.properties.isEmojiModifierBase { return 0 }
        // The mark that asks for a picture widens what is drawn narrow.
        if scalar == "\u{FE0F}" && previous.properties.isEmoji && of(previous) == 1 { return 1 }
        return of(scalar)
    }

    /// Columns of what a reader takes for one character.
    package static func of(_ character: Character) -> Int {
        var width = 0
        var previous: Unicode.Scalar?
        for scalar in character.unicodeScalars {
            width += of(scalar, after: previous)
            previous = scalar
        }
        return width
    }

    /// Columns of a text without line breaks.
    package static func of(_ text: some StringProtocol) -> Int {
        text.reduce(0) { $0 + of($1) }
    }

    private static func isRegionalIndicator(_ scalar: Unicode.Scalar) -> Bool {
        (0x1F1E6...0x1F1FF).contains(scalar.value)
    }

    /// The wide letters of East Asia (Unicode's East Asian Width W and F), in blocks.
    private static let wideBlocks: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF,
        0x4E00...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19,
        0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF,
        0x1F200...0x1F265, 0x20000...0x2FFFD, 0x30000...0x3FFFD,
    ]

    private static func isWide(_ value: UInt32) -> Bool {
        value >= 0x1100 && wideBlocks.contains { $0.contains(value) }
    }
}
