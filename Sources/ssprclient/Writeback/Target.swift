import SSPRProtocol
import SSPRVocabulary

/// A place where passwords live.
protocol Target: Sendable {
    /// The name under which the daemon knows it.
    var name: TargetName { get }

    /// Carries out an order. `now` is the daemon's time as this host's clock shows it.
    func perform(_ order: WritebackJob, now: Timestamp) -> TargetReport
}

/// How an order ended.
struct TargetReport {
    let outcome: WritebackOutcome
    var refusal: WritebackRefusal?
    var text: String?

    /// The password is in force or right, the account is there, or no lockout is left.
    static var changed: Self { Self(outcome: .changed) }

    /// Nobody knows.
    static var unknown: Self { Self(outcome: .unknown) }

    /// Certainly nothing has changed.
    static func unchanged(_ why: TargetRefusal) -> Self {
        Self(outcome: .unchanged, refusal: why.refusal, text: why.text)
    }
}

/// Why a target does not do what was ordered; thrown only while nothing has changed.
struct TargetRefusal: Error {
    let refusal: WritebackRefusal
    /// For the proven owner: printable, at most 256 bytes.
    let text: String?

    init(_ refusal: WritebackRefusal, _ text: String? = nil) {
        self.refusal = refusal
        self.text = text
    }
}
