import SSPRDomain
import SSPRVocabulary

/// Rows to write and to read back; every field differs from its neighbours, so that swapped columns show.
enum Sample {
    static let now = Timestamp(milliseconds: 1_700_000_000_000)

    static func at(_ seconds: Int64) -> Timestamp { now + .seconds(seconds) }
    static func bytes(_ fill: UInt8, count: Int = 32) -> [UInt8] { [UInt8](repeating: fill, count: count) }

    static func account(
        _ number: UInt64, _ name: String, uid: UInt32? = nil, role: AccountRole = .user
    ) throws -> AccountRow {
        AccountRow(
            id: AccountID(random: number), name: try AccountName(name), uid: uid, role: role, isEnabled: true,
            target: nil, addedAt: at(1), registeredAt: nil)
    }

    static func verifier(_ fill: UInt8) -> Verifier {
        Verifier(
            passes: 2, memoryKiB: 19456, salt: bytes(fill, count: 16), tag: bytes(fill &+ 1), pepper: UInt32(fill) + 7)
    }

    static func method(_ number: UInt64, of account: UInt64, kind: MethodKind = .email, confirmed: Int64 = 10)
        -> MethodRow
    {
        MethodRow(
            id: MethodID(random: number), account: AccountID(random: account), kind: kind,
            payload: Sealed(key: 3, bytes: bytes(0x50, count: 60)), confirmedAt: at(confirmed),
            usableFrom: at(confirmed + 1),
            floor: .max, isDisabled: false)
    }

    static func registration(_ fill: UInt8, of account: UInt64, expires: Int64 = 600) -> RegistrationRow {
        RegistrationRow(
            handle: bytes(fill), account: AccountID(random: account), peer: .max, expiresAt: at(expires), isFull: false)
    }

    static func enrolment(_ number: UInt64, in registration: UInt8, of account: UInt64) -> EnrolmentRow {
        EnrolmentRow(
            id: EnrolmentID(random: number), registration: bytes(registration), account: AccountID(random: account),
            kind: .totp, payload: Sealed(key: 5, bytes: bytes(0x51, count: 44)), code: nil, tries: 2, begunAt: at(3),
            expiresAt: at(300))
    }

    static func recovery(
        _ number: UInt64, handle: UInt8, of account: UInt64? = nil, expires: Int64 = 900, state: RecoveryState = .open,
        purpose: RecoveryPurpose = .unlock
    ) -> RecoveryRow {
        RecoveryRow(
            id: RecoveryID(random: number), handle: bytes(handle), account: account.map { AccountID(random: $0) },
            subject: account.map { .account(AccountID(random: $0)) } ?? .stranger(bytes(handle)), purpose: purpose,
            peer: 1001, begunAt: at(2), expiresAt: at(expires), proofsNeeded: 2,
            offers: [
                Offer(choice: 1, kind: .email, method: MethodID(random: 77)),
                Offer(choice: 2, kind: .questions, method: nil),
            ], isEligible: true, state: state, proven: [2, 1], drawn: [4, 70_000, 0], grant: nil, grantTries: 3,
            policy: 7)
    }

    static func code(for recovery: UInt64, choice: UInt32, fill: UInt8 = 0x60) -> CodeRow {
        CodeRow(
            recovery: RecoveryID(random: recovery), choice: choice, code: bytes(fill), sentAt: at(20),
            expiresAt: at(620),
            tries: 1, isSpent: false)
    }

    static func counter(_ subject: SubjectKey, _ kind: CounterKind = .signIn, last: Int64 = 5) -> CounterRow {
        CounterRow(
            subject: subject, kind: kind, count: 6, firstAt: at(3), lastAt: at(last), blockedUntil: at(last + 100),
            blocks: 2, isPending: true, recent: bytes(0x70, count: 32))
    }

    static func delivery(
        _ number: UInt64, of account: UInt64?, through channel: DeliveryChannel = .email, queued: Int64 = 0,
        expires: Int64 = 600, due: Int64 = 0
    ) -> DeliveryRow {
        DeliveryRow(
            id: DeliveryID(random: number), account: account.map { AccountID(random: $0) }, channel: channel,
            kind: .recoveryCode, payload: Sealed(key: 9, bytes: bytes(0x52, count: 400)), queuedAt: at(queued),
            expiresAt: at(expires), dueAt: at(due), lease: 0, leasedUntil: nil)
    }

    static func intent(_ number: UInt64, of account: UInt64, recovery: UInt64?, ordered: Int64 = 30) throws -> IntentRow
    {
        IntentRow(
            id: OrderID(random: number), account: AccountID(random: account),
            recovery: recovery.map { RecoveryID(random: $0) }, operation: .set,
            target: try TargetName("shadow"), orderedAt: at(ordered), outcome: nil)
    }

    static func event(_ index: Int) throws -> AuditEvent {
        AuditEvent(
            .passwordReset, .succeeded, at: at(Int64(index)), by: EventActor(uid: 1000, role: .helper),
            account: try AccountName("alice\(index)"), recovery: RecoveryID(random: UInt64(index)), method: .totp)
    }
}
