import Logging
import SSPRDomain
import SSPRPlatform
import SSPRProtocol
import SSPRVocabulary
import Synchronization

/// The one place where an error becomes what may leave the process (attack C5).
///
/// A new refusal of the domain gets its line in `failure(for: Refusal)`, a new error of a port in `known`. Everything else is logged
/// under a number of its own and becomes `internalError`.
final class FailureMapping: Sendable {
    private let ambient: any Ambient
    private let logger: Logger
    private let incidents = Atomic<UInt64>(0)
    private let malformed = LogThrottle()

    init(ambient: any Ambient, logger: Logger) {
        self.ambient = ambient
        self.logger = logger
    }

    /// What the peer is told; logs what it is not told.
    func failure(for error: any Error, of row: Row, from peer: Peer) -> Failure {
        if let malformed = error as? MalformedRequest { return failure(for: malformed, of: row, from: peer) }
        if let known = known(error) { return known }
        let incident = incidents.add(1, ordering: .relaxed).newValue
        logger.error(
            "incident \(incident): \(row.name) failed",
            metadata: ["error": "\(String(reflecting: type(of: error))): \(error)", "uid": "\(peer.uid)"])
        return Failure(.internalError)
    }

    private func known(_ error: any Error) -> Failure? {
        switch error {
        case let failure as Failure: failure
        case let refusal as Refusal: failure(for: refusal)
        case is HasherBusy: .tooBusy
        case StoreError.unavailable: Failure(.unavailable)
        default: nil
        }
    }

    private func failure(for refusal: Refusal) -> Failure {
        switch refusal {
        case .malformed: Failure(.malformed)
        case .refused: Failure(.refused)
        case .throttled(let until): Failure(.throttled, retryAfter: milliseconds(to: until))
        case .busy: .tooBusy
        case .unavailable: Failure(.unavailable)
        case .passwordRefused(let verdict):
            Failure(
                .passwordRefused, rule: verdict.rule, points: verdict.points,
                found: verdict.points == nil ? nil : verdict.found)
        case .notFound: Failure(.notFound)
        case .conflict: Failure(.conflict)
        case .outcomeUnknown: Failure(.outcomeUnknown)
        case .target(let refusal, let text): Failure(.targetRefused, refusal: refusal, text: text)
        case .answers: Failure(.answersRefused)
        case .question(let rule): Failure(.questionRefused, question: rule)
        case .policyDocument(let problem): Failure(.policyRefused, text: Self.line(problem))
        case .policyMoved(let version): Failure(.policyMoved, version: version)
        case .policyLoss(let losing, let capable): Failure(.policyLoss, losing: losing, capable: capable)
        case .configuration(let problem): Failure(.configurationRefused, text: Self.line(problem))
        case .unverified: Failure(.unverified)
        case .groupInPolicy: Failure(.groupInPolicy)
        case .policyTime: Failure(.policyTime)
        case .notRecorded(let since): Failure(.notRecorded, since: since)
        case .policyNotScheduled: Failure(.policyNotScheduled)
        }
    }

    /// The log learns the call and the place, never the content.
    private func failure(for error: MalformedRequest, of row: Row, from peer: Peer) -> Failure {
        malformed.run { hidden in
            logger.notice(
                "malformed request of \(row.name): \(error.reason)",
                metadata: ["uid": "\(peer.uid)", "pid": "\(peer.credentials.pid)", "unshown": "\(hidden)"])
        }
        return Failure(.malformed)
    }

    /// One visible line, as long as a failure may carry: a document's own text stands in it.
    private static func line(_ text: String) -> String {
        var line = ""
        for scalar in text.unicodeScalars where line.utf8.count + 4 <= WireLimit.textBytes {
            line.unicodeScalars.append(scalar.isHidden ? " " : scalar)
        }
        return line
    }

    private func milliseconds(to moment: Timestamp) -> UInt64 {
        UInt64(max(0, (moment - ambient.now).milliseconds))
    }
}
