/// Makes text of anybody harmless on a terminal.
///
/// A terminal obeys control characters, and marks that turn the direction of text around make it
/// look like another. None of them gets through; line breaks and tabs are for the caller.
enum VisibleText {
    /// What is shown for a scalar: itself, a picture of it, or nil for nothing at all.
    static func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.value {
        case 0x20...0x7E: return scalar
        // Unicode has a picture of each of them.
        case 0..<0x20: return Unicode.Scalar(0x2400 + scalar.value)
        case 0x7F: return "\u{2421}"
        case 0x80..<0xA0: return "\u{FFFD}"
        // Marks that turn the direction of text around or isolate it, and invisible letters.
        case 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF: return nil
        case 0x61C, 0x180E, 0xFFF9...0xFFFB, 0xE0000...0xE0FFF: return nil
        case 0x2028, 0x2029: return " "
        default: return scalar
        }
    }

    /// A text on one line, with pictures in place of controls.
    static func line(_ text: some StringProtocol) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if let shown = shown(scalar) { result.unicodeScalars.append(shown) }
        }
        return result
    }

    /// A text of several lines; tabs are blanks.
    static func lines(_ text: some StringProtocol) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\n"
            case "\t": result += "    "
            case "\r": continue
            default: if let shown = shown(scalar) { result.unicodeScalars.append(shown) }
            }
        }
        return result
    }
}
