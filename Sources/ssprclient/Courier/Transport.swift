import SSPRProtocol
import SSPRVocabulary

/// A way to hand a message on.
protocol Transport: Sendable {
    /// Hands a message on; the verdict says what became of it.
    func deliver(_ letter: Letter, _ job: DeliveryJob) -> Verdict
}

/// What became of a message, for the daemon and for the log.
struct Verdict {
    let outcome: DeliveryOutcome
    /// For the operator; no code, no full address.
    let detail: String
}
