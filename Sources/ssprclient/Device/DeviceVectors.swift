import SSPRProtocol
import SSPRVocabulary
import StrictCBOR

/// What a device computes from given keys: for whoever writes one, made by the same functions that pair and answer.
enum DeviceVectors {
    static func json() throws -> String {
        let keys = DeviceKeys(seed: Secret(bytes(from: 0x00, count: DeviceKeys.seedLength)))
        let invitation = PairingInvitation(
            instance: InstanceID(prefixOf: bytes(from: 0x40, count: 16)), host: try HostName("host.example.org"),
            account: try AccountName("alice"), enrolment: try EnrolmentID(2_748_779_069_441),
            secret: try PairingSecret(Secret(bytes(from: 0x80, count: 32))),
            expiresAt: Timestamp(milliseconds: 1_790_000_600_000))
        let vectors = JSONText.object([
            ("seed", hex(bytes(from: 0x00, count: DeviceKeys.seedLength))),
            ("key", hex(keys.key.bytes)),
            ("pairingText", .text(try PairingReader.text(invitation))),
            (
                "pairings",
                .list([
                    try pairing(invitation, keys, nil),
                    try pairing(invitation, keys, try WakeAddress("sspr-7f3a9c.alice:phone_1")),
                ])
            ),
            ("listing", try listing(invitation, keys)),
            (
                "approvals",
                .list([
                    try approval(invitation, keys, .approve, number: 7),
                    try approval(invitation, keys, .deny, number: nil),
                ])
            ),
        ])
        return vectors.pretty
    }

    private static func pairing(
        _ invitation: PairingInvitation, _ keys: DeviceKeys, _ wakeAddress: WakeAddress?
    ) throws -> JSONText {
        func statement(_ use: StatementUse) -> PairingStatement {
            PairingStatement(
                use, instance: invitation.instance, enrolment: invitation.enrolment, key: keys.key,
                wakeAddress: wakeAddress)
        }
        return .object([
            ("wakeAddress", wakeAddress.map { .text($0.text) } ?? .null),
            ("statement", hex(try CBOREncoder().encode(statement(.pairing)))),
            ("proof", hex(try DeviceKeys.tag(statement(.pairing), under: invitation.secret).bytes)),
            ("signature", hex(try keys.sign(statement(.pairing)).bytes)),
            ("codeStatement", hex(try CBOREncoder().encode(statement(.pairingCode)))),
            ("code", .text(try DeviceKeys.code(statement(.pairingCode), under: invitation.secret))),
        ])
    }

    private static func listing(_ invitation: PairingInvitation, _ keys: DeviceKeys) throws -> JSONText {
        let at = Timestamp(milliseconds: 1_790_000_000_000)
        let statement = ListingStatement(
            instance: invitation.instance, device: MethodID(random: invitation.enrolment.number), at: at)
        return .object([
            ("at", .integer(at.milliseconds)), ("statement", hex(try CBOREncoder().encode(statement))),
            ("signature", hex(try keys.sign(statement).bytes)),
        ])
    }

    private static func approval(
        _ invitation: PairingInvitation, _ keys: DeviceKeys, _ decision: ApprovalDecision, number: UInt8?
    ) throws -> JSONText {
        let askedAt = Timestamp(milliseconds: 1_790_000_000_000)
        let question = ApprovalQuestion(
            id: try ApprovalID(1_099_511_627_777), nonce: ApprovalNonce(prefixOf: bytes(from: 0xc0, count: 16)),
            instance: invitation.instance, host: invitation.host, account: invitation.account,
            recovery: try RecoveryID(4_503_599_627_370_495), purpose: .reset, peer: 1000, askedAt: askedAt,
            expiresAt: Timestamp(milliseconds: askedAt.milliseconds + 300_000))
        let statement = ApprovalStatement(question, decision, number: number)
        return .object([
            ("decision", .text(decision.rawValue)), ("number", number.map { .unsigned(UInt64($0)) } ?? .null),
            ("question", hex(try CBOREncoder().encode(question))),
            ("statement", hex(try CBOREncoder().encode(statement))),
            ("signature", hex(try keys.sign(statement).bytes)),
        ])
    }

    /// Bytes that count up, so that a mistake in their order shows.
    private static func bytes(from first: UInt8, count: Int) -> [UInt8] { (0..<count).map { first + UInt8($0) } }

    private static func hex(_ bytes: [UInt8]) -> JSONText {
        let digits = Array("0123456789abcdef")
        return .text(String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }))
    }
}
