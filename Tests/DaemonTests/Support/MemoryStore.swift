import SSPRDomain
import SSPRVocabulary
import StrictCBOR

/// The store port over values in memory: for the rules' own tests, and to keep the port honest.
///
/// Every closure of `write` is run twice and the first result is thrown away with its state: a closure that is not pure, or that keeps
/// something from its first run, shows itself at once (decision 0005).
final class MemoryStore: Store {
    /// The hash of one link of the audit chain, over the previous hash, the number and the event's bytes.
    typealias LinkHash = @Sendable (_ previous: [UInt8], _ sequence: UInt64, _ bytes: [UInt8]) -> [UInt8]

    private let hash: LinkHash
    private let state = Guarded(MemoryRows())

    /// An empty store; without `hash` the chain uses a simple one of its own.
    init(hash: @escaping LinkHash = MemoryStore.simpleHash) {
        self.hash = hash
    }

    func write<R: Sendable>(_ body: @Sendable (any Transaction) throws -> R) throws -> R {
        try state.withLock { rows in
            // The rehearsal: what it returns, throws and changes is forgotten.
            do { _ = try body(MemoryTransaction(rows, hash: hash)) } catch {}
            let transaction = MemoryTransaction(rows, hash: hash)
            let result = try body(transaction)
            rows = transaction.rows
            return result
        }
    }

    func read<R: Sendable>(_ body: @Sendable (any Snapshot) throws -> R) throws -> R {
        let rows = state.withLock { $0 }
        return try body(MemorySnapshot(rows, hash: hash))
    }

    /// 32 bytes that depend on every byte of the input (FNV-1a, 64 bit, in four lanes); not cryptographic.
    static func simpleHash(_ previous: [UInt8], _ sequence: UInt64, _ bytes: [UInt8]) -> [UInt8] {
        let number = (0..<8).map { UInt8(truncatingIfNeeded: sequence >> (56 - 8 * UInt64($0))) }
        return (UInt8(0)..<4).flatMap { lane in
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in [lane] + previous + number + bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            return (0..<8).map { UInt8(truncatingIfNeeded: hash >> (8 * UInt64($0))) }
        }
    }
}

/// A change names a row that is not there, or a parent that is not there.
struct MemoryRowMissing: Error {}

/// The whole state as one value.
struct MemoryRows {
    struct CounterKey: Hashable {
        let subject: SubjectKey
        let kind: CounterKind
    }
    struct AnswerKey: Hashable {
        let method: MethodID
        let question: UInt32
    }
    struct CodeKey: Hashable {
        let recovery: RecoveryID
        let choice: UInt32
    }

    var accounts: [AccountID: AccountRow] = [:]
    var passwords: [AccountID: Verifier] = [:]
    var methods: [MethodID: MethodRow] = [:]
    var answers: [AnswerKey: AnswerRow] = [:]
    var registrations: [[UInt8]: RegistrationRow] = [:]
    var enrolments: [EnrolmentID: EnrolmentRow] = [:]
    var recoveries: [RecoveryID: RecoveryRow] = [:]
    var codes: [CodeKey: CodeRow] = [:]
    var counters: [CounterKey: CounterRow] = [:]
    var approvals: [CodeKey: ApprovalRow] = [:]
    var passes: [AccountID: PassRow] = [:]
    var reviews: [AccountID: ReviewRow] = [:]
    var deliveries: [DeliveryID: DeliveryRow] = [:]
    var traces: [NumberedTrace] = []
    var channels: [DeliveryChannel: ChannelRow] = [:]
    var intents: [OrderID: IntentRow] = [:]
    var links: [AuditLink] = []
    var questions: [UInt32: QuestionRow] = [:]
    var groups: [GroupID: GroupRow] = [:]
    var members: [GroupID: Set<AccountID>] = [:]
    var plans = [PlanID(random: 0): MemoryRows.defaultPlan]
    var holders: [PlanID: Set<PlanHolder>] = [PlanID(random: 0): [.everyone]]
}

class MemorySnapshot: Snapshot {
    var rows: MemoryRows
    fileprivate let hash: MemoryStore.LinkHash

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
    func remove(_ account: AccountID) {
        rows.deliveries = rows.deliveries.filter { $0.value.account != account }
        rows.traces.removeAll { $0.row.account == account }
        rows.intents = rows.intents.filter { $0.value.account != account }
        rows.passes[account] = nil
        removeRegistrations(of: account)
        rows.recoveries = rows.recoveries.filter { $0.value.account != account }
        rows.codes = rows.codes.filter { rows.recoveries[$0.key.recovery] != nil }
        rows.approvals = rows.approvals.filter { rows.recoveries[$0.key.recovery] != nil }
        for method in methods(of: account) { remove(method.id) }
        rows.reviews[account] = nil
        for group in rows.members.keys { rows.members[group]?.remove(account) }
        for plan in rows.holders.keys { rows.holders[plan]?.remove(.account(account)) }
        rows.passwords[account] = nil
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
        rows.recoveries = rows.recoveries.filter { $0.value.expiresAt >= dayAgo || owing.contains($0.key) }
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
    func voidRecoveries(of account: AccountID, except kept: RecoveryID?) {
        for (id, recovery) in rows.recoveries
        where recovery.account == account && id != kept && [.open, .granted].contains(recovery.state) {
            rows.recoveries[id]?.state = .void
        }
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
