public import SSPRVocabulary

/// What recoveries that have succeeded would have come to under a policy that is not in force.
public struct PolicyBackTest: Sendable, Equatable {
    /// Recoveries of a time that all proofs were given for.
    public var proven: UInt32 = 0
    /// Those of them whose proofs would have been enough.
    public var enough: UInt32 = 0
    /// Those that would have needed more.
    public var tooFew: UInt32 = 0
    /// Those of accounts for which recovery would have been off.
    public var notAdmitted: UInt32 = 0
    /// Those of accounts that there are no more.
    public var gone: UInt32 = 0
    /// What was proven by those that would have needed more; a set of kinds with the number of recoveries.
    public var proofs: [[MethodKind]: UInt32] = [:]
    /// The first accounts, in the order of the trail, whose recoveries would not have succeeded as they did.
    public var names: [AccountName] = []

    /// Names that are told.
    static let namesTold = 100
}

extension Policies {
    /// Judges every recovery that has been proven since a moment by the proofs that were given for it, under a document that is not in force.
    ///
    /// Roles and groups are those of today, and accounts are told apart by their names. Throws `Refusal.policyTime` for a moment that is to
    /// come or more than a year ago, `Refusal.policyDocument`, and `Refusal.busy` while accounts are counted or another test is under way.
    public func simulate(_ document: PolicyDocument, since moment: Timestamp) throws -> PolicyBackTest {
        let scoped = try book.policy(of: document)
        guard moment <= world.now, moment + Self.farthest >= world.now else { throw Refusal.policyTime }
        return try book.counting {
            // What was proven in time may have been begun before; nothing lives for longer.
            var reading = try world.store.read { tx in
                try document.checkGroups(in: tx)
                return BackTestReading(reached: try tx.lastEvent(before: moment + -Throttles.recoveryLife))
            }
            while !reading.isDone {
                let before = reading
                reading = try world.store.read { tx in
                    var reading = before
                    try reading.readOn(from: moment, under: scoped, in: tx)
                    return reading
                }
            }
            return reading.test
        }
    }
}

/// How far a test has read.
private struct BackTestReading {
    var test = PolicyBackTest()
    var reached: UInt64
    var isDone = false
    private var proven: [RecoveryID: [MethodKind]] = [:]

    init(reached: UInt64) { self.reached = reached }

    /// Reads some events more.
    mutating func readOn(from moment: Timestamp, under scoped: ScopedPolicy, in tx: any Snapshot) throws {
        let links = try tx.links(after: reached, limit: Self.eventsAtOnce)
        for event in links.map(\.event) {
            guard let kinds = event.settled(&proven), event.at >= moment, let name = event.account else { continue }
            try test.add(name, kinds, under: scoped, in: tx)
        }
        if let last = links.last { reached = last.sequence } else { isDone = true }
    }

    /// Events looked at in one reading transaction.
    private static let eventsAtOnce = 512
}

extension AuditEvent {
    /// Notes what is proven of a recovery; returns it when that was enough, and forgets it at the recovery's end.
    fileprivate func settled(_ proven: inout [RecoveryID: [MethodKind]]) -> [MethodKind]? {
        guard let recovery else { return nil }
        switch kind {
        case .proofAnswered where outcome == .succeeded: proven[recovery, default: []] += method.map { [$0] } ?? []
        case .recoveryGranted where outcome == .succeeded: return proven.removeValue(forKey: recovery)
        case .recoveryCancelled, .recoveryAbandoned, .recoveryFailed, .callerVerified: proven[recovery] = nil
        default: break
        }
        return nil
    }
}

extension PolicyBackTest {
    fileprivate mutating func add(
        _ name: AccountName, _ kinds: [MethodKind], under scoped: ScopedPolicy, in tx: any Snapshot
    ) throws {
        proven += 1
        guard let account = try tx.account(named: name) else {
            gone += 1
            return
        }
        let groups = try tx.groups(of: account.id)
        let policy = scoped.policy(for: scoped.scopes(among: groups))
        let isEnough = policy.missing(kinds, role: account.role) == 0
        if isEnough, policy.admits(account.role, in: groups) {
            enough += 1
            return
        }
        if isEnough {
            notAdmitted += 1
        } else {
            tooFew += 1
            proofs[Set(kinds).sorted { $0.rawValue < $1.rawValue }, default: 0] += 1
        }
        if names.count < Self.namesTold, !names.contains(name) { names.append(name) }
    }
}
