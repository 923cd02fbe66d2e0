public import SSPRVocabulary

/// Bringing accounts in and looking at them.
public struct Accounts: Sendable {
    let world: Surroundings
    let registration: Registration
    let endings: RecoveryEndings

    /// Brings an account in with a first password, or with a target where its password lives.
    public func add(
        _ name: AccountName, uid: UInt32?, role: AccountRole, password: Secret?, target: TargetName?,
        language: LanguageTag? = nil, by actor: EventActor
    ) throws -> AccountID {
        guard (password == nil) != (target == nil) else { throw Refusal.malformed }
        let verifier = try password.map { try firstVerifier($0, for: name) }
        do {
            return try world.commit { tx in
                let account = AccountRow(
                    id: world.ambient.identifier(), name: name, uid: uid, role: role, isEnabled: true, target: target,
                    addedAt: world.now, registeredAt: nil, language: language)
                try insert(account, tx, by: actor)
                if let verifier { try tx.setPasswordVerifier(verifier, of: account.id) }
                return account.id
            }
        } catch is RowConflict {
            throw Refusal.conflict
        }
    }

    func insert(_ account: AccountRow, _ tx: any Transaction, by actor: EventActor) throws {
        try tx.insert(account)
        try tx.append(
            AuditEvent(
                .accountAdded, .succeeded, at: world.now, by: actor, account: account.name, target: account.target))
    }

    private func firstVerifier(_ password: Secret, for name: AccountName) throws -> Verifier {
        let (password, verdict) = try world.checked(password, for: name, under: world.currentPolicy())
        try verdict.accept()
        return try world.hasher.verifier(for: password)
    }

    /// A page of accounts in the order of their names.
    public func list(after name: AccountName?, limit: Int) throws -> (accounts: [RegistrationState], isLast: Bool) {
        try world.store.read { tx in
            let rows = try tx.accounts(after: name, limit: limit + 1)
            return (
                try rows.prefix(limit).map { try registration.state(of: $0, tx, withHints: false) }, rows.count <= limit
            )
        }
    }

    /// One account; throws `Refusal.notFound`.
    public func show(_ name: AccountName, by actor: EventActor) throws -> RegistrationState {
        try registration.describe(name, by: actor)
    }

    /// Lets an account recover and register, or stops it.
    public func setEnabled(_ name: AccountName, _ isEnabled: Bool, by actor: EventActor) throws {
        let account = try world.commit { tx in
            guard var account = try tx.account(named: name) else { throw Refusal.notFound }
            account.isEnabled = isEnabled
            try tx.update(account)
            if !isEnabled {
                try tx.removeRegistrations(of: account.id)
                try tx.removePass(of: account.id)
            }
            try tx.append(
                AuditEvent(
                    isEnabled ? .accountEnabled : .accountDisabled, .succeeded, at: world.now, by: actor, account: name)
            )
            return account.id
        }
        world.bell.ring(.approvals(.account(account)))
    }

    /// Forgets an account's wrong proofs, and with them the block of its recovery; methods that failures have put out of use stay so.
    public func unblock(_ name: AccountName, by actor: EventActor) throws {
        try world.commit { tx in
            guard let account = try tx.account(named: name) else { throw Refusal.notFound }
            try tx.removeCounter(.account(account.id), .recovery)
            try tx.append(AuditEvent(.accountUnblocked, .succeeded, at: world.now, by: actor, account: name))
        }
    }

    /// Removes an account with everything that was its own; the trail keeps what was done with it.
    ///
    /// A later account of the same name or uid is another one: it has another number, and nothing of this one (attack D12).
    public func remove(_ name: AccountName, by actor: EventActor) throws {
        let account = try world.commit { tx in
            guard let account = try tx.account(named: name) else { throw Refusal.notFound }
            // What a target is doing right now must be written down first, or nobody could say how it ended.
            guard try !tx.openIntents().contains(where: { $0.account == account.id }) else { throw Refusal.conflict }
            for method in try tx.methods(of: account.id) { try tx.removeCounters(of: .method(method.id)) }
            try tx.removeCounters(of: .account(account.id))
            try tx.removeCounters(of: .caller(account.id))
            try endings.cancelAll(tx, of: account, because: .superseded, by: actor)
            try tx.remove(account.id)
            try tx.append(
                AuditEvent(
                    .accountRemoved, .succeeded, at: world.now, by: actor, account: name, target: account.target))
            return account.id
        }
        world.bell.ring(.approvals(.account(account)))
    }

    /// Sets or clears what its owner reads: the words of messages and questions.
    public func setLanguage(_ name: AccountName, _ language: LanguageTag?, by actor: EventActor) throws {
        try world.commit { tx in
            guard var account = try tx.account(named: name) else { throw Refusal.notFound }
            account.language = language
            try tx.update(account)
            try tx.append(AuditEvent(.accountLanguageSet, .succeeded, at: world.now, by: actor, account: name))
        }
    }

    /// True when the account carries this uid: then a person may act for it.
    public func owns(_ uid: UInt32, _ name: AccountName) throws -> Bool {
        try world.store.read { try $0.account(named: name)?.uid == uid }
    }
}
