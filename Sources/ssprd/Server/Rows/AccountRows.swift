import SSPRDomain
import SSPRProtocol
import SSPRVocabulary

// Groups, licences and lists of accounts in the words of wire and domain. No decision is made here.

extension Array {
    /// The list, when it is not longer than a page may be.
    func page(of limit: Int = Limits.pageItems) throws -> Self {
        guard count <= limit else { throw Refusal.malformed }
        return self
    }
}

extension ListGroups.Reply {
    init(_ page: (groups: [GroupRow], isLast: Bool)) {
        self.init(groups: page.groups.map(\.name), isLast: page.isLast)
    }
}

extension ListMembers.Reply {
    init(_ page: (members: [AccountRow], isLast: Bool)) {
        self.init(accounts: page.members.map(\.name), reached: page.isLast ? nil : page.members.last?.id)
    }
}

extension Licences.Holder {
    init(_ account: AccountName?, _ group: GroupName?) throws {
        switch (account, group) {
        case (nil, nil): self = .everyone
        case (let account?, nil): self = .account(account)
        case (nil, let group?): self = .group(group)
        case (_?, _?): throw Refusal.malformed
        }
    }
}

extension ListLicences.Reply {
    init(_ page: (plans: [PlanRow], isLast: Bool)) {
        self.init(
            plans: page.plans.map {
                LicencePlan(plan: $0.name, isForEveryone: $0.isForEveryone, taken: $0.taken, seats: $0.seats)
            }, isLast: page.isLast)
    }
}

extension Accounts.Incoming {
    init(_ row: ImportedAccount) {
        let contacts: [(kind: MethodKind, contact: Contact?)] = [
            (.email, row.email), (.mobilePhone, row.mobile), (.officePhone, row.office),
        ]
        self.init(
            name: row.account, uid: row.uid, role: row.role ?? .user, target: row.target, language: row.language,
            contacts: contacts.compactMap { kind, contact in contact.map { (kind, $0) } },
            groups: row.groups ?? [])
    }
}

extension ImportAccounts.Reply {
    init(_ refusals: [ImportRefusal?]) {
        self.init(
            refused: refusals.enumerated().compactMap { place, reason in
                reason.map { RefusedRow(row: UInt32(place), reason: $0) }
            })
    }
}

extension ExplainAccount.Reply {
    init(_ found: Accounts.Explained) {
        self.init(
            unmet: found.eligibility.unmet, missing: found.eligibility.missing,
            blockedUntil: found.eligibility.blockedUntil, groups: Array(found.groups.prefix(Limits.pageItems)),
            graceUntil: found.graceUntil)
    }
}
