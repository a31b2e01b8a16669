/// A moment, as a template prints it.
///
/// Templates get the date as a value, so the same request renders the same prompt in every test.
public struct TemplateDate: Sendable, Equatable {
    /// From 1 to 9999.
    public var year: Int
    /// 1 for January.
    public var month: Int
    /// 1 for the first of the month.
    public var day: Int
    /// From 0 to 23.
    public var hour: Int
    /// From 0 to 59.
    public var minute: Int
    /// From 0 to 60.
    public var second: Int
    /// 0 for Sunday.
    public var weekday: Int

    /// Makes a date of the Gregorian calendar.
    ///
    /// Numbers out of bounds are taken for the nearest ones in bounds.
    public init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        self.year = max(1, min(9999, year))
        self.month = max(1, min(12, month))
        self.day = max(1, min(31, day))
        self.hour = max(0, min(23, hour))
        self.minute = max(0, min(59, minute))
        self.second = max(0, min(60, second))
        let days = Self.days(year: self.year, month: self.month, day: self.day)
        // 1 January 1970 was a Thursday.
        weekday = ((days + 4) % 7 + 7) % 7
    }

    /// Makes a date of seconds since 1970, in UTC.
    public init(unixSeconds: Int64) {
        // The years 1 to 9999.
        let seconds = Int(max(-62_135_596_800, min(253_402_300_799, unixSeconds)))
        let second = (seconds % 86_400 + 86_400) % 86_400
        let days = (seconds - second) / 86_400
        // Days are counted from 1 March of year 0, so that the leap day comes last; 146 097 days
        // are 400 years (Howard Hinnant, "chrono-compatible low-level date algorithms", 2013).
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        self.init(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
            month: month,
            day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1,
            hour: second / 3600,
            minute: second / 60 % 60,
            second: second % 60
        )
    }

    /// Days since 1970.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The day within the year, from 1 on.
    var dayOfYear: Int {
        Self.days(year: year, month: month, day: day) - Self.days(year: year, month: 1, day: 1) + 1
    }
}
