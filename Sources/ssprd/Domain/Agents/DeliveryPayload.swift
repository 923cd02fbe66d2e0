import SSPRVocabulary

/// What a message carries, in a layout of constant size, so that a sealed row tells neither the contact's length nor whether it is real:
/// length u16, recipient 256 bytes, length u8, code 28 bytes, reader u64, time i64, end of the code i64.
struct DeliveryPayload {
    let recipient: Recipient
    let code: OneTimeCode?
    /// Until when a notice's code is good; nil for codes that die with their message.
    var codeExpiresAt: Timestamp?
    /// Whose contact it is, when that is not the account concerned.
    let reader: AccountID?
    let happenedAt: Timestamp

    private static let room = Recipient.maximumLength
    private static let codeRoom = 28
    private static let size = 2 + room + 1 + codeRoom + 8 + 8 + 8

    static func identity(_ id: DeliveryID, _ account: AccountID?) -> RowIdentity {
        RowIdentity(.delivery, row: id.number, account: account?.number ?? 0)
    }

    init(
        recipient: Recipient, code: OneTimeCode?, codeExpiresAt: Timestamp? = nil, reader: AccountID? = nil,
        happenedAt: Timestamp
    ) {
        self.recipient = recipient
        self.code = code
        self.codeExpiresAt = codeExpiresAt
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
        let numbers = (0..<3).map { place in
            bytes[(codeStart + 1 + Self.codeRoom + 8 * place)...].prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        }
        do {
            recipient = try Recipient(text)
            code = codeCount == 0 ? nil : try OneTimeCode(digits)
            reader = numbers[0] == AccountID.nobody.number ? nil : try AccountID(numbers[0])
        } catch is WordError {
            throw SealBroken()
        }
        happenedAt = Timestamp(milliseconds: Int64(bitPattern: numbers[1]))
        codeExpiresAt = numbers[2] == 0 ? nil : Timestamp(milliseconds: Int64(bitPattern: numbers[2]))
    }

    func encoded() -> Secret {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.size)
        func append(_ number: UInt64, _ count: Int) {
            for index in stride(from: count - 1, through: 0, by: -1) {
                bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * index)))
            }
        }
        func append(_ text: [UInt8], room: Int) {
            bytes += text
            bytes += [UInt8](repeating: 0, count: room - text.count)
        }
        let text = Array(recipient.text.utf8)
        let digits = code.map { code in unsafe code.secret.withBytes { unsafe [UInt8]($0) } } ?? []
        append(UInt64(text.count), 2)
        append(text, room: Self.room)
        append(UInt64(digits.count), 1)
        append(digits, room: Self.codeRoom)
        append((reader ?? .nobody).number, 8)
        append(UInt64(bitPattern: happenedAt.milliseconds), 8)
        append(UInt64(bitPattern: codeExpiresAt?.milliseconds ?? 0), 8)
        return Secret(bytes)
    }
}

/// A code that a notice carries for whoever did not do what it tells.
struct NoticeCode {
    let code: OneTimeCode
    let expiresAt: Timestamp
}
