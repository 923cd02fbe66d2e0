public import SSPRVocabulary

/// What is asked of an account's owner at sign-in (feature F3).
public struct Asked: Sendable, Equatable {
    /// How many more methods of other classes are needed to recover.
    public var missing: UInt32
    /// True when the contacts must be looked at again.
    public var isReviewDue: Bool
    /// How often this may still be put off, now included; nil when nothing is asked.
    public var postponements: UInt32?

    /// Asks nothing unless something is said.
    public init(missing: UInt32 = 0, isReviewDue: Bool = false, postponements: UInt32? = nil) {
        self.missing = missing
        self.isReviewDue = isReviewDue
        self.postponements = postponements
    }
}

/// When contacts must be looked at again and what is asked of their owner, inside the caller's transaction.
struct Reviews {
    let world: Surroundings
    let policy: Policy

    /// What methods ask for, whatever was put off.
    func asked(_ methods: [MethodRow], role: AccountRole) -> Asked {
        Asked(missing: policy.missing(methods, role: role), isReviewDue: isDue(methods))
    }

    /// True when the oldest look at a contact is a period old, to the millisecond.
    func isDue(_ methods: [MethodRow]) -> Bool { dueAt(methods).map { $0 <= world.now } ?? false }

    /// From when these methods' contacts must be looked at again; nil when never.
    func dueAt(_ methods: [MethodRow]) -> Timestamp? {
        guard let period = policy.reviewPeriod else { return nil }
        return oldestLook(methods).map { $0 + period }
    }

    /// What an administrator has filled in has not been looked at by its owner, who is not asked to look again.
    func oldestLook(_ methods: [MethodRow]) -> Timestamp? {
        methods.filter { $0.kind.isContact && !$0.isPrefilled }.map(\.reviewedAt).min()
    }

    func row(_ tx: any Snapshot, _ account: AccountID) throws -> ReviewRow {
        try tx.review(of: account) ?? ReviewRow(account: account)
    }

    /// Notes after a change of an account's methods what is asked now; what was put off before it was done is forgotten.
    func note(_ tx: any Transaction, _ account: AccountRow) throws {
        let methods = try tx.methods(of: account.id)
        let asked = asked(methods, role: account.role)
        let before = try tx.review(of: account.id)
        var row = before ?? ReviewRow(account: account.id)
        row.oldestLook = oldestLook(methods)
        if !asked.isReviewDue { row.isReminded = false }
        if asked.missing == 0, !asked.isReviewDue { row.postponed = 0 }
        if row != before { try tx.upsert(row) }
    }
}

extension Registration {
    /// Notes that all contacts of an account are still right; returns from when they must be looked at again.
    ///
    /// Throws `Refusal.notFound` when there are none.
    public func review(_ handle: RegistrationHandle, by actor: EventActor) throws -> Timestamp? {
        try world.commit { tx in
            let (session, account) = try session(tx, handle, by: actor)
            let contacts = try tx.methods(of: account.id).filter(\.kind.isContact)
            guard !contacts.isEmpty else { throw Refusal.notFound }
            for var contact in contacts {
                // A clock that was set back takes nothing away from an earlier look.
                contact.reviewedAt = max(contact.reviewedAt, world.now)
                try tx.update(contact)
            }
            let reviews = Reviews(world: world, policy: try world.policy(of: session, in: tx))
            try reviews.note(tx, account)
            try tx.append(AuditEvent(.contactsReviewed, .succeeded, at: world.now, by: actor, account: account.name))
            return reviews.dueAt(try tx.methods(of: account.id))
        }
    }
}
