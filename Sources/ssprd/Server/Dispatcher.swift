import NIOCore
import SSPRDomain
import SSPRProtocol
import SSPRVocabulary

/// What a call ends with.
enum Outcome: Sendable {
    /// The reply's body.
    case reply(MessageBytes)
    /// A refusal.
    case failure(Failure)
}

/// What `answer` has to say.
enum Answer {
    /// The call is over.
    case now(Outcome)
    /// The call goes on elsewhere and will say how it ended.
    case later(Waiter)
}

/// Takes every request from its frame to its answer.
///
/// To understand the daemon, read `answer` first.
struct Dispatcher: Sendable {
    /// The table in force; a call keeps the row that it was given from its beginning to its end.
    let table: NIOLoopBoundBox<CallTable>
    /// Whether an account carries a uid; runs where the row runs and may throw.
    let owns: @Sendable (AccountName, UInt32) throws -> Bool
    let admission: Admission
    let failures: FailureMapping
    let room: WaitingRoom

    /// Whether a frame's body is read at all.
    ///
    /// An unknown call and one that this peer may not make are told alike.
    func verdict(_ header: FrameHeader, for peer: Peer) -> HeaderVerdict {
        guard let (row, _) = entry(header.method, for: peer) else { return .refused(Failure(.denied)) }
        return .accepted(limit: row.requestLimit)
    }

    /// Answers one request of a peer; `deliver` hears the end of what could not be answered at once.
    func answer(_ request: Frame, from peer: Peer, deliver: @escaping (Outcome?) -> Void) -> Answer {
        // Look up the row and check the role.
        guard let (row, caller) = entry(request.header.method, for: peer) else {
            return .now(.failure(Failure(.denied)))
        }
        // Admit.
        if let busy = admission.chargeRate(row.method, isAudited: row.isAudited, peer) { return .now(.failure(busy)) }
        // What needs memory only is answered here and now.
        if row.place == .inline {
            do {
                guard case .done(let reply) = try perform(row, request.body, from: peer, as: caller) else {
                    preconditionFailure("an inline row cannot wait: its closure returns the reply")
                }
                return .now(.reply(reply))
            } catch {
                return .now(.failure(failures.failure(for: error, of: row, from: peer)))
            }
        }
        // Everything else on a thread that may block.
        if let busy = admission.takeWork(peer) { return .now(.failure(busy)) }
        let waiter = Waiter(row: row, peer: peer, dispatcher: self, deliver: deliver)
        waiter.begin { try perform(row, request.body, from: peer, as: caller) }
        return .later(waiter)
    }

    private func entry(_ method: UInt16, for peer: Peer) -> (row: Row, caller: Caller)? {
        guard let row = table.value[method], let role = row.access.role(for: peer.roles) else { return nil }
        return (row, Caller(uid: peer.uid, role: role))
    }

    private func perform(
        _ row: Row, _ body: MessageBytes, from peer: Peer, as caller: Caller
    ) throws -> Step<MessageBytes> {
        // Decode.
        let request = try row.decode(body)
        // Check ownership: a person without a role may name no account but their own.
        if let role = caller.role, row.access.needsOwnership(as: role) {
            guard let account = request.owner, try owns(account, peer.uid) else { throw Failure(.denied) }
        }
        // Run.
        return try request.run(peer, caller)
    }
}
