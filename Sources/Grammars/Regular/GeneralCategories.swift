/// Unicode's general categories as sets of scalars, for `\p{…}`.
enum GeneralCategories {
    /// A category by its short or long name, with or without `General_Category=` before it.
    static func set(named name: String) -> ScalarSet? {
        var key = name
        for prefix in ["General_Category=", "gc="] where name.hasPrefix(prefix) {
            key = String(name.dropFirst(prefix.count))
        }
        let short = longNames[key] ?? key
        if short == "Any" { return .all }
        if short == "ASCII" { return ScalarSet([0...0x7F]) }
        let members = tables.filter { $0.key.hasPrefix(short) && short.count <= 2 }
        guard !short.isEmpty, !members.isEmpty else { return nil }
        return ScalarSet(members.flatMap { $0.value.ranges })
    }

    private static let longNames: [String: String] = [
        "Letter": "L", "Uppercase_Letter": "Lu", "Lowercase_Letter": "Ll",
        "Titlecase_Letter": "Lt", "Modifier_Letter": "Lm", "Other_Letter": "Lo", "Mark": "M",
        "Number": "N", "Decimal_Number": "Nd", "Letter_Number": "Nl", "Other_Number": "No",
        "Punctuation": "P", "Symbol": "S", "Separator": "Z", "Space_Separator": "Zs",
        "Other": "C", "Control": "Cc",
    ]

    /// Built once, of all scalars: some tens of milliseconds.
    private static let tables: [String: ScalarSet] = {
        var ranges: [String: [ClosedRange<UInt32>]] = [:]
        var current: (name: String, low: UInt32, high: UInt32)?
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let name = name(of: scalar.properties.generalCategory)
            if let open = current, open.name == name, open.high &+ 1 == value {
                current = (name, open.low, value)
                continue
            }
            if let open = current { ranges[open.name, default: []].append(open.low...open.high) }
            current = (name, value, value)
        }
        if let open = current { ranges[open.name, default: []].append(open.low...open.high) }
        return ranges.mapValues { ScalarSet($0) }
    }()

    private static func name(of category: Unicode.GeneralCategory) -> String {
        switch category {
        case .uppercaseLetter: "Lu"
        case .lowercaseLetter: "Ll"
        case .titlecaseLetter: "Lt"
        case .modifierLetter: "Lm"
        case .otherLetter: "Lo"
        case .nonspacingMark: "Mn"
        case .spacingMark: "Mc"
        case .enclosingMark: "Me"
        case .decimalNumber: "Nd"
        case .letterNumber: "Nl"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .openPunctuation: "Ps"
        case .closePunctuation: "Pe"
        case .initialPunctuation: "Pi"
        case .finalPunctuation: "Pf"
        case .otherPunctuation: "Po"
        case .mathSymbol: "Sm"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .otherSymbol: "So"
        case .spaceSeparator: "Zs"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        case .control: "Cc"
        case .format: "Cf"
        case .surrogate: "Cs"
        case .privateUse: "Co"
        case .unassigned: "Cn"
        @unknown default: "Cn"
        }
    }
}
