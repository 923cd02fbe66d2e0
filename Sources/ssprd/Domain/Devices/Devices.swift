public import SSPRVocabulary

/// What devices do: they are paired, ask what waits for them, and answer.
///
/// Whoever carries their calls is not trusted: every one is signed by the device's own key.
public struct Devices: Sendable {
    let world: Surroundings
    let recovery: Recovery
    let notices: Notices
    let endings: RecoveryEndings
    let eligibility: EligibilityRules

    /// Gives a method under way its device: the key, with a proof under the pairing secret and a signature.
    ///
    /// `wakeAddress` is where a courier wakes it. Once only. The device then shows a code, which its owner types at the terminal: so the device that scanned the text over
    /// somebody's shoulder is never registered.
    public func pair(
        _ id: EnrolmentID, _ key: DeviceKey, wakeAddress: WakeAddress? = nil, proof: PairingProof,
        signature: DeviceSignature, by actor: EventActor
    ) throws {
        let paired: Result<Void, Refusal> = try world.commit { tx in
            guard var enrolment = try tx.enrolment(id), enrolment.kind == .push, enrolment.expiresAt > world.now,
                let account = try tx.account(enrolment.account), try eligibility.mayTakePart(account, in: tx)
            else { return .failure(.refused) }
            let identity = RowIdentity(.enrolment, row: id.number, account: account.id.number)
            let pairing = try DevicePairing(world.sealer.open(enrolment.payload, for: identity))
            func paired(_ outcome: EventOutcome, _ reason: EventReason? = nil) throws {
                try tx.append(
                    AuditEvent(
                        .devicePaired, outcome, at: world.now, by: actor, account: account.name, method: .push,
                        reason: reason))
            }
            guard pairing.device == nil else {
                try paired(.used)
                return .failure(.conflict)
            }
            let statement = PairingStatement(
                .pairing, instance: world.instance, enrolment: id, key: key, wakeAddress: wakeAddress)
            guard constantTimeEqual(world.proofs.tag(statement, under: pairing.secret).bytes, proof.bytes),
                world.proofs.isSigned(statement, by: key, signature)
            else {
                // Each try counts like a wrong code: the fifth voids the pairing text.
                enrolment.tries += 1
                if try enrolment.tries >= world.policy(in: tx).throttles.limit(.codeTries) {
                    try tx.remove(id)
                } else {
                    try tx.update(enrolment)
                }
                try paired(.refused, .wrongSecret)
                return .failure(.refused)
            }
            enrolment.payload = try world.sealer.seal(
                DevicePairing(secret: pairing.secret, device: PairedDevice(key: key, wakeAddress: wakeAddress))
                    .encoded(), for: identity)
            try tx.update(enrolment)
            try paired(.succeeded)
            return .success(())
        }
        try paired.get()
    }

    /// The questions to a device; waits for one when there is none.
    public func approvals(
        _ device: MethodID, at moment: Timestamp, signature: DeviceSignature
    ) throws -> Step<[ApprovalQuestion]> {
        let distance = world.now - moment
        guard (-Throttles.deviceClock...Throttles.deviceClock).contains(distance) else { throw Refusal.refused }
        let statement = ListingStatement(instance: world.instance, device: device, at: moment)
        return try approvals(of: device, until: world.now + Throttles.wait) { key in
            world.proofs.isSigned(statement, by: key, signature)
        }
    }

    private func approvals(
        of device: MethodID, until: Timestamp, isSigned: @escaping @Sendable (DeviceKey) -> Bool
    ) throws -> Step<[ApprovalQuestion]> {
        // Looked at again each time: a device that was removed meanwhile is told nothing.
        let (questions, account) = try world.store.read { tx in
            guard let method = try tx.method(device), method.kind == .push, !method.isDisabled,
                isSigned(try PairedDevice(of: method, in: world).key)
            else { throw Refusal.refused }
            return (
                try tx.openApprovals(of: device, at: world.now).compactMap { try question(tx, $0) }, method.account
            )
        }
        guard questions.isEmpty else { return .done(questions) }
        return .wait(for: .approvals(.account(account)), until: until) { reason in
            guard reason == .bell else { return .done([]) }
            return try approvals(of: device, until: until, isSigned: isSigned)
        }
    }

    /// What a question says; nil when its recovery is over.
    func question(_ tx: any Snapshot, _ row: ApprovalRow) throws -> ApprovalQuestion? {
        guard let recovery = try tx.recovery(row.recovery), recovery.state == .open, recovery.expiresAt > world.now,
            let account = try recovery.account.flatMap({ try tx.account($0) }),
            try eligibility.mayTakePart(account, in: tx)
        else { return nil }
        return ApprovalQuestion(
            id: row.id, nonce: row.nonce, instance: world.instance, host: world.host, account: account.name,
            recovery: recovery.id, purpose: recovery.purpose, peer: recovery.peer, askedAt: row.askedAt,
            expiresAt: row.expiresAt)
    }
}
