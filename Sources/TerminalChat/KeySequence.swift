/// What stands behind `ESC [`: numbers and a letter.
struct KeySequence {
    private let numbers: [Int]
    private let final: UInt8

    /// Takes a sequence apart; what is no number counts as 0.
    init(_ parameters: [UInt8], final: UInt8) {
        // Behind a colon stand alternatives that nothing here needs.
        numbers = parameters.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
            .map { part in
                let digits = part.prefix { $0 != UInt8(ascii: ":") }
                return Int(String(decoding: digits, as: UTF8.self)) ?? 0
            }
        self.final = final
    }

    /// Whether pasted text follows.
    var isPasteStart: Bool { final == UInt8(ascii: "~") && numbers.first == 200 }

    /// The key; nil for one that has no use here.
    var key: Key? {
        switch final {
        case UInt8(ascii: "A"): Key(.up, modifiers)
        case UInt8(ascii: "B"): Key(.down, modifiers)
        case UInt8(ascii: "C"): Key(.right, modifiers)
        case UInt8(ascii: "D"): Key(.left, modifiers)
        case UInt8(ascii: "H"): Key(.home, modifiers)
        case UInt8(ascii: "F"): Key(.end, modifiers)
        case UInt8(ascii: "Z"): Key(.tab, .shift)
        case UInt8(ascii: "u"): key(ofScalar: numbers.first)
        case UInt8(ascii: "~"): numberedKey
        default: nil
        }
    }

    private var modifiers: Key.Modifiers { modifiers(numbers.dropFirst().first) }

    private func modifiers(_ number: Int?) -> Key.Modifiers {
        guard let number, (2...8).contains(number) else { return [] }
        return Key.Modifiers(rawValue: UInt8(number - 1))
    }

    private var numberedKey: Key? {
        switch numbers.first {
        case 1, 7: Key(.home, modifiers)
        case 3: Key(.delete, modifiers)
        case 4, 8: Key(.end, modifiers)
        case 5: Key(.pageUp, modifiers)
        case 6: Key(.pageDown, modifiers)
        case 27 where numbers.count == 3: key(ofScalar: numbers[2])
        default: nil
        }
    }

    /// A key that newer terminals name by its scalar, so that every modifier can be told.
    private func key(ofScalar number: Int?) -> Key? {
        guard let number, let value = UInt32(exactly: number), let scalar = Unicode.Scalar(value)
        else { return nil }
        switch value {
        case 9: return Key(.tab, modifiers)
        case 13: return Key(.enter, modifiers)
        case 27: return Key(.escape, modifiers)
        case 8, 127: return Key(.backspace, modifiers)
        case 0..<32: return nil
        default: return Key(.text(scalar), modifiers.subtracting(.shift))
        }
    }
}
