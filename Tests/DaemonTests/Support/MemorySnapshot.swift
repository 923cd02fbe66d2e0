import SSPRDomain
import SSPRVocabulary

/// The reading half of the port over values in memory.
class MemorySnapshot: Snapshot {
    var rows: MemoryRows
    let hash: MemoryStore.LinkHash

    init(_ rows: MemoryRows, hash: @escaping MemoryStore.LinkHash) {
        self.rows = rows
        self.hash = hash
    }

    func account(named name: AccountName) -> AccountRow? { rows.accounts.values.first { $0.name == name } }
    func account(_ id: AccountID) -> AccountRow? { rows.accounts[id] }
    func account(named name: AccountName, orFrom place: AccountID) -> AccountRow? {
        account(named: name) ?? rows.accounts.values.filter { $0.id >= place }.min { $0.id < $1.id }
    }
    func account(uid: UInt32) -> AccountRow? { rows.accounts.values.first { $0.uid == uid } }
    func accounts(after name: AccountName?, limit: Int) -> [AccountRow] {
        let following = rows.accounts.values.filter { account in name.map { $0.text < account.name.text } ?? true }
        return Array(following.sorted { $0.name.text < $1.name.text }.prefix(max(limit, 0)))
    }
    func accounts(role: AccountRole) -> [AccountRow] {
        rows.accounts.values.filter { $0.role == role }.sorted { $0.name.text < $1.name.text }
    }
    func passwordVerifier(of account: AccountID) -> Verifier? { rows.passwords[account] }
    func formerVerifiers(of account: AccountID, limit: Int) -> [Verifier] {
        (rows.formerPasswords[account] ?? []).suffix(max(limit, 0)).reversed()
    }

    func methods(of account: AccountID) -> [MethodRow] {
        rows.methods.values.filter { $0.account == account }.sorted {
            ($0.confirmedAt, $0.id) < ($1.confirmedAt, $1.id)
        }
    }
    func accountWithMethods(from place: AccountID) -> AccountID? {
        rows.methods.values.map(\.account).filter { $0 >= place }.min()
    }
    func method(_ id: MethodID) -> MethodRow? { rows.methods[id] }
    func answers(of method: MethodID) -> [AnswerRow] {
        rows.answers.values.filter { $0.method == method }.sorted { $0.question < $1.question }
    }
    func registration(handle: [UInt8]) -> RegistrationRow? { rows.registrations[handle] }
    func enrolment(_ id: EnrolmentID) -> EnrolmentRow? { rows.enrolments[id] }
    func enrolments(of registration: [UInt8]) -> [EnrolmentRow] {
        rows.enrolments.values.filter { $0.registration == registration }.sorted { $0.id < $1.id }
    }

    func recovery(handle: [UInt8]) -> RecoveryRow? { rows.recoveries.values.first { $0.handle == handle } }
    func recovery(grant: [UInt8]) -> RecoveryRow? { rows.recoveries.values.first { $0.grant == grant } }
    func recovery(_ id: RecoveryID) -> RecoveryRow? { rows.recoveries[id] }
    func verification(of account: AccountID, by peer: UInt32, at now: Timestamp) -> RecoveryRow? {
        rows.recoveries.values.filter {
            $0.account == account && $0.peer == peer && $0.purpose == .verify && $0.state == .granted
                && $0.expiresAt > now
        }.max { $0.begunAt < $1.begunAt }
    }
    static let unfinished: Set<RecoveryState> = [.open, .granted, .taken]
    func unfinishedRecoveries(at now: Timestamp, takenUntil left: Timestamp, limit: Int) -> [RecoveryRow] {
        let owing = Set(openIntents().compactMap(\.recovery))
        let over = rows.recoveries.values.filter { recovery in
            guard recovery.state == .taken else {
                return Self.unfinished.contains(recovery.state) && recovery.expiresAt <= now
            }
            return recovery.expiresAt <= left && !owing.contains(recovery.id)
        }
        return Array(over.sorted { ($0.expiresAt, $0.id) < ($1.expiresAt, $1.id) }.prefix(max(limit, 0)))
    }
    func code(of recovery: RecoveryID, choice: UInt32) -> CodeRow? {
        rows.codes[MemoryRows.CodeKey(recovery: recovery, choice: choice)]
    }

    func counter(_ subject: SubjectKey, _ kind: CounterKind) -> CounterRow? {
        rows.counters[MemoryRows.CounterKey(subject: subject, kind: kind)]
    }
    func approval(_ id: ApprovalID) -> ApprovalRow? { rows.approvals.values.first { $0.id == id } }
    func approval(of recovery: RecoveryID, choice: UInt32) -> ApprovalRow? {
        rows.approvals[MemoryRows.CodeKey(recovery: recovery, choice: choice)]
    }
    func openApprovals(of method: MethodID, at now: Timestamp) -> [ApprovalRow] {
        rows.approvals.values.filter { $0.method == method && $0.state == .open && $0.expiresAt > now }
            .sorted { ($0.askedAt, $0.id) < ($1.askedAt, $1.id) }
    }
    func pass(of account: AccountID) -> PassRow? { rows.passes[account] }
    func knownFrom(_ moment: Timestamp) -> Timestamp {
        let leap = rows.leaps.filter { $0.passed < moment && $0.known > moment }.map(\.known).max()
        let known = max(moment, rows.recordedSince, leap ?? moment)
        return known == moment ? known : knownFrom(known)
    }
    func oldestPast() -> Timestamp? { nil }
    func configuredPolicy(at moment: Timestamp) -> ConfiguredPolicyRow? { rows.configured.last { $0.since <= moment } }
    func newestConfiguredPolicy() -> ConfiguredPolicyRow? { rows.configured.last }

    func undo(code: [UInt8]) -> UndoRow? { rows.undos[code] }
    func undoCount(of account: AccountID, at now: Timestamp) -> Int {
        rows.undos.values.count { $0.account == account && $0.expiresAt > now }
    }
    func review(of account: AccountID) -> ReviewRow? { rows.reviews[account] }
    func reviews(lookedAt look: Timestamp, remindedAt reminder: Timestamp, limit: Int) -> [ReviewRow] {
        func ordered(_ moment: KeyPath<ReviewRow, Timestamp?>, _ isReminded: Bool, until end: Timestamp) -> [ReviewRow]
        {
            let found = rows.reviews.values.compactMap { row in
                row[keyPath: moment].flatMap { $0 <= end && row.isReminded == isReminded ? (row, $0) : nil }
            }
            return found.sorted { ($0.1, $0.0.account) < ($1.1, $1.0.account) }.map(\.0)
        }
        let all = ordered(\.oldestLook, false, until: look) + ordered(\.remindedAt, true, until: reminder)
        return Array(all.prefix(max(limit, 0)))
    }
    func strangerCounters() -> Int { rows.counters.keys.count { $0.subject.isStranger } }

    func delivery(_ id: DeliveryID) -> DeliveryRow? { rows.deliveries[id] }
    func nextDelivery(at now: Timestamp, through channel: DeliveryChannel) -> DeliveryRow? {
        waiting(at: now, through: channel).filter { $0.freeAt <= now }.min { ($0.freeAt, $0.id) < ($1.freeAt, $1.id) }
    }
    func nextDeliveryTime(after now: Timestamp, through channel: DeliveryChannel) -> Timestamp? {
        waiting(at: now, through: channel).map(\.freeAt).filter { $0 > now }.min()
    }
    func expiredDeliveries(at now: Timestamp, limit: Int) -> [DeliveryRow] {
        let over = rows.deliveries.values.filter { $0.expiresAt <= now && ($0.leasedUntil ?? now) <= now }
        return Array(over.sorted { ($0.expiresAt, $0.id) < ($1.expiresAt, $1.id) }.prefix(limit))
    }
    private func waiting(at now: Timestamp, through channel: DeliveryChannel) -> [DeliveryRow] {
        rows.deliveries.values.filter { $0.account != nil && $0.channel == channel && $0.expiresAt > now }
    }

    func trace(of delivery: DeliveryID) -> TraceRow? { rows.traces.first { $0.row.delivery == delivery }?.row }
    func oldestTrace() -> Timestamp? { rows.traces.first?.row.queuedAt }
    func newestTrace(for origin: TraceOrigin) -> TraceRow? { rows.traces.last { $0.row.origin == origin }?.row }
    func traces(after number: UInt64, of account: AccountID?, limit: Int) -> [NumberedTrace] {
        let following = rows.traces.filter { $0.number > number && (account == nil || $0.row.account == account) }
        return Array(following.prefix(max(limit, 0)))
    }
    func channel(_ channel: DeliveryChannel) -> ChannelRow? { rows.channels[channel] }

    func intent(_ id: OrderID) -> IntentRow? { rows.intents[id] }
    func openIntents() -> [IntentRow] {
        rows.intents.values.filter { $0.outcome == nil }.sorted { ($0.orderedAt, $0.id) < ($1.orderedAt, $1.id) }
    }

    func links(after sequence: UInt64, limit: Int) -> [AuditLink] {
        Array(rows.links.drop { $0.sequence <= sequence }.prefix(max(limit, 0)))
    }
    func keptReading() -> ClockReading? { rows.reading }
    func newestPolicy() -> UInt32? { rows.policies.keys.max() }
    func policyInForce(at now: Timestamp, below version: UInt32?) -> PolicyStamp? {
        rows.policies.values
            .filter { row in
                row.cancelledAt == nil && row.effectiveAt ?? now <= now && version.map { row.version < $0 } ?? true
            }
            .map(\.version).max().flatMap(policyStamp)
    }
    func scheduledPolicies(after now: Timestamp) -> [PolicyVersionRow] {
        rows.policies.values.filter { $0.cancelledAt == nil && $0.effectiveAt ?? now > now }
            .sorted { $0.version < $1.version }
    }
    func policyStamp(_ version: UInt32) -> PolicyStamp? {
        rows.policies[version].map {
            PolicyStamp(version: $0.version, id: $0.id, since: $0.effectiveAt ?? $0.appliedAt)
        }
    }
    func policyVersion(_ version: UInt32) -> PolicyVersionRow? { rows.policies[version] }
    func policyVersions(before version: UInt32?, limit: Int) -> [PolicyVersionRow] {
        let below = rows.policies.values.filter { row in version.map { row.version < $0 } ?? true }
        return Array(below.sorted { $0.version > $1.version }.prefix(max(limit, 0)))
    }
    func customQuestions() -> [QuestionRow] { rows.questions.values.sorted { $0.number < $1.number } }
    func auditHead() -> AuditHead {
        rows.links.last.map { AuditHead(sequence: $0.sequence, hash: $0.hash) }
            ?? AuditHead(sequence: 0, hash: [UInt8](repeating: 0, count: 32))
    }
    func verifyLinks(after sequence: UInt64, hash start: [UInt8]) -> (fault: AuditFault?, reached: AuditHead) {
        var reached = AuditHead(sequence: sequence, hash: start)
        for link in rows.links where link.sequence > sequence {
            let follows =
                link.previous == reached.hash && link.hash == hash(link.previous, link.sequence, link.bytes)
            guard follows else { return (AuditFault(sequence: link.sequence, kind: .broken), reached) }
            reached = AuditHead(sequence: link.sequence, hash: link.hash)
        }
        // Nothing can be cut from memory: only a caller whose start is not in this trail comes to another head.
        let head = auditHead()
        guard head != reached else { return (nil, reached) }
        let first = head.sequence == reached.sequence ? head.sequence : min(head.sequence, reached.sequence) + 1
        return (AuditFault(sequence: first, kind: .head), reached)
    }
}
