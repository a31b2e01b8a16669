extension TemplateDate {
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]
    private static let weekdays = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]

    /// The date in the codes of C's `strftime`, in English; unknown codes stay as they are.
    ///
    /// Between `%` and the code may stand `-` for no padding, `_` for spaces, `0` for zeros and
    /// `^` for capitals.
    func formatted(_ format: String) -> String {
        var result = ""
        var rest = Substring(format).unicodeScalars
        while let scalar = rest.popFirst() {
            guard scalar == "%" else {
                result.unicodeScalars.append(scalar)
                continue
            }
            let code = rest
            var flag: Unicode.Scalar?
            if let first = rest.first, ["-", "_", "0", "^"].contains(first) {
                flag = first
                rest.removeFirst()
            }
            if let letter = rest.popFirst(), let text = field(letter, flag) {
                result += text
            } else {
                result += "%"
                rest = code
            }
        }
        return result
    }

    private func field(_ letter: Unicode.Scalar, _ flag: Unicode.Scalar?) -> String? {
        if let number = number(letter) {
            let fill: Character = flag == "_" ? " " : flag == "0" ? "0" : number.fill
            return flag == "-" ? String(number.value) : number.value.padded(number.width, fill)
        }
        guard let text = text(letter) else { return nil }
        return flag == "^" ? text.uppercased() : text
    }

    private func number(
        _ letter: Unicode.Scalar
    ) -> (value: Int, width: Int, fill: Character)? {
        switch letter {
        case "d": (day, 2, "0")
        case "e": (day, 2, " ")
        case "m": (month, 2, "0")
        case "y": (year % 100, 2, "0")
        case "Y": (year, 1, "0")
        case "C": (year / 100, 2, "0")
        case "H": (hour, 2, "0")
        case "k": (hour, 2, " ")
        case "I": ((hour + 11) % 12 + 1, 2, "0")
        case "l": ((hour + 11) % 12 + 1, 2, " ")
        case "M": (minute, 2, "0")
        case "S": (second, 2, "0")
        case "f": (0, 6, "0")
        case "j": (dayOfYear, 3, "0")
        case "w": (weekday, 1, "0")
        case "u": ((weekday + 6) % 7 + 1, 1, "0")
        case "U": ((dayOfYear + 6 - weekday) / 7, 2, "0")
        case "W": ((dayOfYear + 6 - (weekday + 6) % 7) / 7, 2, "0")
        case "V": (isoWeek.week, 2, "0")
        case "G": (isoWeek.year, 4, "0")
        case "g": (isoWeek.year % 100, 2, "0")
        default: nil
        }
    }

    private func text(_ letter: Unicode.Scalar) -> String? {
        switch letter {
        case "a": String(Self.weekdays[weekday].prefix(3))
        case "A": Self.weekdays[weekday]
        case "b", "h": String(Self.months[month - 1].prefix(3))
        case "B": Self.months[month - 1]
        case "p": hour < 12 ? "AM" : "PM"
        case "P": hour < 12 ? "am" : "pm"
        case "n": "\n"
        case "t": "\t"
        case "%": "%"
        case "z", "Z": ""
        case "c": formatted("%a %b %e %H:%M:%S %Y")
        case "D", "x": formatted("%m/%d/%y")
        case "F": formatted("%Y-%m-%d")
        case "R": formatted("%H:%M")
        case "r": formatted("%I:%M:%S %p")
        case "T", "X": formatted("%H:%M:%S")
        default: nil
        }
    }

    /// The week that has this day's Thursday, and the year that week belongs to (ISO 8601).
    private var isoWeek: (year: Int, week: Int) {
        let fromMonday = (weekday + 6) % 7
        let week = (dayOfYear - 1 - fromMonday + 10) / 7
        if week < 1 { return (year - 1, Self.weekCount(year - 1)) }
        if week > Self.weekCount(year) { return (year + 1, 1) }
        return (year, week)
    }

    /// 53 for years that begin or end on a Thursday.
    private static func weekCount(_ year: Int) -> Int {
        let first = TemplateDate(year: year, month: 1, day: 1).weekday
        let last = TemplateDate(year: year, month: 12, day: 31).weekday
        return first == 4 || last == 4 ? 53 : 52
    }
}

extension Int {
    /// The digits, with `fill` in front up to `width`.
    fileprivate func padded(_ width: Int, _ fill: Character) -> String {
        let digits = String(self)
        return String(repeating: fill, count: Swift.max(0, width - digits.count)) + digits
    }
}
