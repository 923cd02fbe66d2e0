import SSPRVocabulary

/// How long things live and wait, and the limits that no policy changes; those that one can change are in `Throttle.all`.
enum Throttles {
    /// Wrong passwords that are remembered so that the same mistake does not count twice.
    static let rememberedMistakes = 3

    /// The window of a channel's budget.
    static let channelWindow = Timestamp.Span.hours(24)

    /// How long a recovery or registration lives.
    static let recoveryLife = Timestamp.Span.minutes(15)
    static let registrationLife = Timestamp.Span.minutes(10)
    /// How long a delivered code lives.
    static let codeLife = Timestamp.Span.minutes(10)
    /// How long a question to a device lives.
    static let approvalLife = Timestamp.Span.minutes(5)
    /// How long a temporary pass lives when nothing else is said, and how long it may.
    static let passLife = Timestamp.Span.hours(1)
    static let passLives = Timestamp.Span.minutes(10)...Timestamp.Span.hours(30 * 24)
    /// How far a device's clock may be from ours.
    static let deviceClock = Timestamp.Span.minutes(2)
    /// How long a notice is tried.
    static let noticeLife = Timestamp.Span.hours(72)
    /// Changes of one account's password that can be taken back at the same time.
    static let undos = 8
    /// How often a new password is compared anew because another was set meanwhile.
    static let comparisons = 3

    /// Names that are no account's and have counters; beyond it every further name is throttled (attack F6).
    static let strangers = 100_000
    /// How long such a name is throttled.
    static let strangerWait = Timestamp.Span.hours(1)
    /// What is forgotten when there are too many.
    static let strangerMemory = Timestamp.Span.hours(24)

    /// From one reminder by the clock to the next: a fortnight passes by a holiday, and what comes more often is soon not read.
    static let reminderPause = Timestamp.Span.hours(14 * 24)
    /// Reminders of one sweep: others wait to write, and a day has room for 300,000.
    static let remindersAtOnce = 64

    /// How long a courier's lease holds.
    static let lease = Timestamp.Span.seconds(60)
    /// How long after its last word a courier counts as present: longer than a wait and longer than a lease.
    static let courierPresence = Timestamp.Span.seconds(90)
    /// How long it is remembered what became of a message: as long as the longest is tried, and a day to see that it was in vain.
    static let traceLife = Timestamp.Span.hours(96)
    /// Of how many messages at most.
    static let traces: UInt64 = 100_000
    /// The first repeat of a message; each further one doubles, up to an hour.
    static let firstRepeat = Timestamp.Span.seconds(10)
    /// How long an order for a target may take.
    static let order = Timestamp.Span.seconds(20)
    /// How long after its last word an agent counts as present: one long wait and a half.
    static let agentPresence = Timestamp.Span.seconds(45)
    /// How long a call waits for something to happen.
    static let wait = Timestamp.Span.seconds(30)
    /// How long an attempt waits for the one before it.
    static let attemptWait = Timestamp.Span.seconds(10)
}
