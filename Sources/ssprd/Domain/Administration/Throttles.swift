import SSPRVocabulary

/// The limits of feature F7 and F11, each once.
enum Throttles {
    /// Wrong passwords in a row until sign-in locks.
    static let signInFailures: UInt32 = 10
    /// The first lock; each further one doubles.
    static let signInLock = Timestamp.Span.seconds(60)
    /// The longest lock.
    static let signInLockMaximum = Timestamp.Span.hours(1)
    /// Wrong passwords that are remembered so that the same mistake does not count twice.
    static let rememberedMistakes = 3

    /// Wrong proofs of one account within the window until its recovery is blocked.
    static let recoveryFailures: UInt32 = 5
    /// The window, and the length of the block from the last attempt.
    static let recoveryWindow = Timestamp.Span.hours(24)
    /// Wrong tries until a delivered code is void.
    static let codeTries: UInt32 = 5
    /// Consecutive failures until a method is disabled.
    static let methodFailures: UInt32 = 10

    /// Code messages of one account within an hour.
    static let codeMessages: UInt32 = 5
    /// Code messages to one destination within an hour, whoever they are for.
    static let destinationMessages: UInt32 = 20
    /// The window of a channel's budget.
    static let channelWindow = Timestamp.Span.hours(24)
    /// Notices of one account within an hour.
    static let noticeMessages: UInt32 = 20
    /// The window of both.
    static let messageWindow = Timestamp.Span.hours(1)
    /// The distance of two codes within one recovery or registration.
    static let resend = Timestamp.Span.seconds(60)

    /// How long a recovery or registration lives.
    static let recoveryLife = Timestamp.Span.minutes(15)
    static let registrationLife = Timestamp.Span.minutes(10)
    /// How long a delivered code lives.
    static let codeLife = Timestamp.Span.minutes(10)
    /// How long a question to a device lives.
    static let approvalLife = Timestamp.Span.minutes(5)
    /// Questions to one account's devices within the window (attack B11).
    static let prompts: UInt32 = 3
    /// The window.
    static let promptWindow = Timestamp.Span.minutes(10)
    /// After a denial no device is asked for this long.
    static let promptPause = Timestamp.Span.hours(1)
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
    /// Passwords that a policy may refuse; one more voids the grant.
    static let grantTries: UInt32 = 5

    /// Names that are no account's and have counters; beyond it every further name is throttled (attack F6).
    static let strangers = 100_000
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
