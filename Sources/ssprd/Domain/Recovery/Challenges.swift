public import SSPRVocabulary

extension Recovery {
    /// What a challenge tells; never whether anything was sent.
    public struct Challenge: Sendable, Equatable {
        /// Until when it is good.
        public let expiresAt: Timestamp
        /// Before this, asking again sends nothing.
        public let resendAt: Timestamp
        /// The catalogue numbers of the questions to answer.
        public let questions: [UInt32]
        /// For a device: the number that the terminal shows.
        public var number: UInt8?
        /// Those questions in the account's language: only after another proof is anything asked, so it tells nobody else.
        public var catalog = QuestionCatalog.english
    }

    /// Sends a code, or draws questions.
    ///
    /// `typed` is the whole address or number as the person knows it: with a wrong one nothing is sent, and the reply is the same.
    public func send(
        _ handle: RecoveryHandle, _ choice: UInt32, via channel: DeliveryChannel? = nil,
        confirming typed: Contact? = nil,
        by actor: EventActor
    ) throws -> Challenge {
        let (challenge, topic): (Result<Challenge, Refusal>, Topic) = try world.commit { tx in
            let recovery = try live(tx, handle, by: actor)
            return (
                try self.challenge(tx, recovery, choice, via: channel, confirming: typed, by: actor), recovery.topic
            )
        }
        world.bell.ring(.deliveries)
        world.bell.ring(topic)
        return try challenge.get()
    }

    private func challenge(
        _ tx: any Transaction, _ recovery: RecoveryRow, _ choice: UInt32, via channel: DeliveryChannel?,
        confirming typed: Contact?, by actor: EventActor
    ) throws -> Result<Challenge, Refusal> {
        guard let offer = open(recovery).first(where: { $0.choice == choice }) else {
            try tx.append(try event(.proofRequested, .refused, tx, recovery, by: actor, reason: .notOffered))
            return .failure(.refused)
        }
        if let until = try world.counters(tx).recoveryBlock(recovery.subject) {
            try tx.append(try event(.proofRequested, .throttled, tx, recovery, offer.kind, by: actor))
            return .failure(.throttled(until: until))
        }
        let policy = try world.policy(of: recovery, in: tx)
        let channel = try self.channel(channel, for: offer, typed, under: policy)
        switch offer.kind {
        case .email, .mobilePhone, .officePhone:
            guard let channel else { throw Refusal.malformed }
            return .success(try sendCode(tx, recovery, offer, via: channel, confirming: typed, by: actor))
        case .totp, .recoveryCodes, .temporaryPass:
            try tx.append(try event(.proofRequested, .succeeded, tx, recovery, offer.kind, by: actor))
            return .success(Challenge(expiresAt: recovery.expiresAt, resendAt: world.now, questions: []))
        case .push: return .success(try ask(tx, recovery, offer, by: actor))
        case .questions: return .success(try pose(tx, recovery, offer, policy.questionsAsked, by: actor))
        }
    }

    /// Draws the questions once, and asks them in the account's language.
    private func pose(
        _ tx: any Transaction, _ before: RecoveryRow, _ offer: Offer, _ count: Int, by actor: EventActor
    ) throws -> Challenge {
        var recovery = before
        if recovery.drawn.isEmpty {
            recovery.drawn = try draw(tx, offer, count)
            try tx.update(recovery)
        }
        try tx.append(try event(.proofRequested, .succeeded, tx, recovery, offer.kind, by: actor))
        let language = try recovery.account.flatMap { try tx.account($0)?.language }
        return Challenge(
            expiresAt: recovery.expiresAt, resendAt: world.now, questions: recovery.drawn,
            catalog: try world.questions(in: language, tx))
    }

    /// The channel to use; throws `Refusal.malformed` for what the offer says cannot be, known or not.
    private func channel(
        _ wanted: DeliveryChannel?, for offer: Offer, _ typed: Contact?, under policy: Policy
    ) throws -> DeliveryChannel? {
        guard wanted.map(offer.kind.channels.contains) ?? true, typed.map(offer.kind.acceptsTyped) ?? true,
            typed != nil || !policy.confirmsContact(offer.kind)
        else { throw Refusal.malformed }
        return wanted ?? offer.kind.channels.first
    }

    /// Writes a new code in the place of the one before and queues its message; a decoy's goes to nobody.
    private func sendCode(
        _ tx: any Transaction, _ recovery: RecoveryRow, _ offer: Offer, via channel: DeliveryChannel,
        confirming typed: Contact?, by actor: EventActor
    ) throws -> Challenge {
        let now = world.now
        // As told when it was sent, whatever the policy says meanwhile.
        let resend = try world.policy(of: recovery, in: tx).throttles.pause(.codeMessages)
        let before = try tx.code(of: recovery.id, choice: offer.choice)
        if let before, now < before.sentAt + resend {
            try tx.append(
                try event(.proofRequested, .throttled, tx, recovery, offer.kind, by: actor, reason: .tooManyMessages))
            return Challenge(expiresAt: before.expiresAt, resendAt: before.sentAt + resend, questions: [])
        }
        let account = try eligibleAccount(tx, recovery)
        let method = try offer.method.flatMap { try tx.method($0) }
        let contact = try method.map(notices.contact) ?? decoys.contact()
        let isConfirmed = typed?.isSame(as: contact) ?? true
        // What was never going to be sent spends nothing: otherwise wrong numbers would silence an account without its owner noticing.
        let counters = try world.counters(tx)
        let isWithinBudget = try !isConfirmed || counters.spend(recovery.subject, .codeMessages) == .within
        let expiresAt = min(recovery.expiresAt, now + Throttles.codeLife)
        let code = world.mailedCode()
        if isWithinBudget {
            // A newer code voids the older one and keeps the count of wrong tries (attack B5, I9).
            try tx.upsert(
                CodeRow(
                    recovery: recovery.id, choice: offer.choice, code: codeHash(code, recovery, offer), sentAt: now,
                    expiresAt: expiresAt, tries: before?.tries ?? 0,
                    isSpent: (before?.tries ?? 0) >= counters.numbers.limit(.codeTries)))
            let isReal = account != nil && isConfirmed && method.map { !$0.isDisabled } == true
            let budgets = Budgets(world: world, tx: tx)
            let destination =
                method == nil ? budgets.key(of: offer, subject: recovery.subject) : budgets.key(of: contact)
            let isMeant = try budgets.spendCode(to: destination, via: channel, counts: isReal) && isReal
            try notices.queue(
                tx, recovery.purpose == .verify ? .helpDeskCode : .recoveryCode, to: .contact(contact), via: channel,
                code: code,
                about: isMeant ? account?.id : nil, life: Throttles.codeLife,
                for: .recovery(recovery.id, choice: offer.choice), owner: recovery.account,
                aim: isMeant ? .person : missed(recovery, isConfirmed: isConfirmed, isReal: isReal))
        }
        let reason: EventReason? = isWithinBudget ? (isConfirmed ? nil : .unconfirmed) : .tooManyMessages
        try tx.append(
            try event(
                .proofRequested, isWithinBudget ? .succeeded : .throttled, tx, recovery, offer.kind, by: actor,
                reason: reason))
        return Challenge(expiresAt: expiresAt, resendAt: now + resend, questions: [])
    }

    /// Why a code that is written reaches nobody, for its trace.
    private func missed(_ recovery: RecoveryRow, isConfirmed: Bool, isReal: Bool) -> TraceAim {
        if recovery.account == nil { return .nobody }
        if !isConfirmed { return .unconfirmed }
        return isReal ? .overBudget : .outOfUse
    }

    /// Draws the questions to ask: some of the registered ones, at random.
    func draw(_ tx: any Snapshot, _ offer: Offer, _ count: Int) throws -> [UInt32] {
        var pool = try offer.method.map { try tx.answers(of: $0).map(\.question) } ?? []
        var drawn: [UInt32] = []
        while drawn.count < count, !pool.isEmpty {
            drawn.append(pool.remove(at: Int(world.ambient.number(below: UInt64(pool.count)))))
        }
        return drawn.sorted()
    }

    /// The keyed hash of a code, bound to the recovery and the choice that it was sent for (attack A3).
    func codeHash(_ code: OneTimeCode, _ recovery: RecoveryRow, _ offer: Offer) -> [UInt8] {
        world.tags.tag(.code, code.secret, context: Array("recovery \(recovery.id) \(offer.choice)".utf8))
    }
}
