import SSPRAgent
import SSPRProtocol
import SSPRVocabulary

/// A transport under the name that the configuration gives it.
struct NamedTransport: Sendable {
    let name: String
    let transport: any Transport
}

/// The transports of a channel: the first one is asked first, the next one when that did not work.
///
/// What leads to the next one:
/// - `retry`, also when nobody knows whether the message went out (a time limit, a closed connection). A message that comes twice harms
///   nobody, since a code works once and a notice says the same; one that never comes because the first transport hangs each time does.
/// - `refused`: the first transport's refusal (a price, a country, a spelling) says nothing about the second.
///
/// Only a recipient that certainly is none ends the matter.
struct Route: Sendable {
    /// All attempts together: shorter than the lease, so that the report still counts.
    static let limit = Duration.seconds(55)

    let transports: [NamedTransport]

    /// Hands a message on before `deadline` and within its life; `note` is told of each attempt.
    func deliver(
        _ message: OutgoingMessage, before deadline: ContinuousClock.Instant,
        note: (_ transport: String, _ verdict: Verdict) -> Void
    ) -> DeliveryOutcome {
        var mayWorkLater = false
        for entry in transports {
            let left = deadline - .now
            // The lease is worth more than an attempt that would be cut off at once; a code that has died is not worth one either.
            guard left >= .seconds(1), Timestamp.now < message.job.expiresAt else { return .retry }
            let verdict = entry.transport.deliver(message, within: min(entry.transport.limit, left))
            note(entry.name, verdict)
            switch verdict.outcome {
            case .accepted: return .accepted
            case .unknownRecipient: return .rejected
            case .retry: mayWorkLater = true
            case .refused: continue
            }
        }
        return mayWorkLater ? .retry : .rejected
    }
}
