public import SSPRVocabulary

extension Accounts {
    /// An account that comes from a list: without a password, with what an administrator knows of its owner.
    public struct Incoming: Sendable {
        let name: AccountName
        let uid: UInt32?
        let role: AccountRole
        let target: TargetName?
        let language: LanguageTag?
        let contacts: [(kind: MethodKind, contact: Contact)]
        let groups: [GroupName]

        /// Describes an account.
        public init(
            name: AccountName, uid: UInt32?, role: AccountRole, target: TargetName?, language: LanguageTag?,
            contacts: [(kind: MethodKind, contact: Contact)], groups: [GroupName]
        ) {
            self.name = name
            self.uid = uid
            self.role = role
            self.target = target
            self.language = language
            self.contacts = contacts
            self.groups = groups
        }
    }

    /// Brings accounts in, in one transaction; tells for each why it was not taken, or nil.
    ///
    /// What is not done in the end, such as a rehearsal, tells the same.
    public func bring(_ rows: [Incoming], _ mode: ImportMode, by actor: EventActor) throws -> [ImportRefusal?] {
        do {
            return try world.commit { tx in
                let refusals = try rows.map { try bring($0, tx, by: actor) }
                let isDone =
                    switch mode {
                    case .eachRow: true
                    case .allOrNone: refusals.allSatisfy { $0 == nil }
                    case .rehearsal: false
                    }
                guard isDone else { throw Undone(refusals) }
                try note(refusals, of: rows, tx, by: actor)
                return refusals
            }
        } catch let undone as Undone {
            // The record of a refusal stays when all the rest is undone; a rehearsal has none.
            if mode == .allOrNone, undone.refusals.contains(.noSeat) {
                try world.commit { try note(undone.refusals, of: rows, $0, by: actor) }
            }
            return undone.refusals
        }
    }

    /// Records the rows for which there was no seat, as it is done for assignments and memberships.
    private func note(
        _ refusals: [ImportRefusal?], of rows: [Incoming], _ tx: any Transaction, by actor: EventActor
    ) throws {
        for (row, refusal) in zip(rows, refusals) where refusal == .noSeat {
            try tx.append(
                AuditEvent(
                    .accountAdded, .refused, at: world.now, by: actor, account: row.name, reason: .noSeat,
                    target: row.target))
        }
    }

    /// Undoes a transaction and keeps what it found.
    private struct Undone: Error {
        let refusals: [ImportRefusal?]
        init(_ refusals: [ImportRefusal?]) { self.refusals = refusals }
    }

    /// Everything is looked at before anything is written: a row that is not taken leaves nothing.
    private func bring(_ row: Incoming, _ tx: any Transaction, by actor: EventActor) throws -> ImportRefusal? {
        guard row.contacts.allSatisfy({ $0.kind.accepts($0.contact) }) else { return .badContact }
        guard try tx.account(named: row.name) == nil else { return .nameTaken }
        if let uid = row.uid, try tx.account(uid: uid) != nil { return .uidTaken }
        var groups: [GroupRow] = []
        for name in row.groups where !groups.contains(where: { $0.name == name }) {
            guard let group = try tx.group(named: name) else { return .unknownGroup }
            groups.append(group)
        }
        let isFull = try groups.contains { group in
            try tx.plans(of: group.id).contains { plan in plan.seats.map { plan.taken >= $0 } ?? false }
        }
        guard !isFull else { return .noSeat }
        let scoped = try world.policyInForce(in: tx).scoped
        let policy = scoped.policy(for: scoped.scopes(among: groups.map(\.name)))
        let canRecover = policy.missing(row.contacts.map(\.kind), role: row.role) == 0
        let account = AccountRow(
            id: world.ambient.identifier(), name: row.name, uid: row.uid, role: row.role, isEnabled: true,
            target: row.target, addedAt: world.now, registeredAt: canRecover ? world.now : nil, language: row.language)
        try insert(account, tx, by: actor)
        for (kind, contact) in row.contacts { try registration.prefill(tx, account, kind, contact, by: actor) }
        for group in groups {
            _ = try tx.join(group.id, account.id)
            try tx.append(
                AuditEvent(
                    .groupJoined, .succeeded, at: world.now, by: actor, account: row.name, group: group.name))
        }
        return nil
    }
}
