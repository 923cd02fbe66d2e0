public import SSPRVocabulary

extension Recovery {
    /// Numbers that a terminal may show: two digits.
    static let approvalNumbers: UInt8 = 100

    /// Asks a device, unless one has been asked a moment ago; a decoy's question is written all the same, and no device is shown it.
    func ask(
        _ tx: any Transaction, _ recovery: RecoveryRow, _ offer: Offer, by actor: EventActor
    ) throws -> Challenge {
        let now = world.now
        let resend = try world.policy(of: recovery, in: tx).throttles.pause(.codeMessages)
        if let before = try tx.approval(of: recovery.id, choice: offer.choice), now < before.askedAt + resend {
            try tx.append(
                try event(.proofRequested, .throttled, tx, recovery, offer.kind, by: actor, reason: .tooManyMessages))
            return Challenge(
                expiresAt: before.expiresAt, resendAt: before.askedAt + resend, questions: [],
                number: before.number)
        }
        let isWithinBudget = try world.counters(tx).spend(recovery.subject, .prompts) == .within
        let method = try offer.method.flatMap { try tx.method($0) }
        let isMeant = try eligibleAccount(tx, recovery) != nil && method.map { !$0.isDisabled } == true
        let approval = ApprovalRow(
            id: world.ambient.identifier(), recovery: recovery.id, choice: offer.choice,
            method: isMeant && isWithinBudget ? method?.id : nil,
            nonce: ApprovalNonce(prefixOf: world.ambient.random(OpaqueKinds.Nonce.length)),
            number: UInt8(world.ambient.number(below: UInt64(Self.approvalNumbers))), askedAt: now,
            expiresAt: min(recovery.expiresAt, now + Throttles.approvalLife), state: .open)
        try tx.upsert(approval)
        try wake(tx, method, for: approval, of: recovery, isWithinBudget: isWithinBudget)
        try tx.append(
            try event(
                .proofRequested, isWithinBudget ? .succeeded : .throttled, tx, recovery, offer.kind, by: actor,
                reason: isWithinBudget ? nil : .tooManyMessages))
        return Challenge(
            expiresAt: approval.expiresAt, resendAt: now + resend, questions: [], number: approval.number)
    }

    /// Queues what wakes the device, for as long as its question lives.
    ///
    /// One row for each question: where nobody is to be woken it is a decoy like any other (attack C1).
    private func wake(
        _ tx: any Transaction, _ method: MethodRow?, for approval: ApprovalRow, of recovery: RecoveryRow,
        isWithinBudget: Bool
    ) throws {
        let address = try method.flatMap { try PairedDevice(of: $0, in: world).wakeAddress }
        let isMeant = approval.method != nil && address != nil
        try notices.queue(
            tx, .approvalWaiting, to: .device(address ?? .nobody), via: .push, question: approval.id,
            about: isMeant ? recovery.account : nil, life: approval.expiresAt - approval.askedAt,
            owner: recovery.account,
            aim: isMeant ? .person : isWithinBudget || recovery.account == nil ? .nobody : .overBudget)
    }

    /// Waits for a device's approval; still waiting after half a minute is an answer too.
    ///
    /// One wait a recovery: `Refusal.busy` for a second one, so that nobody fills the places of a whole uid with one recovery.
    public func awaitApproval(
        _ handle: RecoveryHandle, _ choice: UInt32, by actor: EventActor
    ) throws -> Step<Progress> {
        let recovery = try world.store.read { try live($0, handle, by: actor).id }
        guard let pass = waits.enter(recovery) else { throw Refusal.busy }
        return try awaitApproval(handle, choice, until: world.now + Throttles.wait, pass, by: actor)
    }

    private func awaitApproval(
        _ handle: RecoveryHandle, _ choice: UInt32, until: Timestamp, _ pass: AttemptPass, by actor: EventActor
    ) throws -> Step<Progress> {
        do {
            let (recovery, approval) = try world.store.read { tx in
                let recovery = try live(tx, handle, by: actor)
                return (recovery, try tx.approval(of: recovery.id, choice: choice))
            }
            // Nobody was asked: nothing is told, as for an invented handle.
            guard let approval else { throw Refusal.refused }
            guard approval.state == .open, approval.expiresAt > world.now else {
                let progress = try collect(handle, choice, by: actor)
                pass.giveBack()
                return .done(progress)
            }
            return .wait(for: recovery.topic, until: min(until, approval.expiresAt)) { reason in
                guard reason == .bell || world.now >= approval.expiresAt else {
                    pass.giveBack()
                    return .done(stillWaiting(recovery))
                }
                return try awaitApproval(handle, choice, until: until, pass, by: actor)
            }
        } catch {
            pass.giveBack()
            throw error
        }
    }

    private func stillWaiting(_ recovery: RecoveryRow) -> Progress {
        Progress(proofsMissing: proofsMissing(recovery), methods: [], grant: nil, isWaiting: true)
    }

    /// Takes what the device has answered, once.
    private func collect(_ handle: RecoveryHandle, _ choice: UInt32, by actor: EventActor) throws -> Progress {
        let progress: Result<Progress, Refusal> = try world.commit { tx in
            let recovery = try live(tx, handle, by: actor)
            // Fetched already, by a call whose answer may have been lost.
            if recovery.proven.contains(choice) { return .success(try self.progress(tx, recovery)) }
            guard let offer = recovery.offers.first(where: { $0.choice == choice }), offer.kind == .push,
                var approval = try tx.approval(of: recovery.id, choice: choice), approval.expiresAt > world.now,
                approval.state == .approved, approval.method == offer.method, try isOpen(tx, recovery, offer)
            else {
                try tx.append(try event(.proofAnswered, .refused, tx, recovery, .push, by: actor, reason: .expired))
                return .failure(.refused)
            }
            approval.state = .spent
            try tx.upsert(approval)
            return .success(try accept(tx, recovery, offer, wasCharged: false, by: actor))
        }
        return try progress.get()
    }
}
