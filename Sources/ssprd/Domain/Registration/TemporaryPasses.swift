public import SSPRVocabulary

/// Temporary passes: the help desk's word for somebody whose methods are gone, or not there yet (feature F2).
public struct TemporaryPasses: Sendable {
    let world: Surroundings
    let notices: Notices
    let eligibility: EligibilityRules

    /// Issues a pass in the place of the one before; it is shown here and never again, and its owner is told.
    ///
    /// Throws `Refusal.notFound` for an account that is none, and where passes are not in use.
    public func issue(
        _ name: AccountName, minutes: UInt32?, by actor: EventActor
    ) throws -> (pass: OneTimeCode, expiresAt: Timestamp) {
        let life = minutes.map { .minutes(Int64($0)) } ?? Throttles.passLife
        guard Throttles.passLives.contains(life) else { throw Refusal.malformed }
        let pass = OneTimeCode(
            .temporaryPass, random: world.ambient.random(OneTimeCode.Written.temporaryPass.rawValue))
        let expiresAt = try world.commit { tx in
            guard try world.policy(in: tx).passesEnabled else { throw Refusal.notFound }
            guard let account = try tx.account(named: name) else { throw Refusal.notFound }
            guard try eligibility.mayTakePart(account, in: tx) else { throw Refusal.refused }
            let expiresAt = world.now + life
            try tx.upsert(
                PassRow(
                    account: account.id, code: hash(pass, of: account.id), expiresAt: expiresAt, isSpent: false,
                    recovery: nil))
            try tx.append(AuditEvent(.passIssued, .succeeded, at: world.now, by: actor, account: name))
            try notices.tell(tx, account, .temporaryPassIssued)
            return expiresAt
        }
        world.bell.ring(.deliveries)
        return (pass, expiresAt)
    }

    /// True when a pass of the account may be used now.
    func isLive(_ tx: any Snapshot, _ account: AccountID, under policy: Policy) throws -> Bool {
        guard policy.passesEnabled, let pass = try tx.pass(of: account) else { return false }
        return !pass.isSpent && pass.expiresAt > world.now
    }

    /// Compares a code with the pass of an account, and of nobody with the same work; spends nothing.
    func verdict(
        _ tx: any Snapshot, _ account: AccountID, _ code: OneTimeCode, under policy: Policy
    ) throws -> WrittenCodeVerdict {
        let hash = hash(code, of: account)
        guard policy.passesEnabled, let pass = try tx.pass(of: account), constantTimeEqual(pass.code, hash) else {
            return .wrong(.wrongSecret)
        }
        if pass.isSpent { return .used }
        return pass.expiresAt > world.now ? .fresh : .wrong(.expired)
    }

    /// Spends the pass of an account, for a recovery or for a registration.
    func spend(_ tx: any Transaction, _ account: AccountID, for recovery: RecoveryID?) throws {
        guard var pass = try tx.pass(of: account) else { return }
        pass.isSpent = true
        pass.recovery = recovery
        try tx.upsert(pass)
    }

    private func hash(_ code: OneTimeCode, of account: AccountID) -> [UInt8] {
        world.tags.tag(.code, code.secret, context: Array("pass \(account)".utf8))
    }
}

/// What a written code turned out to be.
enum WrittenCodeVerdict: Equatable {
    /// Right, and never used.
    case fresh
    /// Right, but used before.
    case used
    /// Not accepted.
    case wrong(EventReason)
}
