import SSPRClient
import SSPRProtocol

/// Why a step of the PAM stack does not end with 0; a closed set, so nothing unexpected is a yes (attack E3).
struct PAMRefusal: Error {
    let status: ExitStatus
    /// One line of fixed words: nothing from the person or from the other side of the socket.
    let text: String

    init(_ status: ExitStatus, _ text: String) {
        self.status = status
        self.text = text
    }

    init(_ error: ClientError) {
        switch error {
        case .daemonUnreachable: self.init(.unreachable, "ssprd cannot be reached")
        case .connectionLost: self.init(.unreachable, "ssprd closed the connection")
        case .untrustedServer: self.init(.untrusted, "the socket is not served by ssprd; nothing was sent")
        case .timedOut: self.init(.tryLater, "no answer in time")
        case .brokenProtocol: self.init(.brokenProtocol, "the answer is not the protocol's")
        case .invalidRequest(let reason): self.init(.badData, reason)
        case .failure(let failure): self.init(failure.code)
        }
    }

    private init(_ code: FailureCode) {
        switch code {
        case .refused: self.init(.no, "not accepted")
        case .denied: self.init(.refused, "this process may not ask: it needs the role helper")
        case .throttled: self.init(.tryLater, "locked for now")
        case .busy: self.init(.tryLater, "ssprd has too much to do")
        case .unavailable: self.init(.tryLater, "what ssprd needs is not there")
        case .internalError: self.init(.software, "a fault of ssprd's own")
        case .malformed: self.init(.brokenProtocol, "ssprd does not understand the request")
        case .passwordRefused, .notFound, .conflict, .outcomeUnknown, .targetRefused, .answersRefused,
            .questionRefused, .policyRefused, .policyMoved, .policyLoss, .unverified,
            .configurationRefused, .groupInPolicy, .policyTime, .notRecorded,
            .policyNotScheduled:
            self.init(.brokenProtocol, "ssprd refused for a reason that this call does not have")
        }
    }
}
