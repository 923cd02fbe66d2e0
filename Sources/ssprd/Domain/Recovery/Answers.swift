public import SSPRVocabulary

extension Recovery {
    /// How far a recovery is after a right answer.
    public struct Progress: Sendable {
        /// How many more proofs are needed.
        public let proofsMissing: UInt8
        /// What may be proven next.
        public let methods: [Offered]
        /// The right to finish, when no more proof is needed.
        public let grant: RecoveryGrant?
        /// True when a device has not answered yet.
        public var isWaiting = false
    }

    /// What a proof turned out to be.
    enum ProofVerdict: Equatable {
        case right
        case wrong(EventReason)
        /// Right, but used before: refused, and not charged (attack B9).
        case used
    }

    /// Answers with a code.
    ///
    /// Charge, comparison, consumption, refund and audit are one transaction: no answer leaves before its commit.
    public func answer(
        _ handle: RecoveryHandle, _ choice: UInt32, code: OneTimeCode, by actor: EventActor
    ) throws -> Progress {
        let progress: Result<Progress, Refusal> = try world.commit { tx in
            let recovery = try live(tx, handle, by: actor)
            do {
                try world.counters(tx).chargeRecovery(recovery.subject)
            } catch let refusal as Refusal {
                try tx.append(try event(.proofAnswered, .throttled, tx, recovery, by: actor, reason: .lockedOut))
                return .failure(refusal)
            }
            guard let offer = recovery.offers.first(where: { $0.choice == choice }), offer.kind != .questions else {
                return .failure(try settle(tx, recovery, nil, .wrong(.notOffered), by: actor))
            }
            let verdict =
                switch offer.kind {
                case .totp: try compareAppCode(tx, recovery, offer, code)
                case .email, .mobilePhone, .officePhone: try compareSentCode(tx, recovery, offer, code)
                case .recoveryCodes: try compareRecoveryCode(tx, recovery, offer, code)
                case .temporaryPass: try comparePass(tx, recovery, offer, code)
                case .push, .questions: ProofVerdict.wrong(.notOffered)
                }
            guard verdict == .right else { return .failure(try settle(tx, recovery, offer, verdict, by: actor)) }
            return .success(try accept(tx, recovery, offer, by: actor))
        }
        world.bell.ring(.deliveries)
        return try progress.get()
    }

    private func compareSentCode(
        _ tx: any Transaction, _ recovery: RecoveryRow, _ offer: Offer, _ code: OneTimeCode
    ) throws -> ProofVerdict {
        guard var sent = try tx.code(of: recovery.id, choice: offer.choice) else { return .wrong(.notOffered) }
        let matches = constantTimeEqual(sent.code, codeHash(code, recovery, offer))
        if sent.isSpent { return matches && recovery.proven.contains(offer.choice) ? .used : .wrong(.superseded) }
        if sent.expiresAt <= world.now { return .wrong(.expired) }
        let isRight = try matches && isOpen(tx, recovery, offer)
        sent.tries += 1
        sent.isSpent = try isRight || sent.tries >= world.policy(in: tx).throttles.limit(.codeTries)
        try tx.upsert(sent)
        return isRight ? .right : .wrong(.wrongSecret)
    }

    private func compareAppCode(
        _ tx: any Transaction, _ recovery: RecoveryRow, _ offer: Offer, _ code: OneTimeCode
    ) throws -> ProofVerdict {
        guard let id = offer.method, var method = try tx.method(id), !method.isDisabled else {
            // The same work for nobody: a decoy's code is compared as well.
            _ = apps.verdict(code, seed: Secret(world.tags.tag(.decoy, recovery.subject.bytes)), floor: 0)
            return .wrong(.wrongSecret)
        }
        switch apps.verdict(code, seed: try apps.seed(of: method), floor: method.floor) {
        case .wrong: return .wrong(.wrongSecret)
        case .used: return .used
        case .fresh(let step):
            guard try isOpen(tx, recovery, offer) else { return .wrong(.notOffered) }
            // The floor only grows, and it is durable before the answer (attack B1, I8).
            method.floor = step
            try tx.update(method)
            return .right
        }
    }

    private func compareRecoveryCode(
        _ tx: any Transaction, _ recovery: RecoveryRow, _ offer: Offer, _ code: OneTimeCode
    ) throws -> ProofVerdict {
        guard let id = offer.method, let method = try tx.method(id), !method.isDisabled else {
            // The same work for nobody: a decoy's code is hashed as well.
            _ = saved.hash(code, of: recovery.id.number)
            return .wrong(.wrongSecret)
        }
        return ProofVerdict(try saved.redeem(tx, method, code) { try isOpen(tx, recovery, offer) })
    }

    private func comparePass(
        _ tx: any Transaction, _ recovery: RecoveryRow, _ offer: Offer, _ code: OneTimeCode
    ) throws -> ProofVerdict {
        let policy = try world.policy(of: recovery, in: tx)
        let verdict = try passes.verdict(tx, recovery.account ?? .nobody, code, under: policy)
        guard verdict == .fresh else { return ProofVerdict(verdict) }
        guard let account = try eligibleAccount(tx, recovery), open(recovery).contains(offer) else {
            return .wrong(.notOffered)
        }
        try passes.spend(tx, account.id, for: recovery.id)
        return .right
    }

    /// True when this proof may count: the account may recover, the method is there, its class is not proven yet.
    func isOpen(_ tx: any Transaction, _ recovery: RecoveryRow, _ offer: Offer) throws -> Bool {
        guard try eligibleAccount(tx, recovery) != nil, let id = offer.method, let method = try tx.method(id) else {
            return false
        }
        return !method.isDisabled && open(recovery).contains(offer)
    }

    /// Answers with the drawn questions' answers.
    ///
    /// The charge is committed first; the hashes run outside; a second transaction settles it.
    public func answer(
        _ handle: RecoveryHandle, _ choice: UInt32, answers: [GivenAnswer], by actor: EventActor
    ) throws -> Step<Progress> {
        let subject = try world.store.read { try live($0, handle, by: actor).subject }
        let key = AttemptKey.answers(subject)
        return try gate.enter(key, until: world.now + Throttles.attemptWait) { pass in
            let progress = try compareAnswers(handle, choice, answers, by: actor)
            pass.giveBack()
            return .done(progress)
        }
    }

    private func compareAnswers(
        _ handle: RecoveryHandle, _ choice: UInt32, _ answers: [GivenAnswer], by actor: EventActor
    ) throws -> Progress {
        let charged = try chargeAnswers(handle, choice, by: actor).get()
        let isRight: Bool
        do {
            isRight = try areRight(answers, charged)
        } catch {
            try world.commit { try world.counters($0).refundRecovery(charged.recovery.subject) }
            throw error
        }
        let progress: Result<Progress, Refusal> = try world.commit { tx in
            // Everything is looked at again: the recovery may have ended or been voided meanwhile. The charge is settled in any case.
            guard var recovery = try tx.recovery(charged.recovery.id) else { throw Refusal.refused }
            let goesOn = recovery.state == .open && recovery.expiresAt > world.now
            guard goesOn, isRight, try isOpen(tx, recovery, charged.offer), recovery.drawn == charged.recovery.drawn
            else {
                // A wrong set is followed by other questions (feature F2).
                recovery.drawn = []
                try tx.update(recovery)
                let reason = goesOn ? EventReason.wrongSecret : .expired
                return .failure(try settle(tx, recovery, charged.offer, .wrong(reason), by: actor))
            }
            return .success(try accept(tx, recovery, charged.offer, by: actor))
        }
        world.bell.ring(.deliveries)
        return try progress.get()
    }

    /// What the charging transaction found.
    private struct ChargedAnswers: Sendable {
        let recovery: RecoveryRow
        let offer: Offer
        let rows: [AnswerRow]
    }

    private func chargeAnswers(
        _ handle: RecoveryHandle, _ choice: UInt32, by actor: EventActor
    ) throws -> Result<ChargedAnswers, Refusal> {
        try world.commit { tx in
            let recovery = try live(tx, handle, by: actor)
            do {
                try world.counters(tx).chargeRecovery(recovery.subject, pending: true)
            } catch let refusal as Refusal {
                try tx.append(try event(.proofAnswered, .throttled, tx, recovery, by: actor, reason: .lockedOut))
                return .failure(refusal)
            }
            guard let offer = open(recovery).first(where: { $0.choice == choice && $0.kind == .questions }),
                let method = offer.method, !recovery.drawn.isEmpty
            else {
                return .failure(try settle(tx, recovery, nil, .wrong(.notOffered), by: actor))
            }
            return .success(ChargedAnswers(recovery: recovery, offer: offer, rows: try tx.answers(of: method)))
        }
    }

    /// Checks every drawn question, also after a wrong one, so that the time does not tell which was wrong.
    private func areRight(_ answers: [GivenAnswer], _ charged: ChargedAnswers) throws -> Bool {
        var areRight = answers.count == charged.recovery.drawn.count
        for question in charged.recovery.drawn {
            let given = answers.first { $0.question == question }
            let normal = given.flatMap { try? world.text.answer($0.answer) }
            let verifier = charged.rows.first { $0.question == question }?.verifier
            let matches = try world.hasher.verify(
                normal ?? Secret([UInt8]()), against: verifier ?? world.hasher.decoy(like: charged.rows.first?.verifier)
            )
            areRight = areRight && matches && normal != nil && verifier != nil
        }
        return areRight
    }

    /// Settles what was not accepted; returns what to tell the peer, which is the same for all of them.
    func settle(
        _ tx: any Transaction, _ recovery: RecoveryRow, _ offer: Offer?, _ verdict: ProofVerdict, by actor: EventActor
    ) throws -> Refusal {
        let counters = try world.counters(tx)
        guard case .wrong(let reason) = verdict else {
            try counters.refundRecovery(recovery.subject)
            try tx.append(try event(.proofAnswered, .used, tx, recovery, offer?.kind, by: actor))
            return .refused
        }
        try counters.keepRecoveryCharge(recovery.subject)
        try tx.append(try event(.proofAnswered, .refused, tx, recovery, offer?.kind, by: actor, reason: reason))
        // A guess at a code that was never sent is no failure of the method.
        let wasNeverSent = offer?.kind.isContact == true && reason == .notOffered
        // A pass is not the account's own: what is no pass at all must not be told as a method that failed.
        if let offer, offer.kind != .temporaryPass, !wasNeverSent,
            try counters.countFailure(of: failureKey(recovery, offer))
        {
            try tx.append(try event(.methodDisabled, .succeeded, tx, recovery, offer.kind, by: actor))
            if let id = offer.method, var method = try tx.method(id) {
                method.isDisabled = true
                try tx.update(method)
            }
            try tell(tx, recovery, .methodDisabled)
        }
        // What the help desk mistypes blocks no recovery, so nobody is told of one.
        if recovery.purpose != .verify, try counters.recoveryBlock(recovery.subject) != nil {
            try tx.append(try event(.recoveryBlocked, .succeeded, tx, recovery, by: actor))
            try tell(tx, recovery, .recoveryBlocked)
        }
        return .refused
    }

    /// Whose failures in a row a wrong answer counts: a decoy has them too, so that the same rows are written for nobody.
    private func failureKey(_ recovery: RecoveryRow, _ offer: Offer) -> SubjectKey {
        if let id = offer.method { return .method(id) }
        let hash = world.tags.tag(.decoy, recovery.subject.bytes + [UInt8(truncatingIfNeeded: offer.choice)])
        return .decoy(hash, of: recovery.subject)
    }

    /// Tells the account behind a recovery; where there is none as much is written.
    private func tell(_ tx: any Transaction, _ recovery: RecoveryRow, _ kind: MessageKind) throws {
        try notices.tellAlike(
            tx, recovery.account.flatMap { try tx.account($0) }, recovery.subject, kind,
            offered: recovery.offers.compactMap(\.kind.noticeChannel))
    }

    /// How far a recovery is that needs more proofs; only a real account comes this far.
    func progress(_ tx: any Snapshot, _ recovery: RecoveryRow) throws -> Progress {
        let policy = try world.policy(of: recovery, in: tx)
        let methods = try offered(recovery, under: policy) {
            try $0.method.flatMap(tx.method).map(notices.contact)?.hint
        }
        return Progress(proofsMissing: proofsMissing(recovery), methods: methods, grant: nil)
    }

    /// How many proofs of other classes a recovery needs still.
    func proofsMissing(_ recovery: RecoveryRow) -> UInt8 {
        let proven = recovery.offers.filter { recovery.proven.contains($0.choice) }.map(\.kind)
        let needed = Int(recovery.proofsNeeded)
        // The help desk makes sure who calls by one answer, and sets no password by it: a device's number is one (feature F4).
        if recovery.purpose == .verify { return UInt8(clamping: max(0, needed - proven.count)) }
        return UInt8(clamping: Policy.missing(proven, of: needed))
    }

    /// Takes the charge back, notes the proof, and issues the grant when it was the last one needed.
    func accept(
        _ tx: any Transaction, _ before: RecoveryRow, _ offer: Offer, wasCharged: Bool = true, by actor: EventActor
    ) throws -> Progress {
        var recovery = before
        if wasCharged { try world.counters(tx).refundRecovery(recovery.subject) }
        recovery.proven.append(offer.choice)
        try tx.append(try event(.proofAnswered, .succeeded, tx, recovery, offer.kind, by: actor))
        guard proofsMissing(recovery) == 0 else {
            try tx.update(recovery)
            return try progress(tx, recovery)
        }
        let (grant, hash) = try world.token(TokenPurpose.Grant.self)
        recovery.state = .granted
        recovery.grant = hash
        try tx.update(recovery)
        let kind: EventKind = recovery.purpose == .verify ? .callerVerified : .recoveryGranted
        try tx.append(try event(kind, .succeeded, tx, recovery, by: actor))
        return Progress(proofsMissing: 0, methods: [], grant: grant)
    }
}

extension Recovery.ProofVerdict {
    fileprivate init(_ verdict: WrittenCodeVerdict) {
        switch verdict {
        case .fresh: self = .right
        case .used: self = .used
        case .wrong(let reason): self = .wrong(reason)
        }
    }
}
