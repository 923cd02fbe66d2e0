import SSPRVocabulary

/// Making sure for the help desk that a caller is the account's owner (feature F4): a code to, or a question at, what they have registered.
///
/// It runs as a recovery of its own purpose, with the rules, limits and trail of one. But nothing comes of it for the caller: whoever
/// began it may act for the account for a while, and choosing a password is not among what they may.
extension Recovery {
    /// Begins; offers nothing when the account has nothing that would do.
    func verify(_ name: AccountName, by actor: EventActor) throws -> Begun {
        try world.commit { tx in
            guard let account = try tx.account(named: name) else { throw Refusal.notFound }
            guard try eligibility.mayTakePart(account, in: tx) else { throw Refusal.refused }
            let rules = try world.rules(for: account.id, in: tx)
            let methods = try verifying(tx, account, under: rules.policy)
            let (handle, hash) = try world.token(TokenPurpose.Recovery.self)
            let row = RecoveryRow(
                id: world.ambient.identifier(), handle: hash, account: account.id, subject: .caller(account.id),
                purpose: .verify, peer: actor.uid, begunAt: world.now, expiresAt: world.now + Throttles.recoveryLife,
                proofsNeeded: account.role.isAdministrator ? rules.policy.proofsNeeded(for: account.role) : 1,
                offers: methods.enumerated().map { Offer(choice: UInt32($0 + 1), kind: $1.kind, method: $1.id) },
                isEligible: true, state: .open, proven: [], drawn: [], grant: nil, grantTries: 0,
                policy: rules.version, scopes: rules.scopes)
            try tx.insert(row, now: world.now)
            try tx.append(
                AuditEvent(.callerAsked, .succeeded, at: world.now, by: actor, account: name, recovery: row.id))
            return Begun(
                handle: handle, expiresAt: row.expiresAt, proofsNeeded: row.proofsNeeded,
                methods: try offered(row, under: rules.policy) {
                    try notices.contact(of: methods[Int($0.choice) - 1]).hint
                })
        }
    }

    /// What an account has that a code can be sent to, or that can be asked.
    ///
    /// No app code, no question, no recovery code: nobody should learn to tell those to somebody on the telephone.
    func verifying(_ tx: any Snapshot, _ account: AccountRow, under policy: Policy) throws -> [MethodRow] {
        let kinds = policy.kinds(for: account.role)
        return try tx.methods(of: account.id).filter {
            ($0.kind.isContact || $0.kind == .push) && kinds.contains($0.kind) && !$0.isDisabled
                && $0.usableFrom <= world.now
        }
    }

    /// Takes what this peer has made sure of, for one act; nil when there is nothing.
    func takeVerification(
        _ tx: any Transaction, of account: AccountID, by actor: EventActor
    ) throws -> RecoveryID? {
        // Whoever was verified by a method that has gone meanwhile is not (attack A10).
        guard var row = try tx.verification(of: account, by: actor.uid, at: world.now),
            try eligibleAccount(tx, row) != nil
        else { return nil }
        row.state = .finished
        try tx.update(row)
        return row.id
    }
}
