import Glibc
import SSPRVocabulary

/// Moments and lengths of time in words.
enum Moment {
    /// Now, by this host's clock, which is the daemon's too.
    static var now: Timestamp {
        var time = timespec()
        // Cannot fail for this clock; the pointer is used within the call only.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// RFC 3339 in UTC with seconds; moments outside the years 0 to 9999 as their milliseconds.
    static func text(_ moment: Timestamp) -> String {
        // Rounded down, before the epoch too.
        var seconds = time_t(moment.milliseconds / 1000) - (moment.milliseconds % 1000 < 0 ? 1 : 0)
        var time = unsafe tm()
        // Both pointers are used within the call only; it fails for years that do not fit.
        guard unsafe gmtime_r(&seconds, &time) != nil else { return "\(moment.milliseconds) ms" }
        // Numbers only are read from it; the pointer to the zone's name makes the type unsafe.
        let date = unsafe [(Int(time.tm_year) + 1900, 4), (Int(time.tm_mon) + 1, 2), (Int(time.tm_mday), 2)]
        let clock = unsafe [(Int(time.tm_hour), 2), (Int(time.tm_min), 2), (Int(time.tm_sec), 2)]
        guard (0...9999).contains(date[0].0) else { return "\(moment.milliseconds) ms" }
        return date.map(digits).joined(separator: "-") + "T" + clock.map(digits).joined(separator: ":") + "Z"
    }

    /// The time from now until `moment` in words; "no time" when it has passed.
    static func words(until moment: Timestamp) -> String {
        let now = now
        return words(milliseconds: moment > now ? UInt64(moment.milliseconds) - UInt64(now.milliseconds) : 0)
    }

    /// A length of time with its two greatest units, rounded up to whole seconds: "1 h 5 min".
    static func words(milliseconds: UInt64) -> String {
        let seconds = milliseconds / 1000 + (milliseconds % 1000 == 0 ? 0 : 1)
        let parts = [
            (seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s"),
        ]
        let shown = parts.drop { $0.0 == 0 }.prefix(2).filter { $0.0 > 0 }
        return shown.isEmpty ? "no time" : shown.map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }

    private static func digits(_ number: Int, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}
