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

    /// What is asked of an account's owner at a sign-in, which puts it off once more; nothing of an unknown one's (feature F3).
    public func ask(_ name: AccountName) throws -> Asked {
        let seen = try world.store.read { try look($0, name) }
        guard seen.next != nil else { return seen.asked }
        do {
            return try world.store.write { tx in
                let seen = try look(tx, name)
                if let next = seen.next { try tx.upsert(next) }
                return seen.asked
            }
        } catch StoreError.unavailable {
            // A disk without room must not keep anybody out: what is not counted is asked again.
            return seen.asked
        }
    }

    /// What is asked, and what to note of it; nil when nothing changes.
    private func look(_ tx: any Snapshot, _ name: AccountName) throws -> (asked: Asked, next: ReviewRow?) {
        guard let account = try tx.account(named: name) else { return (Asked(), nil) }
        let policy = try world.policy(for: account.id, in: tx)
        guard policy.asksAtSignIn, try eligibility.mayTakePart(account, in: tx) else { return (Asked(), nil) }
        let reviews = Reviews(world: world, policy: policy)
        var asked = reviews.asked(try tx.methods(of: account.id), role: account.role)
        var row = try reviews.row(tx, account.id)
        guard asked.missing > 0 || asked.isReviewDue else {
            guard row.postponed > 0 else { return (asked, nil) }
            row.postponed = 0
            return (asked, row)
        }
        let left = policy.postponements - min(row.postponed, policy.postponements)
        asked.postponements = left
        guard left > 0 else { return (asked, nil) }
        row.postponed += 1
        return (asked, row)
    }

    /// Sets a new password for someone who knows the old one.
    ///
    /// It must differ from the old one and from the last ones before it.
    public func change(
        _ name: AccountName, current: Secret, new: Secret, by actor: EventActor
    ) throws -> Step<Void> {
        let old = try world.comparable(current)
        return try passwords.check(name, current, by: actor).then { proven in
            // Only now: a refusal that names a rule is for the proven owner, and the rules are those of that account.
            let policy = try world.store.read { try world.policy(for: proven.account.id, in: $0) }
            let (replacement, verdict) = try world.checked(new, for: name, under: policy)
            try verdict.accept()
            if old == replacement { throw Refusal.password(.sameAsCurrent) }
            if let target = proven.account.target {
                return try setter.writeBack(
                    .set, replacement, at: target, for: proven.account, recovery: nil, by: actor)
            }
            // One at a time: who knows a password must not fill the hashing line with it.
            return try passwords.gate.enter(
                .change(proven.account.id), until: world.now + Throttles.attemptWait
            ) { pass in
                defer { pass.giveBack() }
                try setter.set(replacement, for: proven.account, recovery: nil, by: actor) { current in
                    // Another change may have come first, and then this one knows an old password only.
                    guard
                        try current == proven.verifier
                            || current.map({ try world.hasher.verify(old, against: $0) }) ?? false
                    else { throw Refusal.refused }
                    return false
                }
                return .done(())
            }
        }
    }
}

extension SignIn {
    /// What the rules would say of a password for an account of this name; nothing is stored.
    ///
    /// To a helper the name is only a text: whether there is such an account is not looked at, and the house's rules are told. Administrators
    /// and owners are told those that hold for the account. What its passwords are or were nobody is told, so that nobody can try passwords
    /// here. With it comes the fewest code points that the policy accepts.
    public func check(
        _ name: AccountName, _ candidate: Secret, by actor: EventActor
    ) throws -> (verdict: PasswordVerdict, minimumLength: Int) {
        let policy = try world.store.read { tx in
            let account = actor.role == .helper ? nil : try tx.account(named: name)
            return try world.policy(for: account?.id ?? .nobody, in: tx)
        }
        return (try world.checked(candidate, for: name, under: policy).verdict, policy.minimumPasswordLength)
    }
}
