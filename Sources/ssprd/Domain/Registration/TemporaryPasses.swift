import SSPRVocabulary

/// Temporary passes: the help desk's word for somebody whose methods are gone, or not there yet (feature F2).
struct TemporaryPasses: Sendable {
    let world: Surroundings

    /// Makes a pass in the place of the one before.
    func make(_ tx: any Transaction, for account: AccountID, until moment: Timestamp) throws -> OneTimeCode {
        let pass = OneTimeCode(
            .temporaryPass, random: world.ambient.random(OneTimeCode.Written.temporaryPass.rawValue))
        try tx.upsert(
            PassRow(account: account, code: hash(pass, of: account), expiresAt: moment, isSpent: false, recovery: nil))
        return pass
    }

    /// True when a pass of the account may be used now.
    func isLive(_ tx: any EligibilitySnapshot, _ account: AccountID, under policy: Policy) throws -> Bool {
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
