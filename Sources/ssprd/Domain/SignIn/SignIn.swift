public import SSPRVocabulary

/// Signing in and changing a password that is known.
public struct SignIn: Sendable {
    let world: Surroundings
    let passwords: PasswordCheck
    let setter: PasswordSetter
    let eligibility: EligibilityRules

    /// Checks a password.
    public func authenticate(_ name: AccountName, _ password: Secret, by actor: EventActor) throws -> Step<Void> {
        try passwords.check(name, password, by: actor).then { _ in .done(()) }
    }

    /// How many methods an account still needs; an unknown one needs nothing.
    public func missingMethods(_ name: AccountName) throws -> UInt32 {
        try world.store.read { tx in
            guard let account = try tx.account(named: name), try eligibility.mayTakePart(account, in: tx) else {
                return 0
            }
            return world.policy.missing(try tx.methods(of: account.id), role: account.role)
        }
    }

    /// Sets a new password for someone who knows the old one.
    ///
    /// It must differ from the old one.
    public func change(
        _ name: AccountName, current: Secret, new: Secret, by actor: EventActor
    ) throws -> Step<Void> {
        let (replacement, rule) = world.checked(new, for: name)
        let old = try world.comparable(current)
        return try passwords.check(name, current, by: actor).then { account in
            // Only now: a refusal that names a rule is for the proven owner.
            if let rule { throw Refusal.password(rule) }
            if old == replacement { throw Refusal.password(.sameAsCurrent) }
            return try setter.set(replacement, for: account, recovery: nil, by: actor)
        }
    }
}
