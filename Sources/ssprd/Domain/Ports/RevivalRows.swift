public import SSPRVocabulary

/// Ends what a state that is not the newest may have revived.
public protocol RevivalTransaction {
    /// Makes everything void that was good for once, recoveries apart, whose end is told of each: codes, registrations, questions to
    /// devices, temporary passes and ways back; codes of apps count from `step` on (attack G5).
    ///
    /// Messages that carry such a code end at `now`.
    func voidWhatMayBeUsedUp(appCodesFrom step: UInt64, now: Timestamp) throws
}
