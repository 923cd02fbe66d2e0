import SSPRVocabulary

/// A number of a throttle that a policy can change: its field, what may stand there, and what holds where nobody says otherwise.
public struct ThrottleNumber: Sendable {
    /// What is counted.
    public enum Unit: Sendable, Equatable {
        /// How many of something.
        case count(String)
        /// How long.
        case seconds, minutes, hours

        var word: String {
            switch self {
            case .count(let word): word
            case .seconds: "seconds"
            case .minutes: "minutes"
            case .hours: "hours"
            }
        }
    }

    /// The policy's field.
    public let field: String
    /// What may stand there: no value takes the guard away.
    public let range: ClosedRange<Int>
    /// The default.
    public let standard: Int
    /// In what it is counted.
    public let unit: Unit
    /// Which of two values protects more.
    let strictness: PolicyField.Strictness
    /// What it is for, in a sentence.
    let summary: String
}

/// One limit on what may happen how often (feature F11).
///
/// `Throttle.all` is the one place that says any of this: what the code counts, the policy's fields and spec/throttles.md are made from it.
public struct Throttle: Sendable {
    /// How documents call it.
    public let name: String
    /// What is counted.
    public let what: String
    /// What happens at the limit.
    public let then: String
    /// How many.
    public let limit: ThrottleNumber
    /// In which time.
    public let window: ThrottleNumber?
    /// How long to wait: between two, or afterwards.
    public let pause: ThrottleNumber?
    /// The longest wait, where each is twice the one before.
    public let longestPause: ThrottleNumber?
    /// The counters that count it; nil where the rows themselves do.
    let counter: CounterKind?

    /// Every number of it.
    public var numbers: [ThrottleNumber] { [limit, window, pause, longestPause].compactMap { $0 } }
}

/// The numbers in force: the defaults, but for those that a policy changes.
public struct ThrottleNumbers: Sendable, Equatable {
    private var changed: [String: Int] = [:]

    /// The defaults.
    public init() {}

    subscript(_ number: ThrottleNumber) -> Int {
        get { changed[number.field] ?? number.standard }
        set { changed[number.field] = newValue == number.standard ? nil : newValue }
    }

    /// A number of things.
    func count(_ number: ThrottleNumber) -> UInt32 { UInt32(clamping: self[number]) }

    /// How many a throttle lets through.
    func limit(_ throttle: Throttle) -> UInt32 { count(throttle.limit) }

    /// In which time; no time at all for a throttle that has no window.
    func window(_ throttle: Throttle) -> Timestamp.Span { throttle.window.map(span) ?? .seconds(0) }

    /// How long to wait; not at all for a throttle that has no pause.
    func pause(_ throttle: Throttle) -> Timestamp.Span { throttle.pause.map(span) ?? .seconds(0) }

    /// A length of time.
    func span(_ number: ThrottleNumber) -> Timestamp.Span {
        let value = Int64(self[number])
        return switch number.unit {
        case .count, .seconds: .seconds(value)
        case .minutes: .minutes(value)
        case .hours: .hours(value)
        }
    }
}
