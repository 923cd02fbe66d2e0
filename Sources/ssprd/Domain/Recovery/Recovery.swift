public import SSPRVocabulary

/// Recovering an account: begin, send, answer, finish (feature F4).
///
/// Everybody walks the same path, known or not.
public struct Recovery: Sendable {
    let world: Surroundings
    let gate: AttemptGate
    let desk: WritebackDesk
    let setter: PasswordSetter
    let notices: Notices
    let passes: TemporaryPasses
    let traces: Traces
    let endings: RecoveryEndings
    let eligibility: EligibilityRules
    let waits: SoleWaits<RecoveryID>

    var apps: AppCodeCheck { AppCodeCheck(world: world) }
    var saved: RecoveryCodeCheck { RecoveryCodeCheck(world: world, notices: notices) }
    var decoys: Decoys { Decoys(world: world) }

    /// A method as offered to the peer.
    public struct Offered: Sendable, Equatable {
        /// What the peer calls it.
        public let choice: UInt32
        /// Its kind.
        public let kind: MethodKind
        /// A masked address or number; nil for kinds that have none.
        public let hint: String?
        /// True when the whole address or number must be given before anything is sent.
        public let confirmsContact: Bool
    }

    /// What a new recovery tells.
    public struct Begun: Sendable {
        /// Stands for the recovery.
        public let handle: RecoveryHandle
        /// Until when.
        public let expiresAt: Timestamp
        /// How many proofs of different classes are needed.
        public let proofsNeeded: UInt8
        /// What may be proven first.
        public let methods: [Offered]
    }

    /// Begins a recovery.
    ///
    /// Throws `Refusal.throttled` while the subject's recovery is blocked, known or not; `Refusal.malformed` for the help desk's purpose.
    public func begin(_ name: AccountName, _ purpose: RecoveryPurpose, by actor: EventActor) throws -> Begun {
        guard purpose != .verify else { throw Refusal.malformed }
        let begun: Result<Begun, Refusal> = try world.commit { tx in
            let now = world.now
            // Both looked for whether needed or not: a known name takes as long as an unknown one (attack C1).
            let lookalike = try decoys.lookalike(of: name, in: tx) { try eligibility.offering($0, in: tx) }
            let account = try world.lookUp(name, in: tx).account
            let own = try eligibility.offering(account ?? lookalike.account, in: tx)
            let policy = own.rules.policy
            let methods = account == nil ? [] : own.methods
            // Who has nothing to show is shown what somebody else has, under the rules that hold for that one (decision 29).
            let rules = methods.isEmpty ? lookalike.rules : own.rules
            let subject = world.subject(account, named: name)
            let mention = world.mention(account, named: name)
            let hasPass = try passes.isLive(tx, account?.id ?? .nobody, under: policy)
            let until = try block(tx, subject)
            let verdict = try eligibility.judge(
                account ?? lookalike.account ?? .nobody(named: name, at: now), methods: methods, hasPass: hasPass,
                blockedUntil: until, under: policy, in: tx)
            let recovery = try fresh(
                account, methods, lookalike, subject, purpose, mayRecover: verdict.mayRecover,
                rules, actor, now)
            func begun(_ outcome: EventOutcome, _ reason: EventReason?) throws {
                try tx.append(
                    AuditEvent(
                        .recoveryBegun, outcome, at: now, by: actor, account: mention.account,
                        pseudonym: mention.pseudonym, recovery: recovery.row.id, reason: reason))
            }
            if let until {
                try begun(.throttled, .lockedOut)
                return .failure(.throttled(until: until))
            }
            try tx.insert(recovery.row, now: now)
            try begun(.succeeded, account == nil ? .unknownAccount : verdict.reason)
            return .success(
                Begun(
                    handle: recovery.handle, expiresAt: recovery.row.expiresAt, proofsNeeded: recovery.row.proofsNeeded,
                    methods: try offered(recovery.row, under: rules.policy) { offer in
                        if methods.isEmpty { return try lookalike.hint(of: offer.choice, contact: notices.contact) }
                        return try notices.contact(of: methods[Int(offer.choice) - 1]).hint
                    }))
        }
        return try begun.get()
    }

    /// Until when the subject may not begin; a full table of strangers is a block as well, and told in the trail like one.
    private func block(_ tx: any Transaction, _ subject: SubjectKey) throws -> Timestamp? {
        do {
            return try world.counters(tx).recoveryBlock(subject)
        } catch Refusal.throttled(let until) {
            return until
        }
    }

    private func fresh(
        _ account: AccountRow?, _ methods: [MethodRow], _ lookalike: Lookalike, _ subject: SubjectKey,
        _ purpose: RecoveryPurpose, mayRecover: Bool, _ rules: AccountPolicy, _ actor: EventActor, _ now: Timestamp
    ) throws -> (handle: RecoveryHandle, row: RecoveryRow) {
        let (handle, hash) = try world.token(TokenPurpose.Recovery.self)
        let isDecoy = methods.isEmpty
        var shown = isDecoy ? lookalike.kinds.map { (kind: $0, id: nil) } : methods.map { (kind: $0.kind, id: $0.id) }
        // Offered to everybody: who has a pass is nobody's business.
        if rules.policy.passesEnabled { shown.append((kind: .temporaryPass, id: nil)) }
        return (
            handle,
            RecoveryRow(
                id: world.ambient.identifier(), handle: hash, account: isDecoy ? nil : account?.id,
                subject: subject, purpose: purpose, peer: actor.uid, begunAt: now,
                expiresAt: now + Throttles.recoveryLife,
                proofsNeeded: rules.policy.proofsNeeded(for: isDecoy ? lookalike.role : account?.role ?? .user),
                offers: shown.enumerated().map { Offer(choice: UInt32($0 + 1), kind: $1.kind, method: $1.id) },
                isEligible: account != nil && mayRecover, state: .open, proven: [], drawn: [], grant: nil,
                grantTries: 0,
                policy: rules.version, scopes: rules.scopes
            )
        )
    }

    /// What may be proven next: other classes only, and questions only after another proof.
    func open(_ recovery: RecoveryRow) -> [Offer] {
        let proven = Set(recovery.offers.filter { recovery.proven.contains($0.choice) }.map(\.kind.proofClass))
        return recovery.offers.filter {
            !proven.contains($0.kind.proofClass) && ($0.kind != .questions || !proven.isEmpty)
        }
    }

    /// The open offers; those of addresses and numbers with a hint.
    func offered(
        _ recovery: RecoveryRow, under policy: Policy, hint: (Offer) throws -> String?
    ) rethrows -> [Offered] {
        try open(recovery).map {
            Offered(
                choice: $0.choice, kind: $0.kind, hint: $0.kind.isContact ? try hint($0) : nil,
                confirmsContact: policy.confirmsContact($0.kind))
        }
    }

    /// The recovery under a handle, when this peer may go on with it now.
    func live(_ tx: any Snapshot, _ handle: RecoveryHandle, by actor: EventActor) throws -> RecoveryRow {
        guard let recovery = try tx.recovery(handle: world.hash(of: handle)), recovery.peer == actor.uid,
            recovery.expiresAt > world.now, recovery.state == .open
        else { throw Refusal.refused }
        return recovery
    }

    /// The account behind a recovery, when no state that it began with has been revoked since (attack A10).
    func eligibleAccount(_ tx: any Snapshot, _ recovery: RecoveryRow) throws -> AccountRow? {
        guard recovery.isEligible, let id = recovery.account, let account = try tx.account(id),
            try eligibility.mayTakePart(account, in: tx)
        else { return nil }
        let proven = recovery.offers.filter { recovery.proven.contains($0.choice) }
        let areThere = try proven.allSatisfy { offer in
            if offer.kind == .temporaryPass { return try tx.pass(of: id)?.recovery == recovery.id }
            return try offer.method.flatMap { try tx.method($0) }.map { !$0.isDisabled } ?? false
        }
        return areThere ? account : nil
    }

    /// Ends a recovery.
    public func cancel(_ handle: RecoveryHandle, by actor: EventActor) throws {
        let topic = try world.commit { tx in
            guard var recovery = try tx.recovery(handle: world.hash(of: handle)), recovery.peer == actor.uid,
                recovery.state == .open || recovery.state == .granted
            else { throw Refusal.refused }
            recovery.state = .cancelled
            try tx.update(recovery)
            try tx.append(event(.recoveryCancelled, .succeeded, tx, recovery, by: actor))
            return recovery.topic
        }
        world.bell.ring(topic)
    }

    func event(
        _ kind: EventKind, _ outcome: EventOutcome, _ tx: any Snapshot, _ recovery: RecoveryRow,
        _ method: MethodKind? = nil, by actor: EventActor, reason: EventReason? = nil
    ) throws -> AuditEvent {
        AuditEvent(
            kind, outcome, at: world.now, by: actor, account: try recovery.account.flatMap { try tx.account($0)?.name },
            recovery: recovery.id, method: method, reason: reason)
    }
}
