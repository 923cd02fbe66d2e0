public import SSPRVocabulary

extension Devices {
    /// Takes a device's signed answer to a question.
    ///
    /// A wrong number is a wrong proof: it is charged, and it ends the question (attack B11).
    public func answer(
        _ device: MethodID, _ id: ApprovalID, _ decision: ApprovalDecision, number: UInt8?,
        signature: DeviceSignature, by actor: EventActor
    ) throws {
        guard (decision == .approve) == (number != nil), number ?? 0 < Recovery.approvalNumbers else {
            throw Refusal.malformed
        }
        let (answered, topic): (Result<Void, Refusal>, Topic?) = try world.commit { tx in
            guard var row = try tx.approval(id), row.method == device, row.state == .open, row.expiresAt > world.now,
                let method = try tx.method(device), !method.isDisabled, let question = try question(tx, row),
                let open = try tx.recovery(row.recovery),
                let offer = open.offers.first(where: { $0.choice == row.choice })
            else { return (.failure(.refused), nil) }
            func answered(_ outcome: EventOutcome, _ reason: EventReason? = nil) throws {
                try tx.append(
                    recovery.event(.approvalAnswered, outcome, tx, open, .push, by: actor, reason: reason))
            }
            let statement = ApprovalStatement(question, decision, number: number)
            guard world.proofs.isSigned(statement, by: try PairedDevice(of: method, in: world).key, signature) else {
                try answered(.refused, .wrongSecret)
                return (.failure(.refused), open.topic)
            }
            guard decision == .approve else {
                row.state = .refused
                try tx.upsert(row)
                try answered(.refused, .denied)
                try deny(tx, open, by: actor)
                return (.success(()), open.topic)
            }
            do {
                try world.counters(tx).chargeRecovery(open.subject)
            } catch let refusal as Refusal {
                try answered(.throttled, .lockedOut)
                return (.failure(refusal), open.topic)
            }
            guard number == row.number else {
                row.state = .refused
                try tx.upsert(row)
                try answered(.refused, .wrongSecret)
                return (.failure(try recovery.settle(tx, open, offer, .wrong(.wrongSecret), by: actor)), open.topic)
            }
            try world.counters(tx).refundRecovery(open.subject)
            row.state = .approved
            try tx.upsert(row)
            try answered(.succeeded)
            return (.success(()), open.topic)
        }
        if let topic { world.bell.ring(topic) }
        world.bell.ring(.deliveries)
        try answered.get()
    }

    /// Ends a recovery that its owner did not begin, tells them, and asks their devices nothing for a while.
    private func deny(_ tx: any Transaction, _ open: RecoveryRow, by actor: EventActor) throws {
        var denied = open
        denied.state = .cancelled
        try tx.update(denied)
        try tx.append(recovery.event(.recoveryCancelled, .succeeded, tx, denied, .push, by: actor, reason: .denied))
        try world.counters(tx).pausePrompts(open.subject)
        if let account = try open.account.flatMap({ try tx.account($0) }) {
            // Whoever is not the owner may have begun others at the same time: none of them goes on.
            try endings.cancelAll(tx, of: account, because: .denied, by: actor)
            try notices.tell(tx, account, .recoveryDenied)
        }
    }
}
