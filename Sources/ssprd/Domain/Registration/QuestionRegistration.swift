public import SSPRVocabulary

extension Registration {
    /// Registers a set of answers in the place of the one before.
    public func registerAnswers(
        _ handle: RegistrationHandle, _ answers: [GivenAnswer], by actor: EventActor
    ) throws -> (method: MethodID, missing: UInt32) {
        let (policy, custom) = try world.store.read { tx in
            let (session, account) = try session(tx, handle, by: actor)
            let policy = try world.policy(of: session, in: tx)
            guard policy.kinds(for: account.role).contains(.questions) else { throw Refusal.notFound }
            return (policy, try tx.customQuestions())
        }
        // Hashing takes a while: outside of any transaction, and after the handle has been looked at.
        let rules = AnswerRules(text: world.text, count: policy.questionsRegistered)
        let verifiers = try rules.normalized(answers, custom: custom).map {
            ($0.question, try world.hasher.verifier(for: $0.answer))
        }
        let registered = try world.commit { tx in
            let (session, account) = try session(tx, handle, by: actor)
            // Again: one of them may have been retired meanwhile. Their texts never change.
            let custom = try tx.customQuestions()
            guard verifiers.allSatisfy({ !AnswerRules.texts(of: $0.0, custom: custom).isEmpty }) else {
                throw Refusal.answers
            }
            try removeFormer(tx, session, account, .questions)
            let registered = try register(tx, account, .questions, nil, floor: 0, under: policy, by: actor)
            for (question, verifier) in verifiers {
                try tx.insert(AnswerRow(method: registered.method, question: question, verifier: verifier))
            }
            return registered
        }
        world.bell.ring(.deliveries)
        return registered
    }

    /// What an account has registered and may still register.
    ///
    /// An unknown name is shown like one that has registered nothing; only administrators are told: `Refusal.notFound`. A helper that
    /// names no language is shown the default one: the account's own would tell that there is an account (attack C1).
    public func describe(
        _ name: AccountName, in language: LanguageTag? = nil, by actor: EventActor
    ) throws -> RegistrationState {
        try world.store.read { tx in
            let isHelper = actor.role == .helper
            if let account = try tx.account(named: name) {
                return try state(
                    of: account, tx, in: language ?? (isHelper ? nil : account.language), forHelper: isHelper)
            }
            guard actor.role != .administrator else { throw Refusal.notFound }
            return try state(
                of: .nobody(named: name, at: world.now), tx, in: language, countedAs: world.subject(nil, named: name),
                forHelper: isHelper)
        }
    }

    /// Without hints no address is unsealed and no custom question read: a page of accounts needs neither.
    ///
    /// A helper sees the house's rules of an account that has nothing registered: its groups' would tell that there is one (attack C1).
    func state(
        of account: AccountRow, _ tx: any Snapshot, withHints: Bool = true, in language: LanguageTag? = nil,
        countedAs subject: SubjectKey? = nil, forHelper isForHelper: Bool = false
    ) throws -> RegistrationState {
        let methods = try tx.methods(of: account.id)
        let own = try world.policy(for: account.id, in: tx)
        let policy = isForHelper && methods.isEmpty ? try world.policy(in: tx) : own
        let reviews = Reviews(world: world, policy: policy)
        let now = world.now
        let counted = subject ?? .account(account.id)
        return RegistrationState(
            account: account,
            methods: try methods.map { method in
                let failures = try tx.counter(.method(method.id), .method)?.count ?? 0
                return RegistrationState.Method(
                    row: method, hint: withHints ? try hint(of: method) : nil, failures: failures)
            },
            missing: policy.missing(methods, role: account.role),
            available: policy.kinds(for: account.role),
            questions: withHints
                ? try world.questions(in: language, tx) : .nearest(to: [language, policy.language]),
            questionsNeeded: policy.questionsRegistered,
            signInLockedUntil: try tx.block(of: counted, .signIn, at: now),
            recoveryBlockedUntil: try world.recoveryBlock(of: counted, in: tx),
            proofsNeeded: policy.proofsNeeded(for: account.role),
            reviewDueAt: reviews.dueAt(methods), isReviewDue: reviews.isDue(methods))
    }

    private func hint(of method: MethodRow) throws -> String? {
        method.kind.isContact ? try notices.contact(of: method).hint : nil
    }
}

/// What an account has registered.
public struct RegistrationState: Sendable {
    /// A method with its masked address.
    public struct Method: Sendable {
        /// The method.
        public let row: MethodRow
        /// A masked address or number; nil for kinds that have none.
        public let hint: String?
        /// Failures in a row.
        public let failures: UInt32
    }

    /// Whose.
    public let account: AccountRow
    /// Oldest first.
    public let methods: [Method]
    /// How many more methods of other classes are needed.
    public let missing: UInt32
    /// The kinds that may be registered.
    public let available: [MethodKind]
    /// The questions in the reader's language.
    public let questions: QuestionCatalog
    /// How many of them are to be answered.
    public let questionsNeeded: Int
    /// Until when sign-in is locked.
    public let signInLockedUntil: Timestamp?
    /// Until when recovery is blocked.
    public let recoveryBlockedUntil: Timestamp?
    /// How many methods of different classes a recovery needs.
    public let proofsNeeded: UInt8
    /// From when the contacts must be looked at again; nil when never.
    public let reviewDueAt: Timestamp?
    /// True when that moment has come.
    public let isReviewDue: Bool
}
