import SSPRProtocol
import SSPRVocabulary

/// A way to hand a message on.
protocol Transport: Sendable {
    /// The channels that it can carry.
    var channels: Set<DeliveryChannel> { get }

    /// The longest that handing on one message may take.
    var limit: Duration { get }

    /// Hands a message on within `limit`; the verdict says what became of it.
    func deliver(_ message: OutgoingMessage, within limit: Duration) -> Verdict
}

/// What became of a message at one transport.
struct Verdict: Equatable {
    enum Outcome: String {
        /// The next hop has it.
        case accepted
        /// Not now, or nobody knows: another transport, or this one later, may do better.
        case retry
        /// Never by this transport; another one may take it.
        case refused
        /// Never by any: there is certainly no such recipient.
        case unknownRecipient = "unknown recipient"
    }

    let outcome: Outcome
    /// For the operator; no code, no full address.
    let detail: String
    /// Why, for administrators; what the outcome alone says when nothing more is known.
    let fault: DeliveryFault?

    init(outcome: Outcome, detail: String, fault: DeliveryFault? = nil) {
        self.outcome = outcome
        self.detail = detail
        self.fault =
            switch outcome {
            case .accepted: nil
            case .retry: fault ?? .unclear
            case .refused: fault ?? .relayRefused
            case .unknownRecipient: fault ?? .unknownRecipient
            }
    }
}
