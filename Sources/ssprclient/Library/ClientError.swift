public import SSPRProtocol

/// Why a call has no reply.
public enum ClientError: Error, Sendable, Equatable {
    /// Nobody listens at `path`, or the way there is barred; `reason` is the system's own words.
    case daemonUnreachable(path: String, reason: String)
    /// Somebody listens who may not be the daemon. Nothing was sent.
    case untrustedServer(path: String, uid: UInt32)
    /// No whole answer came in time. Whether the call was carried out is not known.
    case timedOut
    /// The connection ended before the answer. Whether the call was carried out is not known.
    case connectionLost
    /// What came is not the answer to what was asked.
    case brokenProtocol(String)
    /// The request cannot be sent as it is; nothing was sent.
    case invalidRequest(String)
    /// The daemon refused.
    case failure(Failure)
}

extension ClientError: CustomStringConvertible {
    /// One line without anything secret.
    public var description: String {
        switch self {
        case .daemonUnreachable(let path, let reason): "cannot reach ssprd: \(path): \(reason)"
        case .untrustedServer(let path, let uid): "\(path) is served by uid \(uid), which is not trusted to be ssprd"
        case .timedOut: "ssprd did not answer in time"
        case .connectionLost: "ssprd closed the connection before it answered"
        case .brokenProtocol(let detail): "the answer is not what the protocol says: \(detail)"
        case .invalidRequest(let detail): "the request cannot be sent: \(detail)"
        case .failure(let failure): "ssprd refused: \(failure.code.name)"
        }
    }
}
