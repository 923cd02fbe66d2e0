import ArgumentParser
import SSPRVocabulary

/// Moments as they are typed: a date, a date and time in UTC (RFC 3339), or how long ago (`7d`, `24h`).
enum ReportMoment {
    static func read(_ text: String) throws -> Timestamp {
        if let last = text.last, let count = Int64(text.dropLast()), (0...100_000).contains(count),
            last == "d" || last == "h"
        {
            return Moment.now + -Timestamp.Span.hours(last == "d" ? count * 24 : count)
        }
        let full = text.count == 10 ? text + "T00:00:00Z" : text.count == 17 ? text.dropLast() + ":00Z" : text
        let parts = full.split(whereSeparator: { "-T:Z".contains($0) }).compactMap { Int64($0) }
        if parts.count == 6 {
            let days = days(parts[0], parts[1], parts[2])
            let moment = Timestamp(
                milliseconds: (days * 86_400 + parts[3] * 3600 + parts[4] * 60 + parts[5]) * 1000)
            // What is no date comes back as another one.
            if Moment.text(moment) == full { return moment }
        }
        throw ValidationError("A moment is 2026-03-01, 2026-03-01T09:30:00Z, or how long ago: 7d, 24h.")
    }

    /// Days since the epoch of a date of the Gregorian calendar; years begin with March, so that the odd day comes last.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        guard (0...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return -1 }
        let year = month <= 2 ? year - 1 : year
        let month = month <= 2 ? month + 9 : month - 3
        let leaps = (year >= 0 ? year / 4 : -1) - (year >= 0 ? year / 100 : -1) + (year >= 0 ? year / 400 : -1)
        return year * 365 + leaps + (month * 153 + 2) / 5 + day - 1 - 719_468
    }
}
