import Synchronization

/// The values of `format`, as automata.
///
/// All formats of JSON Schema are there but `regex`, `idn-hostname` and `uri-template`, which no
/// automaton of reasonable size decides; they are refused, and so are unknown names.
enum StringFormats {
    /// Names that say nothing a grammar could hold.
    private static let notes: Set<String> = [
        "password", "binary", "float", "double", "int32", "int64", "path", "file-path",
        "directory-path", "json-string", "markdown",
    ]

    private static let cache = Mutex<[String: ScalarAutomaton]>([:])

    /// The strings of a format; nil where it asks for nothing.
    static func automaton(_ name: String, path: String) throws(GrammarError) -> ScalarAutomaton? {
        if notes.contains(name) { return nil }
        if let known = cache.withLock({ $0[name] }) { return known }
        guard let pattern = pattern(name) else {
            throw .unsupported(
                feature: "format: \(name.prefix(60))",
                path: path,
                reason: "no automaton for it is known"
            )
        }
        // Formats are ours, so they are built with limits of their own, once.
        let budget = CompileBudget(GrammarLimits())
        let tree = try RegexParser.parse("^(?:\(pattern))$", budget: budget, path: path)
        let automaton = try PatternAutomaton.matching(tree, budget: budget, path: path)
        cache.withLock { $0[name] = automaton }
        return automaton
    }

    private static func pattern(_ name: String) -> String? {
        switch name {
        case "date": date
        case "time": time
        case "date-time": "(?:\(date))[Tt](?:\(time))"
        case "duration": duration
        case "email": email(letters: "A-Za-z0-9")
        case "idn-email": email(letters: "A-Za-z0-9\\u0080-\\u{10FFFF}")
        case "hostname": hostname("A-Za-z0-9")
        case "ipv4": ipv4
        case "ipv6": ipv6
        case "ipvanyaddress": "(?:\(ipv4))|(?:\(ipv6))"
        case "uuid": "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
        case "uri": URIPatterns(extra: "").uri
        case "uri-reference": URIPatterns(extra: "").reference
        case "iri": URIPatterns(extra: "\\u00A0-\\u{EFFFD}").uri
        case "iri-reference": URIPatterns(extra: "\\u00A0-\\u{EFFFD}").reference
        case "json-pointer": jsonPointer
        case "relative-json-pointer": "(?:0|[1-9][0-9]*)(?:#|\(jsonPointer))"
        case "byte", "base64":
            "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
        default: nil
        }
    }

    // MARK: - Dates

    /// RFC 3339, with the lengths of months and leap years.
    private static let date: String = {
        let year = "[0-9]{4}"
        let leapTwoDigits = "(?:0[48]|[2468][048]|[13579][26])"
        let leapYear = "(?:[0-9]{2}\(leapTwoDigits)|(?:00|\(leapTwoDigits))00)"
        let day28 = "(?:0[1-9]|1[0-9]|2[0-8])"
        let long = "(?:0[13578]|1[02])-(?:29|3[01])"
        let short = "(?:0[469]|11)-(?:29|30)"
        return "\(year)-(?:(?:0[1-9]|1[0-2])-\(day28)|\(long)|\(short))|\(leapYear)-02-29"
    }()

    /// RFC 3339; a leap second only where it is 23:59 in UTC, for offsets in quarters of an hour.
    private static let time: String = {
        let fraction = "(?:\\.[0-9]{1,9})?"
        let offset = "(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
        let plain = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\(fraction)\(offset)"
        func clock(_ minutes: Int) -> String {
            let hours = minutes / 60
            let rest = minutes % 60
            return "\(hours / 10)\(hours % 10):\(rest / 10)\(rest % 10)"
        }
        var leaps = ["23:59:60\(fraction)[Zz]"]
        for quarter in 0..<96 {
            let ahead = clock(quarter * 15)
            let behind = clock((1440 - quarter * 15) % 1440)
            let local = clock((1439 + quarter * 15) % 1440)
            leaps.append("\(local):60\(fraction)(?:\\+\(ahead)|-\(behind))")
        }
        return "(?:\(plain)|\(leaps.joined(separator: "|")))"
    }()

    /// ISO 8601 as RFC 3339's appendix has it.
    private static let duration: String = {
        let number = "[0-9]{1,18}"
        let second = "\(number)S"
        let minute = "\(number)M(?:\(second))?"
        let hour = "\(number)H(?:\(minute))?"
        let time = "T(?:\(hour)|\(minute)|\(second))"
        let day = "\(number)D"
        let month = "\(number)M(?:\(day))?"
        let year = "\(number)Y(?:\(month))?"
        return "P(?:(?:\(day)|\(month)|\(year))(?:\(time))?|\(time)|\(number)W)"
    }()

    // MARK: - Hosts

    private static func hostname(_ letters: String) -> String {
        let label = "[\(letters)](?:[\(letters)-]{0,61}[\(letters)])?"
        return "\(label)(?:\\.\(label)){0,126}"
    }

    static let ipv4: String = {
        let part = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
        return "\(part)\\.\(part)\\.\(part)\\.\(part)"
    }()

    static let ipv6: String = {
        let group = "[0-9a-fA-F]{1,4}"
        let last = "(?:\(group):\(group)|\(ipv4))"
        var forms = ["(?:\(group):){6}\(last)"]
        // `count` groups may stand before `::`, and so many after it.
        for after in stride(from: 5, through: 0, by: -1) {
            let most = 5 - after
            let before = most == 0 ? "" : "(?:(?:\(group):){0,\(most - 1)}\(group))?"
            forms.append("\(before)::(?:\(group):){\(after)}\(last)")
        }
        forms.append("(?:(?:\(group):){0,5}\(group))?::\(group)")
        forms.append("(?:(?:\(group):){0,6}\(group))?::")
        return forms.joined(separator: "|")
    }()

    private static func email(letters: String) -> String {
        let atom = "[\(letters)!#$%&'*+/=?^_`{|}~-]+"
        let quoted = "\"(?:[\\x20\\x21\\x23-\\x5B\\x5D-\\x7E]|\\\\[\\x20-\\x7E])*\""
        let literal = "\\[(?:\(ipv4)|IPv6:(?:\(ipv6)))\\]"
        return "(?:\(atom)(?:\\.\(atom))*|\(quoted))@(?:\(hostname(letters))|\(literal))"
    }

    private static let jsonPointer = "(?:/(?:[^~/]|~[01])*)*"
}

/// RFC 3986, and RFC 3987 with what it adds to the letters.
private struct URIPatterns {
    /// Ranges for a class, besides ASCII.
    let extra: String

    private var unreserved: String { "A-Za-z0-9._~\(extra)-" }
    private let delimiters = "!$&'()*+,;="
    private let encoded = "%[0-9A-Fa-f]{2}"
    private var pathCharacter: String { "(?:[:@\(delimiters)\(unreserved)]|\(encoded))" }
    private var segment: String { "\(pathCharacter)*" }
    private var suffix: String {
        let rest = "(?:[/?:@\(delimiters)\(unreserved)]|\(encoded))*"
        return "(?:\\?\(rest))?(?:#\(rest))?"
    }

    private var authority: String {
        let user = "(?:[:\(delimiters)\(unreserved)]|\(encoded))*@"
        let name = "(?:[\(delimiters)\(unreserved)]|\(encoded))*"
        let future = "[vV][0-9A-Fa-f]+\\.[:\(delimiters)A-Za-z0-9._~-]+"
        let literal = "\\[(?:\(StringFormats.ipv6)|\(future))\\]"
        return "(?:\(user))?(?:\(literal)|\(name))(?::[0-9]*)?"
    }

    private var scheme: String { "[A-Za-z][A-Za-z0-9+.-]*:" }

    var uri: String {
        let rootless = "\(pathCharacter)\(segment)(?:/\(segment))*"
        let path = "(?://\(authority)(?:/\(segment))*|/(?:\(rootless))?|\(rootless)|)"
        return "\(scheme)\(path)\(suffix)"
    }

    var reference: String {
        let noColon = "(?:[@\(delimiters)\(unreserved)]|\(encoded))+(?:/\(segment))*"
        let rootless = "\(pathCharacter)\(segment)(?:/\(segment))*"
        let path = "(?://\(authority)(?:/\(segment))*|/(?:\(rootless))?|\(noColon)|)"
        return "(?:\(uri)|\(path)\(suffix))"
    }
}
