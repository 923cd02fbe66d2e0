import SSPRDomain
import SSPRVocabulary
import StrictCBOR

/// The changing half of the port over values in memory.
final class MemoryTransaction: MemorySnapshot, SSPRDomain.Transaction {
    func insert(_ account: AccountRow) throws {
        guard rows.accounts[account.id] == nil else { throw RowConflict() }
        try checkUnique(account)
        rows.accounts[account.id] = account
    }
    func update(_ account: AccountRow) throws {
        guard rows.accounts[account.id] != nil else { throw MemoryRowMissing() }
        try checkUnique(account)
        rows.accounts[account.id] = account
    }
    private func checkUnique(_ account: AccountRow) throws {
        let isTaken = rows.accounts.values.contains { other in
            other.id != account.id && (other.name == account.name || (account.uid != nil && other.uid == account.uid))
        }
        if isTaken { throw RowConflict() }
    }
    func setPasswordVerifier(_ verifier: Verifier, of account: AccountID) throws {
        try checkParent(rows.accounts[account])
        rows.passwords[account] = verifier
    }
    func addFormerVerifier(_ verifier: Verifier, of account: AccountID) throws {
        try checkParent(rows.accounts[account])
        rows.formerPasswords[account, default: []].append(verifier)
    }
    func removeFormerVerifiers(of account: AccountID, keeping count: Int) {
        rows.formerPasswords[account] = rows.formerPasswords[account].map { Array($0.suffix(max(count, 0))) }
    }
    func remove(_ account: AccountID) {
        rows.deliveries = rows.deliveries.filter { $0.value.account != account }
        rows.traces.removeAll { $0.row.account == account }
        rows.intents = rows.intents.filter { $0.value.account != account }
        rows.passes[account] = nil
        rows.undos = rows.undos.filter { $0.value.account != account }
        removeRegistrations(of: account)
        rows.recoveries = rows.recoveries.filter { $0.value.account != account }
        rows.codes = rows.codes.filter { rows.recoveries[$0.key.recovery] != nil }
        rows.approvals = rows.approvals.filter { rows.recoveries[$0.key.recovery] != nil }
        for method in methods(of: account) { remove(method.id) }
        rows.reviews[account] = nil
        for group in rows.members.keys { rows.members[group]?.remove(account) }
        for plan in rows.holders.keys { rows.holders[plan]?.remove(.account(account)) }
        rows.passwords[account] = nil
        rows.formerPasswords[account] = nil
        rows.accounts[account] = nil
    }

    func insert(_ method: MethodRow) throws {
        try checkParent(rows.accounts[method.account])
        try add(method, under: method.id, to: \.methods)
    }
    func update(_ method: MethodRow) throws {
        try replace(method, under: method.id, in: \.methods)
    }
    func remove(_ method: MethodID) {
        rows.methods[method] = nil
        rows.answers = rows.answers.filter { $0.key.method != method }
    }
    func insert(_ answer: AnswerRow) throws {
        try checkParent(rows.methods[answer.method])
        let key = MemoryRows.AnswerKey(method: answer.method, question: answer.question)
        try add(answer, under: key, to: \.answers)
    }
    func insert(_ registration: RegistrationRow, now: Timestamp) throws {
        removeRegistrations { $0.expiresAt < now }
        try checkParent(rows.accounts[registration.account])
        try add(registration, under: registration.handle, to: \.registrations)
    }
    func update(_ registration: RegistrationRow) throws {
        try replace(registration, under: registration.handle, in: \.registrations)
    }
    func removeRegistrations(of account: AccountID) {
        removeRegistrations { $0.account == account }
    }
    private func removeRegistrations(where isOver: (RegistrationRow) -> Bool) {
        rows.registrations = rows.registrations.filter { !isOver($0.value) }
        rows.enrolments = rows.enrolments.filter { rows.registrations[$0.value.registration] != nil }
    }
    func insert(_ enrolment: EnrolmentRow) throws {
        try checkParent(rows.registrations[enrolment.registration])
        try checkParent(rows.accounts[enrolment.account])
        try add(enrolment, under: enrolment.id, to: \.enrolments)
    }
    func update(_ enrolment: EnrolmentRow) throws {
        try replace(enrolment, under: enrolment.id, in: \.enrolments)
    }
    func remove(_ enrolment: EnrolmentID) { rows.enrolments[enrolment] = nil }

    func insert(_ recovery: RecoveryRow, now: Timestamp) throws {
        let owing = Set(rows.intents.values.filter { $0.outcome == nil }.compactMap(\.recovery))
        let dayAgo = Timestamp(milliseconds: now.milliseconds - Timestamp.Span.hours(24).milliseconds)
        rows.recoveries = rows.recoveries.filter {
            $0.value.expiresAt >= dayAgo || owing.contains($0.key) || Self.unfinished.contains($0.value.state)
        }
        rows.codes = rows.codes.filter { rows.recoveries[$0.key.recovery] != nil }
        rows.approvals = rows.approvals.filter { rows.recoveries[$0.key.recovery] != nil }
        if let account = recovery.account { try checkParent(rows.accounts[account]) }
        guard rows.recoveries[recovery.id] == nil else { throw RowConflict() }
        try checkUnique(recovery)
        rows.recoveries[recovery.id] = recovery
    }
    func update(_ recovery: RecoveryRow) throws {
        guard rows.recoveries[recovery.id] != nil else { throw MemoryRowMissing() }
        try checkUnique(recovery)
        rows.recoveries[recovery.id] = recovery
    }
    private func checkUnique(_ recovery: RecoveryRow) throws {
        let isTaken = rows.recoveries.values.contains { other in
            other.id != recovery.id
                && (other.handle == recovery.handle || (recovery.grant != nil && other.grant == recovery.grant))
        }
        if isTaken { throw RowConflict() }
    }
    func voidRecoveries(of account: AccountID, except kept: RecoveryID?) -> [RecoveryID] {
        let live = rows.recoveries.values.filter {
            $0.account == account && $0.id != kept && [.open, .granted].contains($0.state)
        }
        for recovery in live { rows.recoveries[recovery.id]?.state = .void }
        return live.map(\.id).sorted()
    }
    func upsert(_ code: CodeRow) throws {
        try checkParent(rows.recoveries[code.recovery])
        rows.codes[MemoryRows.CodeKey(recovery: code.recovery, choice: code.choice)] = code
    }
    func upsert(_ approval: ApprovalRow) throws {
        try checkParent(rows.recoveries[approval.recovery])
        rows.approvals[MemoryRows.CodeKey(recovery: approval.recovery, choice: approval.choice)] = approval
    }

    func upsert(_ pass: PassRow) throws {
        try checkParent(rows.accounts[pass.account])
        rows.passes[pass.account] = pass
    }
    func removePass(of account: AccountID) { rows.passes[account] = nil }

    func insert(_ undo: UndoRow, now: Timestamp) throws {
        try checkParent(rows.accounts[undo.account])
        rows.undos = rows.undos.filter { $0.value.expiresAt > now }
        try add(undo, under: undo.code, to: \.undos)
    }
    func removeUndos(of account: AccountID, since moment: Timestamp) {
        rows.undos = rows.undos.filter { $0.value.account != account || $0.value.changedAt < moment }
    }

    func upsert(_ review: ReviewRow) throws {
        try checkParent(rows.accounts[review.account])
        rows.reviews[review.account] = review
    }

    func upsert(_ counter: CounterRow) {
        rows.counters[MemoryRows.CounterKey(subject: counter.subject, kind: counter.kind)] = counter
    }
    func removeCounter(_ subject: SubjectKey, _ kind: CounterKind) {
        rows.counters[MemoryRows.CounterKey(subject: subject, kind: kind)] = nil
    }
    func removeCounters(of subject: SubjectKey) {
        rows.counters = rows.counters.filter { $0.key.subject != subject }
    }
    func removeStrangerCounters(untouchedSince moment: Timestamp, now: Timestamp) -> Int {
        let before = rows.counters.count
        rows.counters = rows.counters.filter { key, counter in
            let blocks = counter.blockedUntil.map { $0 > now } ?? false
            return !key.subject.isStranger || counter.lastAt >= moment || blocks
        }
        return before - rows.counters.count
    }
    func settlePendingCounters() -> Int {
        let pending = rows.counters.filter(\.value.isPending).keys
        for key in pending { rows.counters[key]?.isPending = false }
        return pending.count
    }

    func insert(_ delivery: DeliveryRow) throws {
        if let account = delivery.account { try checkParent(rows.accounts[account]) }
        try add(delivery, under: delivery.id, to: \.deliveries)
    }
    func update(_ delivery: DeliveryRow) throws {
        try replace(delivery, under: delivery.id, in: \.deliveries)
    }
    func remove(_ delivery: DeliveryID) { rows.deliveries[delivery] = nil }

    func removeTraces(queuedBefore moment: Timestamp, atMost count: Int) {
        let old = rows.traces.prefix(count).filter { $0.row.queuedAt < moment }
        rows.traces.removeAll { old.contains($0) }
    }
    func insert(_ trace: TraceRow, keepingSince moment: Timestamp, newest: UInt64) throws {
        let next = (rows.traces.last?.number ?? 0) + 1
        if let account = trace.account { try checkParent(rows.accounts[account]) }
        guard self.trace(of: trace.delivery) == nil else { throw RowConflict() }
        let old = rows.traces.prefix(8).filter { $0.row.queuedAt < moment || $0.number + newest <= next }
        rows.traces.removeAll { old.contains($0) }
        rows.traces.append(NumberedTrace(number: next, row: trace))
    }
    func update(_ trace: TraceRow) throws {
        guard let place = rows.traces.firstIndex(where: { $0.row.delivery == trace.delivery }) else {
            throw MemoryRowMissing()
        }
        rows.traces[place] = NumberedTrace(number: rows.traces[place].number, row: trace)
    }
    func upsert(_ channel: ChannelRow) { rows.channels[channel.channel] = channel }

    func insert(_ intent: IntentRow) throws {
        try checkParent(rows.accounts[intent.account])
        try add(intent, under: intent.id, to: \.intents)
    }
    func update(_ intent: IntentRow) throws {
        try replace(intent, under: intent.id, in: \.intents)
    }

    func insert(_ version: PolicyVersionRow) throws { try add(version, under: version.version, to: \.policies) }
    func cancelPolicy(_ version: UInt32, at now: Timestamp) throws {
        guard rows.policies[version] != nil else { throw MemoryRowMissing() }
        rows.policies[version]?.cancelledAt = now
    }
    func insert(_ question: QuestionRow) throws { try add(question, under: question.number, to: \.questions) }
    func update(_ question: QuestionRow) throws { try replace(question, under: question.number, in: \.questions) }

    func append(_ event: AuditEvent) throws {
        let head = auditHead()
        let bytes = try CBOREncoder().encode(event)
        rows.links.append(
            AuditLink(
                sequence: head.sequence + 1, previous: head.hash, hash: hash(head.hash, head.sequence + 1, bytes),
                bytes: bytes, event: event))
    }

    // Checked before anything is written: a closure may catch the error and go on.
    private func add<Key, Row>(
        _ row: Row, under key: Key, to table: WritableKeyPath<MemoryRows, [Key: Row]>
    ) throws {
        guard rows[keyPath: table][key] == nil else { throw RowConflict() }
        rows[keyPath: table][key] = row
    }
    private func replace<Key, Row>(
        _ row: Row, under key: Key, in table: WritableKeyPath<MemoryRows, [Key: Row]>
    ) throws {
        guard rows[keyPath: table][key] != nil else { throw MemoryRowMissing() }
        rows[keyPath: table][key] = row
    }
    private func checkParent<Row>(_ parent: Row?) throws {
        guard parent != nil else { throw MemoryRowMissing() }
    }
}
