import SSPRDomain
import SSPRProtocol
import SSPRVocabulary

// The policy in the words of the wire. No decision is made here.

extension ShowPolicy.Reply {
    init(_ shown: Policies.Shown) {
        self.init(
            version: shown.version, settings: shown.settings, origin: shown.row.map(PolicyRevision.init),
            groups: shown.sections.isEmpty ? nil : shown.sections)
    }
}

extension ExplainPolicy.Reply {
    init(_ found: Policies.Explained) {
        self.init(version: found.version, groups: found.scopes, decisions: found.decisions)
    }
}

extension PolicyRevision {
    init(_ row: PolicyVersionRow) {
        self.init(
            version: row.version, appliedAt: row.appliedAt, uid: row.uid, reason: row.reason, restores: row.restores)
    }
}

extension ListPolicies.Reply {
    init(_ page: (versions: [PolicyVersionRow], isLast: Bool)) {
        self.init(versions: page.versions.map(PolicyRevision.init), isLast: page.isLast)
    }
}

extension PlanPolicy.Reply {
    init(_ plan: Policies.Plan) {
        let impact = plan.impact
        self.init(
            base: plan.base, changes: plan.changes, accounts: impact.accounts, capable: impact.capable,
            losing: impact.losing, gaining: impact.gaining, names: impact.names)
    }
}

extension AppliedPolicy {
    init(_ applied: (version: UInt32, changes: [PolicyChange])) {
        self.init(version: applied.version, changes: applied.changes)
    }
}

extension Policies.Order {
    init(_ request: ApplyPolicy.Request) {
        self.init(reason: request.reason, base: request.base, allowsLoss: request.allowsLoss ?? false)
    }

    init(_ request: RollBackPolicy.Request) {
        self.init(reason: request.reason, base: request.base, allowsLoss: request.allowsLoss ?? false)
    }
}
