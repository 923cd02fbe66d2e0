public import SSPRVocabulary

/// Signing in and changing a password that is known.
public struct SignIn: Sendable {
    let world: Surroundings
    let passwords: PasswordCheck
    let setter: PasswordSetter

    /// Checks a password.
    public func authenticate(_ name: AccountName, _ password: Secret, by actor: EventActor) throws -> Step<Void> {
        try passwords.check(name, password, by: actor).then { _ in .done(()) }
    }

    /// How many methods an account still needs; an unknown one needs nothing.
    public func missingMethods(_ name: AccountName) throws -> UInt32 {
        try world.store.read { tx in
            guard let account = try tx.account(named: name), account.isEnabled else { return 0 }
            return world.policy.missing(try tx.methods(of: account.id), role: account.role)
        }
    }

    /// Sets a new password for someone who knows the old one.
    ///
    /// It must differ from the old one.
    public func change(
        _ name: AccountName, current: Secret, new: Secret, by actor: EventActor
    ) throws -> Step<Void> {
        let (replacement, verdict) = world.checked(new, for: name)
        let old = try world.comparable(current)
        return try passwords.check(name, current, by: actor).then { account in
            // Only now: a refusal that names a rule is for the proven owner.
            try verdict.accept()
            if old == replacement { throw Refusal.password(.sameAsCurrent) }
            return try setter.set(replacement, for: account, recovery: nil, by: actor)
        }
    }
}

extension SignIn {
    /// What the rules would say of a password for an account of this name; nothing is stored.
    ///
    /// The name is only a text: whether there is such an account, and what its password is or was, is not looked at, so that nobody can
    /// try passwords here.
    public func check(_ name: AccountName, _ candidate: Secret) -> PasswordVerdict {
        world.checked(candidate, for: name).verdict
    }

    /// The fewest code points that the policy accepts.
    public var minimumPasswordLength: Int { world.policy.minimumPasswordLength }
}
