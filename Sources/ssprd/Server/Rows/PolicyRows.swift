import SSPRDomain
import SSPRProtocol
import SSPRVocabulary

// The policy in the words of the wire. No decision is made here.

extension ShowPolicy.Reply {
    init(_ shown: Policies.Shown) {
        self.init(
            version: shown.version, settings: shown.settings,
            origin: shown.row.map { PolicyRevision($0, shown.place) },
            groups: shown.sections.isEmpty ? nil : shown.sections, newest: shown.place.newest,
            scheduled: shown.place.scheduled.isEmpty
                ? nil : shown.place.scheduled.map { PolicyRevision($0, shown.place) })
    }
}

extension ExplainPolicy.Reply {
    init(_ found: Policies.Explained) {
        self.init(version: found.version, groups: found.scopes, decisions: found.decisions)
    }
}

extension PolicyRevision {
    init(_ row: PolicyVersionRow, _ place: Policies.Place) {
        self.init(
            version: row.version, appliedAt: row.appliedAt, uid: row.uid, reason: row.reason, restores: row.restores,
            effectiveAt: row.effectiveAt, state: place.state(of: row))
    }
}

extension ListPolicies.Reply {
    init(_ page: (versions: [PolicyVersionRow], isLast: Bool, place: Policies.Place)) {
        self.init(versions: page.versions.map { PolicyRevision($0, page.place) }, isLast: page.isLast)
    }
}

extension PlanPolicy.Reply {
    init(_ plan: Policies.Plan) {
        let impact = plan.impact
        self.init(
            base: plan.base, changes: plan.changes, accounts: impact.accounts, capable: impact.capable,
            losing: impact.losing, gaining: impact.gaining, names: impact.names,
            overtaken: plan.overtaken.isEmpty ? nil : plan.overtaken)
    }
}

extension SimulatePolicy.Reply {
    init(_ test: PolicyBackTest) {
        let sets = test.proofs.sorted {
            ($1.value, "\($0.key)") < ($0.value, "\($1.key)")
        }
        self.init(
            proven: test.proven, enough: test.enough, tooFew: test.tooFew, notAdmitted: test.notAdmitted,
            gone: test.gone, proofs: sets.prefix(32).map { ProvenTally(kinds: $0.key, count: $0.value) },
            names: test.names)
    }
}

extension AppliedPolicy {
    init(_ applied: Policies.Applied) {
        self.init(
            version: applied.version, changes: applied.changes, effectiveAt: applied.effectiveAt,
            overtaken: applied.overtaken.isEmpty ? nil : applied.overtaken)
    }
}

extension Policies.Order {
    init(_ request: ApplyPolicy.Request) {
        self.init(
            reason: request.reason, base: request.base, allowsLoss: request.allowsLoss ?? false,
            effectiveAt: request.effectiveAt, graceDays: request.graceDays.map { Int($0) })
    }

    init(_ request: RollBackPolicy.Request) {
        self.init(
            reason: request.reason, base: request.base, allowsLoss: request.allowsLoss ?? false,
            effectiveAt: request.effectiveAt, graceDays: request.graceDays.map { Int($0) })
    }
}
