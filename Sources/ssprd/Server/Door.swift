import Logging
import NIOCore
import SSPRPlatform

/// Decides who comes in.
///
/// It belongs to the event loop.
final class Door {
    private var roles: RoleMap
    private let overflow: OverflowIDs
    private let admission: Admission
    private let logger: Logger
    private let turnedAway = LogThrottle()

    /// A connection that is closed as soon as it was accepted.
    enum Refusal: Error {
        /// The kernel would not say who it is.
        case unidentified
        /// There is no seat for this peer.
        case full
    }

    init(roles: RoleMap, overflow: OverflowIDs, admission: Admission, logger: Logger) {
        self.roles = roles
        self.overflow = overflow
        self.admission = admission
        self.logger = logger
    }

    /// The peer of a fresh connection, with a seat taken for it; throws `Refusal`.
    func admit(_ channel: any Channel) throws -> Peer {
        let peer = try identify(channel)
        guard admission.takeSeat(peer) else {
            turnedAway.run { hidden in
                logger.warning(
                    "no seat left, connection closed", metadata: ["uid": "\(peer.uid)", "unshown": "\(hidden)"])
            }
            throw Refusal.full
        }
        return peer
    }

    /// Gives a seat back that was never used.
    func turnAway(_ peer: Peer) { admission.giveSeat(peer) }

    /// Puts another map in force and tells whether it changes anything for a peer.
    func replace(_ roles: RoleMap) -> (Peer) -> Bool {
        self.roles = roles
        return { [overflow] peer in roles.roles(of: peer.credentials, overflow: overflow) != peer.roles }
    }

    private func identify(_ channel: any Channel) throws -> Peer {
        do {
            let found = try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self)
            {
                // Only read from; NIO keeps owning the descriptor.
                try PeerCredentials(descriptor: $0)
            }
            guard let found else { throw Refusal.unidentified }
            return Peer(credentials: found, roles: roles.roles(of: found, overflow: overflow))
        } catch {
            turnedAway.run { hidden in
                logger.warning("peer not identified, connection closed: \(error)", metadata: ["unshown": "\(hidden)"])
            }
            throw Refusal.unidentified
        }
    }
}
