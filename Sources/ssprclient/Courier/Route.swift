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

    /// How a message ended here, and why.
    struct Ending: Equatable {
        let outcome: DeliveryOutcome
        let fault: DeliveryFault?
    }

    /// Hands a message on before `deadline` and within its life; `note` is told of each attempt.
    ///
    /// Of several attempts that failed, the last one with the outcome that counts says why.
    func deliver(
        _ message: OutgoingMessage, before deadline: ContinuousClock.Instant,
        note: (_ transport: String, _ verdict: Verdict) -> Void
    ) -> Ending {
        var later: DeliveryFault?
        var never: DeliveryFault?
        for entry in transports {
            let life = Duration.milliseconds((message.job.expiresAt - Timestamp.now).milliseconds)
            let left = min(deadline - .now, life)
            // A message that has died is not worth an attempt, and an attempt under way dies with its message: what hangs must not hand a
            // code on later. The lease is worth more than an attempt that would be cut off at once.
            guard life > .zero else { return Ending(outcome: .retry, fault: .expired) }
            guard deadline - .now >= .seconds(1) else { return Ending(outcome: .retry, fault: later ?? .timedOut) }
            let verdict = entry.transport.deliver(message, within: min(entry.transport.limit, left))
            note(entry.name, verdict)
            switch verdict.outcome {
            case .accepted: return Ending(outcome: .accepted, fault: nil)
            case .unknownRecipient: return Ending(outcome: .rejected, fault: verdict.fault)
            case .retry: later = verdict.fault
            case .refused: never = verdict.fault
            }
        }
        return later.map { Ending(outcome: .retry, fault: $0) } ?? Ending(outcome: .rejected, fault: never)
    }
}
