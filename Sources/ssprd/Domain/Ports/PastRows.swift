public import SSPRVocabulary

/// What is read to decide who can recover; that of a former moment can be read too (`Store.read(asOf:)`).
public protocol EligibilitySnapshot: AccountSnapshot, GroupSnapshot, LicenceSnapshot, MethodSnapshot, PassSnapshot,
    CounterSnapshot, PolicySnapshot
{}

/// How far back that goes.
public protocol PastSnapshot {
    /// The first moment from `moment` on of which what was so is known.
    ///
    /// Known is what came since this state was made or put back, or since the first start of a release that keeps it, but not what a clock
    /// that was set back has shown once and leapt over then.
    func knownFrom(_ moment: Timestamp) throws -> Timestamp
    /// When the oldest of what is kept ended; nil when nothing is.
    func oldestPast() throws -> Timestamp?
}

/// Forgets what was.
public protocol PastTransaction {
    /// What was so before a moment is not known any more.
    func record(since moment: Timestamp) throws
    /// Forgets, of each family, up to `count` of the oldest rows that ended before a moment: what was so before is not known any more.
    func removePast(endedBefore moment: Timestamp, atMost count: Int) throws
}
