import SSPRVocabulary

/// A part of a moment, as a language's forms name it.
enum DatePart: Sendable {
    /// 5
    case day
    /// 05
    case twoDigitDay
    /// By its name.
    case month
    /// 09
    case twoDigitMonth
    /// 2026
    case year
    /// 02:17, by a clock of 24 hours.
    case minute
}

/// A moment in UTC, as mail and people write it; no locale, no time zone data base.
struct CalendarTime {
    private let year: Int64
    /// 0 is January.
    private let month: Int
    private let day: Int64
    /// 0 is Sunday.
    private let weekday: Int
    private let secondOfDay: Int64

    /// Splits a moment into its parts in the Gregorian calendar.
    init(_ moment: Timestamp) {
        let seconds = Self.floored(moment.milliseconds, 1000).quotient
        let (days, secondOfDay) = Self.floored(seconds, 86_400)
        self.secondOfDay = secondOfDay
        // 1 January 1970 was a Thursday.
        weekday = Int(Self.floored(days + 4, 7).remainder)
        // The calendar repeats every 400 years. Years that begin in March have their leap day at the end, where it disturbs nothing:
        // 719 468 days lie between 1 March of the year 0 and the epoch.
        let (cycle, dayOfCycle) = Self.floored(days + 719_468, Self.daysOfCycle)
        let yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        // From March on, five months have 153 days, again and again.
        let fromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * fromMarch + 2) / 5 + 1
        month = Int((fromMarch + 2) % 12)
        year = cycle * 400 + yearOfCycle + (month < 2 ? 1 : 0)
    }

    /// The date-time of RFC 5322 section 3.3: `Wed, 25 Nov 2026 02:17:09 +0000`.
    var mail: String {
        "\(Self.days[weekday]), \(Self.two(day)) \(Self.months[month]) \(year) \(minute):\(Self.two(secondOfDay % 60)) +0000"
    }

    /// For people, as their language writes it.
    func text(_ form: DateForm, months: [String]) -> String {
        form.filled { part in
            switch part {
            case .day: "\(day)"
            case .twoDigitDay: Self.two(day)
            case .month: months[month]
            case .twoDigitMonth: Self.two(Int64(month) + 1)
            case .year: "\(year)"
            case .minute: minute
            }
        }
    }

    private var minute: String { "\(Self.two(secondOfDay / 3600)):\(Self.two(secondOfDay / 60 % 60))" }

    private static let daysOfCycle: Int64 = 146_097
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// Division that rounds down, so that moments before the epoch work too.
    private static func floored(_ number: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
