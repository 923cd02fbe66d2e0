public import SSPRVocabulary

/// Registering and removing methods (feature F3): a fresh proof of the password, then each method with a proof that it works.
public struct Registration: Sendable {
    let world: Surroundings
    let passwords: PasswordCheck
    let notices: Notices
    let recovery: Recovery
    let passes: TemporaryPasses
    let traces: Traces
    let eligibility: EligibilityRules

    var apps: AppCodeCheck { AppCodeCheck(world: world) }
    var saved: RecoveryCodeCheck { RecoveryCodeCheck(world: world, notices: notices) }

    /// How many methods of a kind one account may have (feature F2).
    static func room(for kind: MethodKind) -> Int {
        switch kind {
        case .email, .mobilePhone: 2
        case .totp, .push: 5
        case .officePhone, .questions, .recoveryCodes: 1
        case .temporaryPass: 0
        }
    }
    /// What is known outside, or hashed, under the number of its enrolment goes on under it.
    private static let keepNumber: Set<MethodKind> = [.push, .recoveryCodes]
    /// A new app's key: 160 bits (RFC 4226 R6).
    static let keyBytes = 20

    /// What a registration that has just begun tells.
    public struct Begun: Sendable {
        /// Names the method under way.
        public let enrolment: EnrolmentID
        /// Until when its code is awaited.
        public let expiresAt: Timestamp
        /// For an app: its key.
        public let key: Secret?
        /// For a device: what it must know.
        public var pairing: PairingInvitation?
        /// Recovery codes, to be written down.
        public var codes: [OneTimeCode] = []
    }

    /// Begins to register an email address or a phone, to which a code is sent.
    public func begin(
        _ handle: RegistrationHandle, _ kind: MethodKind, at contact: Contact, via channel: DeliveryChannel? = nil,
        by actor: EventActor
    ) throws -> Begun {
        guard kind.accepts(contact), let channel = channel ?? kind.channels.first, kind.channels.contains(channel)
        else {
            throw Refusal.malformed
        }
        // What is noted of a spent budget must stay: a refusal that is thrown would undo it.
        let begun: Result<Begun, Refusal> = try world.commit { tx in
            let (session, account) = try session(tx, handle, by: actor)
            guard try world.policy(of: session, in: tx).kinds(for: account.role).contains(kind) else {
                throw Refusal.notFound
            }
            guard try prefilled(tx, account, kind, contact) != nil || hasRoom(tx, account, kind, contact) else {
                throw Refusal.conflict
            }
            let before = try enrolments(tx, session, of: contact)
            let resend = try world.policy(of: session, in: tx).throttles.pause(.codeMessages)
            if let sentAt = before.map(\.begunAt).max(), world.now < sentAt + resend {
                throw Refusal.throttled(until: sentAt + resend)
            }
            let tries = before.map(\.tries).max() ?? 0
            let counters = try world.counters(tx)
            guard tries < counters.numbers.limit(.codeTries) else { throw Refusal.throttled(until: session.expiresAt) }
            guard try counters.spend(.account(account.id), .codeMessages) == .within else {
                return .failure(.throttled(until: world.now + counters.numbers.window(.codeMessages)))
            }
            let budgets = Budgets(world: world, tx: tx)
            guard try budgets.spendCode(to: budgets.key(of: contact), via: channel) else {
                return .failure(.throttled(until: world.now + counters.numbers.window(.destination)))
            }
            // A newer code voids the older one and keeps the count of wrong tries (invariant I9).
            for row in before { try tx.remove(row.id) }
            let code = world.mailedCode()
            let id: EnrolmentID = world.ambient.identifier()
            let enrolment = EnrolmentRow(
                id: id, registration: session.handle, account: account.id, kind: kind,
                payload: try world.sealer.seal(Secret(text: contact.text), for: identity(id, account.id)),
                code: codeHash(code, id), tries: tries, begunAt: world.now,
                expiresAt: min(session.expiresAt, world.now + Throttles.codeLife))
            try tx.insert(enrolment)
            try notices.queue(
                tx, .confirmationCode, to: .contact(contact), via: channel, code: code, about: account.id,
                life: Throttles.codeLife, for: .enrolment(id))
            try append(tx, .registrationBegun, account, kind, by: actor)
            return .success(Begun(enrolment: id, expiresAt: enrolment.expiresAt, key: nil))
        }
        world.bell.ring(.deliveries)
        return try begun.get()
    }

    /// What this registration has under way for an address or a number.
    private func enrolments(
        _ tx: any Snapshot, _ session: RegistrationRow, of contact: Contact
    ) throws -> [EnrolmentRow] {
        try tx.enrolments(of: session.handle).filter(\.kind.isContact)
            .filter { try world.sealer.open($0.payload, for: identity($0.id, $0.account)).revealText() == contact.text }
    }

    /// Begins to register an authenticator app with a fresh key.
    public func beginApp(_ handle: RegistrationHandle, by actor: EventActor) throws -> Begun {
        try world.commit { tx in
            let (session, account) = try session(tx, handle, by: actor)
            guard try hasRoom(tx, account, .totp, nil) else { throw Refusal.conflict }
            let key = Secret(world.ambient.random(Self.keyBytes))
            let id: EnrolmentID = world.ambient.identifier()
            try tx.insert(
                EnrolmentRow(
                    id: id, registration: session.handle, account: account.id, kind: .totp,
                    payload: try world.sealer.seal(key, for: identity(id, account.id)), code: nil, tries: 0,
                    begunAt: world.now, expiresAt: session.expiresAt))
            try append(tx, .registrationBegun, account, .totp, by: actor)
            return Begun(enrolment: id, expiresAt: session.expiresAt, key: key)
        }
    }

    /// Begins to pair a device.
    public func beginDevice(_ handle: RegistrationHandle, by actor: EventActor) throws -> Begun {
        try world.commit { tx in
            let (session, account) = try session(tx, handle, by: actor)
            guard try world.policy(of: session, in: tx).kinds(for: account.role).contains(.push) else {
                throw Refusal.notFound
            }
            guard try hasRoom(tx, account, .push, nil) else { throw Refusal.conflict }
            let secret = try PairingSecret(Secret(world.ambient.random(PairingSecret.length)))
            let id: EnrolmentID = world.ambient.identifier()
            let enrolment = EnrolmentRow(
                id: id, registration: session.handle, account: account.id, kind: .push,
                payload: try world.sealer.seal(
                    DevicePairing(secret: secret, device: nil).encoded(), for: identity(id, account.id)),
                code: nil, tries: 0, begunAt: world.now, expiresAt: session.expiresAt)
            try tx.insert(enrolment)
            try append(tx, .registrationBegun, account, .push, by: actor)
            return Begun(
                enrolment: id, expiresAt: enrolment.expiresAt, key: nil,
                pairing: PairingInvitation(
                    instance: world.instance, host: world.host, account: account.name, enrolment: id, secret: secret,
                    expiresAt: enrolment.expiresAt))
        }
    }

    /// Begins to register recovery codes: ten, shown once; one of them is typed back to show that they are kept.
    public func beginCodes(_ handle: RegistrationHandle, by actor: EventActor) throws -> Begun {
        try world.commit { tx in
            let (session, account) = try session(tx, handle, by: actor)
            guard try world.policy(of: session, in: tx).kinds(for: account.role).contains(.recoveryCodes) else {
                throw Refusal.notFound
            }
            // To replace is to remove (attack A11): said before anything is written down.
            let isThere = try tx.methods(of: account.id).contains { $0.kind == .recoveryCodes }
            guard session.isFull || !isThere else { throw Refusal.refused }
            let id: EnrolmentID = world.ambient.identifier()
            let kind = OneTimeCode.Written.recoveryCode
            let codes = (0..<RecoveryCodes.count).map { _ in
                OneTimeCode(kind, random: world.ambient.random(kind.rawValue))
            }
            let kept = RecoveryCodes(hashes: codes.map { saved.hash($0, of: id.number) })
            try tx.insert(
                EnrolmentRow(
                    id: id, registration: session.handle, account: account.id, kind: .recoveryCodes,
                    payload: try world.sealer.seal(kept.encoded(), for: identity(id, account.id)), code: nil, tries: 0,
                    begunAt: world.now, expiresAt: session.expiresAt))
            try append(tx, .registrationBegun, account, .recoveryCodes, by: actor)
            return Begun(enrolment: id, expiresAt: session.expiresAt, key: nil, codes: codes)
        }
    }

    /// Registers a method with its first right code.
    public func confirm(
        _ handle: RegistrationHandle, _ id: EnrolmentID, _ code: OneTimeCode, by actor: EventActor
    ) throws -> (method: MethodID, missing: UInt32) {
        let confirmed: Result<(method: MethodID, missing: UInt32), Refusal> = try world.commit { tx in
            let (session, account) = try session(tx, handle, by: actor)
            guard var enrolment = try tx.enrolment(id), constantTimeEqual(enrolment.registration, session.handle),
                enrolment.expiresAt > world.now, try enrolment.tries < world.policy(in: tx).throttles.limit(.codeTries)
            else { return .failure(.refused) }
            enrolment.tries += 1
            try tx.update(enrolment)
            let policy = try world.policy(of: session, in: tx)
            let payload = try world.sealer.open(enrolment.payload, for: identity(id, account.id))
            guard let accepted = try accepted(enrolment, payload, code) else {
                try append(tx, .methodRegistered, account, enrolment.kind, .refused, by: actor, reason: .wrongSecret)
                return .failure(.refused)
            }
            // Again: others that were begun at the same time may have been confirmed meanwhile.
            let contact = enrolment.kind.isContact ? try payload.revealText().map { try Contact($0) } : nil
            if let contact, var method = try prefilled(tx, account, enrolment.kind, contact) {
                method.isPrefilled = false
                method.reviewedAt = max(method.reviewedAt, world.now)
                try tx.update(method)
                try tx.remove(id)
                try Reviews(world: world, policy: policy).note(tx, account)
                try append(tx, .methodRegistered, account, enrolment.kind, by: actor)
                return .success((method.id, policy.missing(try tx.methods(of: account.id), role: account.role)))
            }
            if enrolment.kind == .recoveryCodes {
                try removeFormer(tx, session, account, .recoveryCodes)
            } else if try !hasRoom(tx, account, enrolment.kind, contact) {
                return .failure(.conflict)
            }
            try tx.remove(id)
            return .success(
                try register(
                    tx, account, enrolment.kind, accepted.payload, floor: accepted.floor, under: policy,
                    id: Self.keepNumber.contains(enrolment.kind) ? MethodID(random: id.number) : nil, by: actor))
        }
        world.bell.ring(.deliveries)
        return try confirmed.get()
    }

    /// The method at a contact that an administrator gave and its owner confirms now.
    private func prefilled(
        _ tx: any Snapshot, _ account: AccountRow, _ kind: MethodKind, _ contact: Contact
    ) throws -> MethodRow? {
        try tx.methods(of: account.id)
            .first { try $0.isPrefilled && $0.kind == kind && notices.contact(of: $0).isSame(as: contact) }
    }

    /// True when the account may register one more method of the kind; an address or a number must be new to it.
    private func hasRoom(
        _ tx: any Snapshot, _ account: AccountRow, _ kind: MethodKind, _ contact: Contact?
    ) throws -> Bool {
        let methods = try tx.methods(of: account.id)
        guard methods.count(where: { $0.kind == kind }) < Self.room(for: kind) else { return false }
        guard let contact else { return true }
        return try !methods.contains { try $0.kind.isContact && notices.contact(of: $0).isSame(as: contact) }
    }

    /// What to register when the code is right: the method's payload, and the step that an app begins with.
    private func accepted(
        _ enrolment: EnrolmentRow, _ payload: Secret, _ code: OneTimeCode
    ) throws -> (payload: Secret, floor: UInt64)? {
        switch enrolment.kind {
        case .email, .mobilePhone, .officePhone:
            guard let expected = enrolment.code, constantTimeEqual(expected, codeHash(code, enrolment.id)) else {
                return nil
            }
            return (payload, 0)
        case .totp:
            guard case .fresh(let step) = apps.verdict(code, seed: payload, floor: 0) else { return nil }
            return (payload, step)
        case .push:
            let pairing = try DevicePairing(payload)
            guard let device = pairing.device,
                pairingCode(device, pairing.secret, enrolment.id).secret == code.secret
            else { return nil }
            return (Secret(device.encoded), 0)
        case .recoveryCodes:
            let codes = try RecoveryCodes(payload)
            return codes.verdict(saved.hash(code, of: enrolment.id.number)) == .fresh ? (payload, 0) : nil
        case .questions, .temporaryPass: return nil
        }
    }

    /// What a paired device shows, to be typed at the terminal: 8 digits that only this key, this wake address and this pairing text give.
    private func pairingCode(_ device: PairedDevice, _ secret: PairingSecret, _ id: EnrolmentID) -> OneTimeCode {
        let statement = PairingStatement(
            .pairingCode, instance: world.instance, enrolment: id, key: device.key, wakeAddress: device.wakeAddress)
        let tag = world.proofs.tag(statement, under: secret).bytes
        return OneTimeCode(number: tag.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } % 100_000_000, digits: 8)
    }

    /// Adds a method, tells the addresses that were there before and a new one, and notes when the account first can recover.
    func register(
        _ tx: any Transaction, _ account: AccountRow, _ kind: MethodKind, _ payload: Secret?, floor: UInt64,
        under policy: Policy, id chosen: MethodID? = nil, by actor: EventActor
    ) throws -> (method: MethodID, missing: UInt32) {
        let id = chosen ?? world.ambient.identifier()
        let now = world.now
        // Questions come after another proof only, so they need not cool off.
        let coolsOff = kind != .questions && account.registeredAt != nil
        try tx.insert(
            MethodRow(
                id: id, account: account.id, kind: kind,
                payload: try sealed(payload ?? Secret([UInt8]()), of: id, account), confirmedAt: now,
                usableFrom: coolsOff ? now + policy.contactCoolingOff : now, floor: floor, isDisabled: false))
        try notices.tell(tx, account, .methodAdded)
        try append(tx, .methodRegistered, account, kind, by: actor)
        let missing = policy.missing(try tx.methods(of: account.id), role: account.role)
        if missing == 0, account.registeredAt == nil {
            var registered = account
            registered.registeredAt = now
            try tx.update(registered)
        }
        try Reviews(world: world, policy: policy).note(tx, account)
        return (id, missing)
    }

    /// Adds a contact that an administrator has filled in: it counts for a recovery, and its owner's first code confirms it.
    func prefill(
        _ tx: any Transaction, _ account: AccountRow, _ kind: MethodKind, _ contact: Contact, by actor: EventActor
    ) throws {
        let id: MethodID = world.ambient.identifier()
        try tx.insert(
            MethodRow(
                id: id, account: account.id, kind: kind,
                payload: try sealed(Secret(text: contact.text), of: id, account),
                confirmedAt: world.now, usableFrom: world.now, floor: 0, isDisabled: false, isPrefilled: true))
        try append(tx, .methodRegistered, account, kind, by: actor)
    }

    private func sealed(_ payload: Secret, of id: MethodID, _ account: AccountRow) throws -> Sealed {
        try world.sealer.seal(payload, for: RowIdentity(.method, row: id.number, account: account.id.number))
    }

    /// Removes what a new set takes the place of; only the full level may (attack A11).
    func removeFormer(
        _ tx: any Transaction, _ session: RegistrationRow, _ account: AccountRow, _ kind: MethodKind
    ) throws {
        for old in try tx.methods(of: account.id) where old.kind == kind {
            guard session.isFull else { throw Refusal.refused }
            try tx.remove(old.id)
            try world.counters(tx).clearFailures(of: .method(old.id))
        }
    }

    /// Removes a method; only a registration that was opened with a second proof may (attack A11).
    public func remove(_ handle: RegistrationHandle, _ id: MethodID, by actor: EventActor) throws -> UInt32 {
        let (missing, account) = try world.commit { tx in
            let (session, account) = try session(tx, handle, by: actor)
            guard session.isFull else { throw Refusal.refused }
            guard let method = try tx.method(id), method.account == account.id else { throw Refusal.notFound }
            // Told first: the address that goes away hears of it too.
            try notices.tell(tx, account, .methodRemoved)
            try tx.remove(id)
            try world.counters(tx).clearFailures(of: .method(id))
            try append(tx, .methodRemoved, account, method.kind, by: actor)
            let policy = try world.policy(of: session, in: tx)
            try Reviews(world: world, policy: policy).note(tx, account)
            return (policy.missing(try tx.methods(of: account.id), role: account.role), account.id)
        }
        world.bell.ring(.deliveries)
        world.bell.ring(.approvals(.account(account)))
        return missing
    }

    /// The registration under a handle with its account, when this peer may use it now.
    func session(
        _ tx: any Snapshot, _ handle: RegistrationHandle, by actor: EventActor
    ) throws -> (RegistrationRow, AccountRow) {
        guard let session = try tx.registration(handle: world.hash(of: handle)), session.peer == actor.uid,
            session.expiresAt > world.now, let account = try tx.account(session.account),
            try eligibility.mayTakePart(account, in: tx)
        else { throw Refusal.refused }
        return (session, account)
    }

    func append(
        _ tx: any Transaction, _ kind: EventKind, _ account: AccountRow, _ method: MethodKind,
        _ outcome: EventOutcome = .succeeded, by actor: EventActor, reason: EventReason? = nil
    ) throws {
        try tx.append(
            AuditEvent(
                kind, outcome, at: world.now, by: actor, account: account.name, method: method, reason: reason))
    }

    private func identity(_ id: EnrolmentID, _ account: AccountID) -> RowIdentity {
        RowIdentity(.enrolment, row: id.number, account: account.number)
    }

    private func codeHash(_ code: OneTimeCode, _ id: EnrolmentID) -> [UInt8] {
        world.tags.tag(.code, code.secret, context: Array("enrolment \(id)".utf8))
    }
}
