public import SSPRVocabulary

/// An order for a target as its agent is given it.
///
/// The password lives in memory only.
public struct WritebackOrder: Sendable {
    /// Names the order.
    public let id: OrderID
    /// What to do.
    public let operation: WritebackOperation
    /// The account's name at the target.
    public let account: AccountName
    /// The password to check or set.
    public let password: Secret?
    /// After this a report is worthless.
    public let deadline: Timestamp
    /// Whose it is, by the number that no other account ever has.
    public let number: AccountID
    /// The account's number at the target, where it is known: the name may have become somebody else's there (attack A15).
    public let uid: UInt32?
}

/// What became of an order.
public struct WritebackReport: Sendable, Equatable {
    /// How it ended.
    public let outcome: WritebackOutcome
    /// Why the target refused; nil with `unchanged` when no agent took the order.
    public let refusal: WritebackRefusal?
    /// The target's own words.
    public let text: String?

    /// Describes an ending.
    public init(outcome: WritebackOutcome, refusal: WritebackRefusal?, text: String?) {
        self.outcome = outcome
        self.refusal = refusal
        self.text = text
    }
}

/// Where orders wait for the agents that pull them.
///
/// In memory on purpose: a plaintext password is never stored (decision 0006).
public final class WritebackDesk: Sendable {
    private enum Phase {
        case waiting, handedOut
        case ended(WritebackReport)
    }

    private struct Entry {
        let target: TargetName
        let order: WritebackOrder
        var phase: Phase
    }

    private struct State {
        var entries: [OrderID: Entry] = [:]
        var queue: [OrderID] = []
        var lastSeen: [TargetName: Timestamp] = [:]
    }

    private let state = Guarded(State())
    private let ambient: any Ambient
    private let bell: any Bell

    /// An empty desk.
    public init(ambient: any Ambient, bell: any Bell) {
        self.ambient = ambient
        self.bell = bell
    }

    /// True when an agent of the target has said something lately.
    func isServed(_ target: TargetName) -> Bool {
        let now = ambient.steady
        return state.withLock { $0.lastSeen[target].map { now - $0 < Throttles.agentPresence } ?? false }
    }

    /// Puts an order on the desk and waits for its end; never throws once the order is there.
    func order(
        _ operation: WritebackOperation, at target: TargetName, account: AccountRow, password: Secret?,
        id: OrderID? = nil
    ) throws -> Step<WritebackReport> {
        // An order with a committed intent must come to an end that is written down, so it is always taken.
        guard id != nil || isServed(target) else { throw Refusal.unavailable }
        let id = id ?? ambient.identifier()
        let deadline = ambient.now + Throttles.order
        let order = WritebackOrder(
            id: id, operation: operation, account: account.name, password: password, deadline: deadline,
            number: account.id, uid: account.uid)
        state.withLock { state in
            state.entries[id] = Entry(target: target, order: order, phase: .waiting)
            state.queue.append(id)
        }
        bell.ring(.orders(target))
        return awaitEnd(id, until: deadline)
    }

    private func awaitEnd(_ id: OrderID, until deadline: Timestamp) -> Step<WritebackReport> {
        .wait(for: .settled(id), until: deadline) { reason in
            guard let report = self.end(of: id, isOver: reason != .bell) else {
                return self.awaitEnd(id, until: deadline)
            }
            return .done(report)
        }
    }

    /// How an order ended; when the time is over, what can be said for certain.
    private func end(of id: OrderID, isOver: Bool) -> WritebackReport? {
        state.withLock { state in
            guard let entry = state.entries[id] else {
                return WritebackReport(outcome: .unknown, refusal: nil, text: nil)
            }
            let report: WritebackReport
            switch entry.phase {
            case .ended(let ended): report = ended
            case .waiting where isOver: report = WritebackReport(outcome: .unchanged, refusal: nil, text: nil)
            case .handedOut where isOver: report = WritebackReport(outcome: .unknown, refusal: nil, text: nil)
            case .waiting, .handedOut: return nil
            }
            state.entries[id] = nil
            state.queue.removeAll { $0 == id }
            return report
        }
    }

    /// Hands the oldest order of a target to its agent, once; waits when there is none.
    public func claim(_ target: TargetName) -> Step<WritebackOrder?> {
        claim(target, until: ambient.now + Throttles.wait)
    }

    private func claim(_ target: TargetName, until: Timestamp) -> Step<WritebackOrder?> {
        if let order = next(target) { return .done(order) }
        return .wait(for: .orders(target), until: until) { reason in
            guard reason == .bell else { return .done(nil) }
            return self.claim(target, until: until)
        }
    }

    private func next(_ target: TargetName) -> WritebackOrder? {
        let now = ambient.steady
        return state.withLock { state in
            state.lastSeen[target] = now
            guard let place = state.queue.firstIndex(where: { state.entries[$0]?.target == target }) else { return nil }
            let id = state.queue.remove(at: place)
            state.entries[id]?.phase = .handedOut
            return state.entries[id]?.order
        }
    }

    /// Takes an agent's report; throws `Refusal.refused` when the order is over or was never handed out.
    public func report(_ id: OrderID, _ report: WritebackReport) throws {
        let now = ambient.steady
        try state.withLock { state in
            guard let entry = state.entries[id], case .handedOut = entry.phase else { throw Refusal.refused }
            state.entries[id]?.phase = .ended(report)
            state.lastSeen[entry.target] = now
        }
        bell.ring(.settled(id))
    }
}
