import SSPRDomain
import SSPRVocabulary

/// The store port over values in memory: for the rules' own tests, and to keep the port honest.
///
/// Every closure of `write` is run twice and the first result is thrown away with its state: a closure that is not pure, or that keeps
/// something from its first run, shows itself at once (decision 0005).
final class MemoryStore: Store {
    /// The hash of one link of the audit chain, over the previous hash, the number and the event's bytes.
    typealias LinkHash = @Sendable (_ previous: [UInt8], _ sequence: UInt64, _ bytes: [UInt8]) -> [UInt8]

    private let hash: LinkHash
    private let now: (@Sendable () -> Timestamp)?
    private let state = Guarded(State())

    private struct State {
        var rows = MemoryRows()
        /// What every change left, with its moment, oldest first.
        var past: [(moment: Timestamp, rows: MemoryRows)] = []
    }

    /// An empty store; without `hash` the chain uses a simple one of its own, and without `now` what was so is not kept.
    init(hash: @escaping LinkHash = MemoryStore.simpleHash, now: (@Sendable () -> Timestamp)? = nil) {
        self.hash = hash
        self.now = now
        if let now { state.withLock { $0.rows.recordedSince = now() } }
    }

    func write<R: Sendable>(_ body: @Sendable (any Transaction) throws -> R) throws -> R {
        try state.withLock { state in
            // The rehearsal: what it returns, throws and changes is forgotten.
            do { _ = try body(MemoryTransaction(state.rows, hash: hash)) } catch {}
            let transaction = MemoryTransaction(state.rows, hash: hash)
            let result = try body(transaction)
            state.rows = transaction.rows
            guard let now else { return result }
            state.past.append((now(), state.rows))
            if let bound = state.rows.setBackTo {
                for place in state.past.indices { state.past[place].moment = min(state.past[place].moment, bound) }
                state.rows.setBackTo = nil
            }
            return result
        }
    }

    func writeAlone<R: Sendable>(
        _ body: @Sendable (any Transaction) throws -> R, committed: @Sendable () -> Void
    ) throws -> R {
        let result = try write(body)
        committed()
        return result
    }

    func read<R: Sendable>(_ body: @Sendable (any Snapshot) throws -> R) throws -> R {
        let rows = state.withLock { $0.rows }
        return try body(MemorySnapshot(rows, hash: hash))
    }

    func read<R: Sendable>(asOf moment: Timestamp, _ body: (any EligibilitySnapshot) throws -> R) throws -> R {
        let rows = state.withLock { state in state.past.last { $0.moment <= moment }?.rows ?? MemoryRows() }
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
    /// Oldest first.
    var formerPasswords: [AccountID: [Verifier]] = [:]
    var methods: [MethodID: MethodRow] = [:]
    var answers: [AnswerKey: AnswerRow] = [:]
    var registrations: [[UInt8]: RegistrationRow] = [:]
    var enrolments: [EnrolmentID: EnrolmentRow] = [:]
    var recoveries: [RecoveryID: RecoveryRow] = [:]
    var codes: [CodeKey: CodeRow] = [:]
    var counters: [CounterKey: CounterRow] = [:]
    var approvals: [CodeKey: ApprovalRow] = [:]
    var passes: [AccountID: PassRow] = [:]
    var undos: [[UInt8]: UndoRow] = [:]
    var reviews: [AccountID: ReviewRow] = [:]
    var deliveries: [DeliveryID: DeliveryRow] = [:]
    var traces: [NumberedTrace] = []
    var channels: [DeliveryChannel: ChannelRow] = [:]
    var intents: [OrderID: IntentRow] = [:]
    var links: [AuditLink] = []
    var resetNotes: [MemoryRows.NumberedNote] = []
    var notesGiven: UInt64 = 0
    var digest: DigestRow?
    var questions: [UInt32: QuestionRow] = [:]
    var policies: [UInt32: PolicyVersionRow] = [:]
    var reading: ClockReading?
    var groups: [GroupID: GroupRow] = [:]
    var members: [GroupID: Set<AccountID>] = [:]
    var plans = [PlanID(random: 0): MemoryRows.defaultPlan]
    var configured: [ConfiguredPolicyRow] = []
    var recordedSince = Timestamp(milliseconds: .min)
    var setBackFrom = Timestamp(milliseconds: .min)
    /// Where the clock was set back to by the change under way.
    var setBackTo: Timestamp?
    var leaps: [(passed: Timestamp, known: Timestamp)] = []
    var holders: [PlanID: Set<PlanHolder>] = [PlanID(random: 0): [.everyone]]
}
