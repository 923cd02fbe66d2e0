import SSPRVocabulary

/// A policy and the number of its version.
struct NumberedPolicy: Sendable {
    /// 0 is the configuration alone.
    let version: UInt32
    /// What holds under it, for the house and for groups.
    let scoped: ScopedPolicy
    /// From when; nil for the configuration alone.
    var since: Timestamp?
    /// What holds for the whole house.
    var policy: Policy { scoped.house }

    /// What holds for an account; its groups are read only where some have a section, and then for everybody (attack C1).
    func rules(for account: AccountID, in tx: any EligibilitySnapshot) throws -> AccountPolicy {
        let scopes = scoped.sections.isEmpty ? [] : scoped.scopes(among: try tx.groups(of: account))
        return AccountPolicy(version: version, scopes: scopes, policy: scoped.policy(for: scopes))
    }
}

/// Every version of the policy, as read by the transaction that acts.
///
/// A transaction asks the store which version is the newest, so it sees a new one exactly from the commit that wrote it on. What a version
/// says is read once and kept: under its row's identifier, which is drawn anew when a transaction is run again (decision 22).
final class PolicyBook: Sendable {
    /// What holds where no document says otherwise.
    let configured: Policy
    /// The fields that the configuration file names.
    let given: Set<String>

    private let known = Guarded<[PolicyVersionID: ScopedPolicy]>([:])
    private let isCounting = Guarded(false)

    init(configured: Policy, given: Set<String>) {
        self.configured = configured
        self.given = given
    }

    /// The policy in force at a moment.
    func inForce(at moment: Timestamp, in tx: any EligibilitySnapshot) throws -> NumberedPolicy {
        try numbered(tx.policyInForce(at: moment, below: nil), in: tx)
    }

    /// The policy that was in force right before another one, and until when it counts for whoever has too little for the new one.
    ///
    /// Nil when that time is over (decision 30).
    func grace(
        of inForce: NumberedPolicy, at now: Timestamp, in tx: any EligibilitySnapshot
    ) throws -> (former: NumberedPolicy, until: Timestamp)? {
        guard let since = inForce.since else { return nil }
        let until = since + .hours(24 * Int64(inForce.policy.graceDays))
        guard now < until else { return nil }
        return (try numbered(tx.policyInForce(at: since, below: inForce.version), in: tx), until)
    }

    private func numbered(_ stamp: PolicyStamp?, in tx: any EligibilitySnapshot) throws -> NumberedPolicy {
        guard let stamp else { return NumberedPolicy(version: 0, scoped: ScopedPolicy(configured)) }
        return NumberedPolicy(version: stamp.version, scoped: try policy(stamp, in: tx), since: stamp.since)
    }

    /// The policy of a version that was in force once.
    func policy(_ version: UInt32, in tx: any EligibilitySnapshot) throws -> ScopedPolicy {
        guard version > 0 else { return ScopedPolicy(configured) }
        guard let stamp = try tx.policyStamp(version) else { throw PolicyUnreadable(version: version, fault: nil) }
        return try policy(stamp, in: tx)
    }

    private func policy(_ stamp: PolicyStamp, in tx: any EligibilitySnapshot) throws -> ScopedPolicy {
        if let policy = known.withLock({ $0[stamp.id] }) { return policy }
        guard let row = try tx.policyVersion(stamp.version) else {
            throw PolicyUnreadable(version: stamp.version, fault: nil)
        }
        let read: ScopedPolicy
        do {
            read = try ScopedPolicy(configured, row.document)
        } catch {
            throw PolicyUnreadable(version: stamp.version, fault: error)
        }
        known.withLock { known in
            if known.count >= Self.room { known.removeAll() }
            known[stamp.id] = read
        }
        return read
    }

    /// What a document says that is not in force; throws `Refusal.policyDocument` for what cannot be used.
    func policy(of document: PolicyDocument) throws -> ScopedPolicy {
        do {
            let policy = try ScopedPolicy(configured, document)
            if let contradiction = policy.contradiction { throw contradiction }
            return policy
        } catch let fault as PolicyFault {
            throw Refusal.policyDocument("\(fault)")
        }
    }

    /// Runs `count`, which looks at every account, unless another such count is under way: then `Refusal.busy`.
    func counting<R>(_ count: () throws -> R) throws -> R {
        let mayCount = isCounting.withLock { isCounting in
            defer { isCounting = true }
            return !isCounting
        }
        guard mayCount else { throw Refusal.busy }
        defer { isCounting.withLock { $0 = false } }
        return try count()
    }

    /// Versions that are kept in memory: more than recoveries of a quarter of an hour begin under.
    private static let room = 64
}

/// A version of the policy is not there, or says something that this release does not understand: an older one must not guess.
public struct PolicyUnreadable: Error, Sendable, CustomStringConvertible {
    let version: UInt32
    let fault: PolicyFault?

    /// For the log.
    public var description: String {
        let what = fault.map { "\($0)" } ?? "it is not there."
        return
            "version \(version) of the policy cannot be used: \(what) Start the release that wrote it, or a later one"
    }
}
