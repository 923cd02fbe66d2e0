import SSPRDomain
import SSPRVocabulary

/// A transaction that counts what is written through it; reads are passed on.
final class CountingTransaction {
    private let inner: any SSPRDomain.Transaction
    private(set) var tally: RowTally = [:]

    init(_ inner: any SSPRDomain.Transaction) { self.inner = inner }

    private func count(_ operation: String) { tally[operation, default: 0] += 1 }
}

extension CountingTransaction: Snapshot {
    func account(named name: AccountName) throws -> AccountRow? { try inner.account(named: name) }
    func account(_ id: AccountID) throws -> AccountRow? { try inner.account(id) }
    func account(named name: AccountName, orFrom place: AccountID) throws -> AccountRow? {
        try inner.account(named: name, orFrom: place)
    }
    func account(uid: UInt32) throws -> AccountRow? { try inner.account(uid: uid) }
    func accounts(after name: AccountName?, limit: Int) throws -> [AccountRow] {
        try inner.accounts(after: name, limit: limit)
    }
    func accounts(role: AccountRole) throws -> [AccountRow] { try inner.accounts(role: role) }
    func passwordVerifier(of account: AccountID) throws -> Verifier? { try inner.passwordVerifier(of: account) }
    func formerVerifiers(of account: AccountID, limit: Int) throws -> [Verifier] {
        try inner.formerVerifiers(of: account, limit: limit)
    }
    func group(named name: GroupName) throws -> GroupRow? { try inner.group(named: name) }
    func groups(after name: GroupName?, limit: Int) throws -> [GroupRow] {
        try inner.groups(after: name, limit: limit)
    }
    func members(of group: GroupID, after account: AccountID?, limit: Int) throws -> [AccountRow] {
        try inner.members(of: group, after: account, limit: limit)
    }
    func groups(of account: AccountID) throws -> [GroupName] { try inner.groups(of: account) }
    func plan(named name: PlanName) throws -> PlanRow? { try inner.plan(named: name) }
    func plans(after name: PlanName?, limit: Int) throws -> [PlanRow] { try inner.plans(after: name, limit: limit) }
    func plans(of group: GroupID) throws -> [PlanRow] { try inner.plans(of: group) }
    func isLicensed(_ account: AccountID) throws -> Bool { try inner.isLicensed(account) }
    func methods(of account: AccountID) throws -> [MethodRow] { try inner.methods(of: account) }
    func accountWithMethods(from place: AccountID) throws -> AccountID? { try inner.accountWithMethods(from: place) }
    func method(_ id: MethodID) throws -> MethodRow? { try inner.method(id) }
    func answers(of method: MethodID) throws -> [AnswerRow] { try inner.answers(of: method) }
    func registration(handle: [UInt8]) throws -> RegistrationRow? { try inner.registration(handle: handle) }
    func enrolment(_ id: EnrolmentID) throws -> EnrolmentRow? { try inner.enrolment(id) }
    func enrolments(of registration: [UInt8]) throws -> [EnrolmentRow] { try inner.enrolments(of: registration) }
    func recovery(handle: [UInt8]) throws -> RecoveryRow? { try inner.recovery(handle: handle) }
    func recovery(grant: [UInt8]) throws -> RecoveryRow? { try inner.recovery(grant: grant) }
    func recovery(_ id: RecoveryID) throws -> RecoveryRow? { try inner.recovery(id) }
    func verification(of account: AccountID, by peer: UInt32, at now: Timestamp) throws -> RecoveryRow? {
        try inner.verification(of: account, by: peer, at: now)
    }
    func code(of recovery: RecoveryID, choice: UInt32) throws -> CodeRow? {
        try inner.code(of: recovery, choice: choice)
    }
    func undo(code: [UInt8]) throws -> UndoRow? { try inner.undo(code: code) }
    func undoCount(of account: AccountID, at now: Timestamp) throws -> Int {
        try inner.undoCount(of: account, at: now)
    }
    func unfinishedRecoveries(at now: Timestamp, takenUntil left: Timestamp, limit: Int) throws -> [RecoveryRow] {
        try inner.unfinishedRecoveries(at: now, takenUntil: left, limit: limit)
    }
    func pass(of account: AccountID) throws -> PassRow? { try inner.pass(of: account) }
    func review(of account: AccountID) throws -> ReviewRow? { try inner.review(of: account) }
    func reviews(lookedAt look: Timestamp, remindedAt reminder: Timestamp, limit: Int) throws -> [ReviewRow] {
        try inner.reviews(lookedAt: look, remindedAt: reminder, limit: limit)
    }
    func approval(_ id: ApprovalID) throws -> ApprovalRow? { try inner.approval(id) }
    func approval(of recovery: RecoveryID, choice: UInt32) throws -> ApprovalRow? {
        try inner.approval(of: recovery, choice: choice)
    }
    func openApprovals(of method: MethodID, at now: Timestamp) throws -> [ApprovalRow] {
        try inner.openApprovals(of: method, at: now)
    }
    func counter(_ subject: SubjectKey, _ kind: CounterKind) throws -> CounterRow? { try inner.counter(subject, kind) }
    func strangerCounters() throws -> Int { try inner.strangerCounters() }
    func delivery(_ id: DeliveryID) throws -> DeliveryRow? { try inner.delivery(id) }
    func nextDelivery(at now: Timestamp, through channel: DeliveryChannel) throws -> DeliveryRow? {
        try inner.nextDelivery(at: now, through: channel)
    }
    func nextDeliveryTime(after now: Timestamp, through channel: DeliveryChannel) throws -> Timestamp? {
        try inner.nextDeliveryTime(after: now, through: channel)
    }
    func trace(of delivery: DeliveryID) throws -> TraceRow? { try inner.trace(of: delivery) }
    func oldestTrace() throws -> Timestamp? { try inner.oldestTrace() }
    func newestTrace(for origin: TraceOrigin) throws -> TraceRow? { try inner.newestTrace(for: origin) }
    func traces(after number: UInt64, of account: AccountID?, limit: Int) throws -> [NumberedTrace] {
        try inner.traces(after: number, of: account, limit: limit)
    }
    func channel(_ channel: DeliveryChannel) throws -> ChannelRow? { try inner.channel(channel) }
    func expiredDeliveries(at now: Timestamp, limit: Int) throws -> [DeliveryRow] {
        try inner.expiredDeliveries(at: now, limit: limit)
    }
    func keptReading() throws -> ClockReading? { try inner.keptReading() }
    func oldestResetNote() throws -> Timestamp? { try inner.oldestResetNote() }
    func digestUnderWay() throws -> DigestRow? { try inner.digestUnderWay() }
    func resets(in digest: DigestNumber, for reader: AccountName) throws -> ResetSummary {
        try inner.resets(in: digest, for: reader)
    }
    func newestPolicy() throws -> UInt32? { try inner.newestPolicy() }
    func policyInForce(at now: Timestamp, below version: UInt32?) throws -> PolicyStamp? {
        try inner.policyInForce(at: now, below: version)
    }
    func scheduledPolicies(after now: Timestamp) throws -> [PolicyVersionRow] {
        try inner.scheduledPolicies(after: now)
    }
    func policyStamp(_ version: UInt32) throws -> PolicyStamp? { try inner.policyStamp(version) }
    func policyVersion(_ version: UInt32) throws -> PolicyVersionRow? { try inner.policyVersion(version) }
    func policyVersions(before version: UInt32?, limit: Int) throws -> [PolicyVersionRow] {
        try inner.policyVersions(before: version, limit: limit)
    }
    func configuredPolicy(at moment: Timestamp) throws -> ConfiguredPolicyRow? {
        try inner.configuredPolicy(at: moment)
    }
    func newestConfiguredPolicy() throws -> ConfiguredPolicyRow? { try inner.newestConfiguredPolicy() }
    func knownFrom(_ moment: Timestamp) throws -> Timestamp { try inner.knownFrom(moment) }
    func oldestPast() throws -> Timestamp? { try inner.oldestPast() }
    func customQuestions() throws -> [QuestionRow] { try inner.customQuestions() }
    func intent(_ id: OrderID) throws -> IntentRow? { try inner.intent(id) }
    func openIntents() throws -> [IntentRow] { try inner.openIntents() }
    func links(after sequence: UInt64, limit: Int) throws -> [AuditLink] {
        try inner.links(after: sequence, limit: limit)
    }
    func auditHead() throws -> AuditHead { try inner.auditHead() }
    func verifyLinks(after sequence: UInt64, hash: [UInt8]) throws -> (fault: AuditFault?, reached: AuditHead) {
        try inner.verifyLinks(after: sequence, hash: hash)
    }
}

extension CountingTransaction: SSPRDomain.Transaction {
    func insert(_ account: AccountRow) throws {
        count("insert account")
        try inner.insert(account)
    }
    func update(_ account: AccountRow) throws {
        count("update account")
        try inner.update(account)
    }
    func setPasswordVerifier(_ verifier: Verifier, of account: AccountID) throws {
        count("set verifier")
        try inner.setPasswordVerifier(verifier, of: account)
    }
    func addFormerVerifier(_ verifier: Verifier, of account: AccountID) throws {
        count("add former verifier")
        try inner.addFormerVerifier(verifier, of: account)
    }
    func removeFormerVerifiers(of account: AccountID, keeping number: Int) throws {
        count("remove former verifiers")
        try inner.removeFormerVerifiers(of: account, keeping: number)
    }
    func remove(_ account: AccountID) throws {
        count("remove account")
        try inner.remove(account)
    }
    func keep(_ reading: ClockReading) throws {
        count("keep reading")
        try inner.keep(reading)
    }
    func voidWhatMayBeUsedUp(appCodesFrom step: UInt64, now: Timestamp) throws {
        count("void what may be used up")
        try inner.voidWhatMayBeUsedUp(appCodesFrom: step, now: now)
    }
    func move(with jump: ClockJump) throws {
        count("move times")
        try inner.move(with: jump)
    }
    func insert(_ group: GroupRow) throws {
        count("insert group")
        try inner.insert(group)
    }
    func remove(_ group: GroupID) throws {
        count("remove group")
        try inner.remove(group)
    }
    func join(_ group: GroupID, _ account: AccountID) throws -> Bool {
        count("join group")
        return try inner.join(group, account)
    }
    func leave(_ group: GroupID, _ account: AccountID) throws -> Bool {
        count("leave group")
        return try inner.leave(group, account)
    }
    func insert(_ plan: PlanRow) throws {
        count("insert plan")
        try inner.insert(plan)
    }
    func assign(_ plan: PlanID, to holder: PlanHolder) throws -> Bool {
        count("assign plan")
        return try inner.assign(plan, to: holder)
    }
    func unassign(_ plan: PlanID, from holder: PlanHolder) throws -> Bool {
        count("unassign plan")
        return try inner.unassign(plan, from: holder)
    }
    func insert(_ method: MethodRow) throws {
        count("insert method")
        try inner.insert(method)
    }
    func update(_ method: MethodRow) throws {
        count("update method")
        try inner.update(method)
    }
    func remove(_ method: MethodID) throws {
        count("remove method")
        try inner.remove(method)
    }
    func insert(_ answer: AnswerRow) throws {
        count("insert answer")
        try inner.insert(answer)
    }
    func insert(_ registration: RegistrationRow, now: Timestamp) throws {
        count("insert registration")
        try inner.insert(registration, now: now)
    }
    func update(_ registration: RegistrationRow) throws {
        count("update registration")
        try inner.update(registration)
    }
    func removeRegistrations(of account: AccountID) throws {
        count("remove registrations")
        try inner.removeRegistrations(of: account)
    }
    func insert(_ enrolment: EnrolmentRow) throws {
        count("insert enrolment")
        try inner.insert(enrolment)
    }
    func update(_ enrolment: EnrolmentRow) throws {
        count("update enrolment")
        try inner.update(enrolment)
    }
    func remove(_ enrolment: EnrolmentID) throws {
        count("remove enrolment")
        try inner.remove(enrolment)
    }
    func insert(_ recovery: RecoveryRow, now: Timestamp) throws {
        count("insert recovery")
        try inner.insert(recovery, now: now)
    }
    func update(_ recovery: RecoveryRow) throws {
        count("update recovery")
        try inner.update(recovery)
    }
    func insert(_ note: ResetNoteRow) throws {
        count("insert reset note")
        try inner.insert(note)
    }
    func beginDigest() throws -> DigestRow? {
        count("begin digest")
        return try inner.beginDigest()
    }
    func update(_ digest: DigestRow) throws {
        count("update digest")
        try inner.update(digest)
    }
    func end(_ digest: DigestNumber) throws {
        count("end digest")
        try inner.end(digest)
    }
    func removeResetNotes(before moment: Timestamp) throws {
        count("remove reset notes")
        try inner.removeResetNotes(before: moment)
    }
    func voidRecoveries(of account: AccountID, except kept: RecoveryID?) throws -> [RecoveryID] {
        count("void recoveries")
        return try inner.voidRecoveries(of: account, except: kept)
    }
    func upsert(_ code: CodeRow) throws {
        count("upsert code")
        try inner.upsert(code)
    }
    func insert(_ undo: UndoRow, now: Timestamp) throws {
        count("insert undo")
        try inner.insert(undo, now: now)
    }
    func removeUndos(of account: AccountID, since moment: Timestamp) throws {
        count("remove undos")
        try inner.removeUndos(of: account, since: moment)
    }
    func upsert(_ pass: PassRow) throws {
        count("upsert pass")
        try inner.upsert(pass)
    }
    func removePass(of account: AccountID) throws {
        count("remove pass")
        try inner.removePass(of: account)
    }
    func upsert(_ review: ReviewRow) throws {
        count("upsert review")
        try inner.upsert(review)
    }
    func upsert(_ approval: ApprovalRow) throws {
        count("upsert approval")
        try inner.upsert(approval)
    }
    func upsert(_ counter: CounterRow) throws {
        count("upsert counter")
        try inner.upsert(counter)
    }
    func removeCounter(_ subject: SubjectKey, _ kind: CounterKind) throws {
        count("remove counter")
        try inner.removeCounter(subject, kind)
    }
    func removeCounters(of subject: SubjectKey) throws {
        count("remove counters")
        try inner.removeCounters(of: subject)
    }
    func removeStrangerCounters(untouchedSince moment: Timestamp, now: Timestamp) throws -> Int {
        count("remove stranger counters")
        return try inner.removeStrangerCounters(untouchedSince: moment, now: now)
    }
    func settlePendingCounters() throws -> Int {
        count("settle pending")
        return try inner.settlePendingCounters()
    }
    func insert(_ delivery: DeliveryRow) throws {
        count("insert delivery of \(delivery.payload.bytes.count) bytes")
        try inner.insert(delivery)
    }
    func update(_ delivery: DeliveryRow) throws {
        count("update delivery")
        try inner.update(delivery)
    }
    func remove(_ delivery: DeliveryID) throws {
        count("remove delivery")
        try inner.remove(delivery)
    }
    func removeTraces(queuedBefore moment: Timestamp, atMost number: Int) throws {
        count("remove traces")
        try inner.removeTraces(queuedBefore: moment, atMost: number)
    }
    func insert(_ trace: TraceRow, keepingSince moment: Timestamp, newest: UInt64) throws {
        count("insert trace")
        try inner.insert(trace, keepingSince: moment, newest: newest)
    }
    func update(_ trace: TraceRow) throws {
        count("update trace")
        try inner.update(trace)
    }
    func upsert(_ channel: ChannelRow) throws {
        count("upsert channel")
        try inner.upsert(channel)
    }
    func insert(_ intent: IntentRow) throws {
        count("insert intent")
        try inner.insert(intent)
    }
    func update(_ intent: IntentRow) throws {
        count("update intent")
        try inner.update(intent)
    }
    func insert(_ version: PolicyVersionRow) throws {
        count("insert policy")
        try inner.insert(version)
    }
    func cancelPolicy(_ version: UInt32, at now: Timestamp) throws { try inner.cancelPolicy(version, at: now) }
    func insert(_ configured: ConfiguredPolicyRow) throws {
        count("insert configured policy")
        try inner.insert(configured)
    }
    func record(since moment: Timestamp) throws { try inner.record(since: moment) }
    func removePast(endedBefore moment: Timestamp, atMost count: Int) throws {
        try inner.removePast(endedBefore: moment, atMost: count)
    }
    func insert(_ question: QuestionRow) throws {
        count("insert question")
        try inner.insert(question)
    }
    func update(_ question: QuestionRow) throws {
        count("update question")
        try inner.update(question)
    }
    func append(_ event: AuditEvent) throws {
        count("append event")
        try inner.append(event)
    }
}
