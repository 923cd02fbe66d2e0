public import SSPRVocabulary

/// Whether an account can recover, with every reason why not (feature F1).
public struct Eligibility: Sendable, Equatable {
    /// The rules that are not kept, in their order.
    public let unmet: [EligibilityRule]
    /// How many more methods of other classes it needs.
    public let missing: UInt32
    /// Until when wrong proofs block it.
    public let blockedUntil: Timestamp?

    /// True when a recovery that began now could succeed; one that is blocked cannot begin.
    var mayRecover: Bool { unmet.allSatisfy { $0 == .notBlocked } }

    /// The first reason, for the audit trail only.
    var reason: EventReason? { unmet.first?.reason }
}

extension EligibilityRule {
    /// What the trail says of an account that does not keep the rule.
    fileprivate var reason: EventReason {
        switch self {
        case .enabled: .disabledAccount
        case .licensed: .unlicensedAccount
        case .selected: .unselectedAccount
        case .registered: .unregisteredAccount
        case .notBlocked: .lockedOut
        }
    }
}

/// The one place that decides who may recover and register.
struct EligibilityRules: Sendable {
    let world: Surroundings

    private var passes: TemporaryPasses { TemporaryPasses(world: world) }

    /// The rules for an account and the methods to offer under them; no methods for an account that has too few of them.
    ///
    /// The rules are those in force; in a time of grace those from before, where the account can recover by them and not by the new ones.
    /// A method that failures have disabled counts here, and proves nothing: guessing changes nothing that can be seen (attack C3). For
    /// nobody, and whatever comes of it, the same is read (attack C1).
    func offering(_ account: AccountRow?, in tx: any EligibilitySnapshot) throws -> Offering {
        let inForce = try world.policyInForce(in: tx)
        let id = account?.id ?? .nobody
        let rules = try inForce.rules(for: id, in: tx)
        let grace = try world.policies.grace(of: inForce, at: world.now, in: tx)
        let former = try grace?.former.rules(for: id, in: tx)
        guard let account else { return Offering(rules: rules, methods: []) }
        let methods = try tx.methods(of: id)
        let enough = try self.enough(methods, of: account, under: rules.policy, in: tx)
        let before = try former.flatMap { try self.enough(methods, of: account, under: $0.policy, in: tx) }
        if enough == nil, let before, let former {
            return Offering(rules: former, methods: before, graceUntil: grace?.until)
        }
        return Offering(rules: rules, methods: enough ?? [])
    }

    /// What may be offered under a policy, oldest first; nil where it is too little.
    private func enough(
        _ methods: [MethodRow], of account: AccountRow, under policy: Policy, in tx: any EligibilitySnapshot
    ) throws -> [MethodRow]? {
        let kinds = policy.kinds(for: account.role)
        let usable = methods.filter { kinds.contains($0.kind) && $0.usableFrom <= world.now }
        let hasPass = try passes.isLive(tx, account.id, under: policy)
        let proofs = usable.map(\.kind) + (hasPass ? [.temporaryPass] : [])
        return policy.missing(proofs, role: account.role) == 0 ? usable : nil
    }

    /// Everything that stands between an account and a recovery.
    ///
    /// For a name that is nobody's it is asked about somebody else, and the answer not used: the same work for nobody (attack C1).
    func judge(
        _ account: AccountRow, methods: [MethodRow], hasPass: Bool, blockedUntil: Timestamp?, under policy: Policy,
        in tx: any EligibilitySnapshot
    ) throws -> Eligibility {
        var unmet = try barriers(account, under: policy, in: tx)
        let missing = policy.missing(usable(methods) + (hasPass ? [.temporaryPass] : []), role: account.role)
        if missing > 0 { unmet.append(.registered) }
        if blockedUntil != nil { unmet.append(.notBlocked) }
        return Eligibility(unmet: unmet, missing: missing, blockedUntil: blockedUntil)
    }

    /// The kinds of the methods that would prove something now.
    func usable(_ methods: [MethodRow]) -> [MethodKind] {
        methods.filter { !$0.isDisabled && $0.usableFrom <= world.now }.map(\.kind)
    }

    /// True when an account may take part at all: recover, and register ways to do so.
    func mayTakePart(_ account: AccountRow, in tx: any EligibilitySnapshot) throws -> Bool {
        try obstacle(account, in: tx) == nil
    }

    /// Why an account may not take part, for the audit trail; nil when it may.
    func obstacle(_ account: AccountRow, in tx: any EligibilitySnapshot) throws -> EventReason? {
        try barriers(account, under: world.policy(in: tx), in: tx).first?.reason
    }

    /// What administrators decide; all three are looked at whatever the first says.
    private func barriers(
        _ account: AccountRow, under policy: Policy, in tx: any EligibilitySnapshot
    ) throws -> [EligibilityRule] {
        let isLicensed = try tx.isLicensed(account.id)
        let isSelected = try isSelected(account, under: policy, in: tx)
        var unmet: [EligibilityRule] = []
        if !account.isEnabled { unmet.append(.enabled) }
        if !isLicensed { unmet.append(.licensed) }
        if !isSelected { unmet.append(.selected) }
        return unmet
    }

    private func isSelected(_ account: AccountRow, under policy: Policy, in tx: any EligibilitySnapshot) throws -> Bool
    {
        // Read for administrators too: what is decided without it would take less time.
        var groups: [GroupName] = []
        if case .selected = policy.enablement { groups = try tx.groups(of: account.id) }
        return policy.admits(account.role, in: groups)
    }
}
