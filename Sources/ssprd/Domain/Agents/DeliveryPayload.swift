import SSPRVocabulary

/// What a message carries, in a layout of constant size, so that a sealed row tells neither the contact's length nor whether it is real:
/// length u16, recipient 256 bytes, length u8, code 8 bytes, reader u64, time i64.
struct DeliveryPayload {
    let recipient: Recipient
    let code: OneTimeCode?
    /// Whose contact it is, when that is not the account concerned.
    let reader: AccountID?
    let happenedAt: Timestamp

    private static let codeRoom = 8
    private static let room = Recipient.maximumLength
    private static let size = 2 + room + 1 + codeRoom + 8 + 8

    static func identity(_ id: DeliveryID, _ account: AccountID?) -> RowIdentity {
        RowIdentity(.delivery, row: id.number, account: account?.number ?? 0)
    }

    init(recipient: Recipient, code: OneTimeCode?, reader: AccountID? = nil, happenedAt: Timestamp) {
        self.recipient = recipient
        self.code = code
        self.reader = reader
        self.happenedAt = happenedAt
    }

    /// Reads an opened payload; throws `SealBroken` for any other layout.
    init(_ payload: Secret) throws {
        let bytes = unsafe payload.withBytes { unsafe [UInt8]($0) }
        guard bytes.count == Self.size else { throw SealBroken() }
        let count = Int(bytes[0]) << 8 | Int(bytes[1])
        let codeStart = 2 + Self.room
        let codeCount = Int(bytes[codeStart])
        guard count <= Self.room, codeCount <= Self.codeRoom,
            let text = String(validating: bytes[2..<2 + count], as: UTF8.self),
            let digits = String(validating: bytes[(codeStart + 1)..<(codeStart + 1 + codeCount)], as: UTF8.self)
        else { throw SealBroken() }
        do {
            recipient = try Recipient(text)
            code = codeCount == 0 ? nil : try OneTimeCode(digits)
            let number = bytes[(Self.size - 16)..<(Self.size - 8)].reduce(0) { $0 << 8 | UInt64($1) }
            reader = number == AccountID.nobody.number ? nil : try AccountID(number)
        } catch is WordError {
            throw SealBroken()
        }
        happenedAt = Timestamp(milliseconds: bytes.suffix(8).reduce(0) { $0 << 8 | Int64($1) })
    }

    func encoded() -> Secret {
        var bytes = [UInt8](repeating: 0, count: Self.size)
        let text = Array(recipient.text.utf8)
        bytes[0] = UInt8(text.count >> 8)
        bytes[1] = UInt8(text.count & 0xff)
        bytes.replaceSubrange(2..<2 + text.count, with: text)
        let codeStart = 2 + Self.room
        if let code {
            let digits = unsafe code.secret.withBytes { unsafe [UInt8]($0) }
            bytes[codeStart] = UInt8(digits.count)
            bytes.replaceSubrange((codeStart + 1)..<(codeStart + 1 + digits.count), with: digits)
        }
        let reader = reader ?? .nobody
        for index in 0..<8 {
            bytes[Self.size - 9 - index] = UInt8(truncatingIfNeeded: reader.number >> UInt64(8 * index))
            bytes[Self.size - 1 - index] = UInt8(truncatingIfNeeded: happenedAt.milliseconds >> Int64(8 * index))
        }
        return Secret(bytes)
    }
}
