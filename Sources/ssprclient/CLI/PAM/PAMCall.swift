import SSPRClient
import SSPRProtocol
import SSPRVocabulary
import StrictCBOR

/// The two calls of the PAM steps, written by hand.
///
/// `Codable` and the declarations are convenient, and make the runtime read conformances and metadata of the whole program: a quarter of
/// what a login would cost (decision 0007). Tests compare all that stands here with the declared types.
enum PAMCall {
    /// The number of `signin.authenticate`.
    static let authenticateMethod: UInt16 = 0x0101
    /// The number of `signin.account`.
    static let checkAccountMethod: UInt16 = 0x0102

    /// Asks whether a password is right; returns when it is.
    static func authenticate(_ account: AccountName, _ password: Secret, _ client: Client) throws(ClientError) {
        var body = authenticateBody(account, password)
        defer { wipe(&body) }
        let reply = try client.call(method: authenticateMethod, body: body)
        do throws(CBORError) {
            try CBORValidator.validate(reply)
        } catch {
            throw .brokenProtocol(error.description)
        }
        // A valid body has a first byte; major type 5 is a map. What a newer daemon puts into it is ignored.
        guard reply.first.map({ $0 >> 5 == 5 }) ?? false else { throw .brokenProtocol("the reply is no map") }
    }

    /// Asks what the person should be reminded of.
    static func asked(_ account: AccountName, _ client: Client) throws(ClientError) -> PAMReminder {
        try reminder(try client.call(method: checkAccountMethod, body: checkAccountBody(account)))
    }

    /// Reads the reply of `signin.account`; what an older daemon leaves out is not asked.
    static func reminder(_ reply: [UInt8]) throws(ClientError) -> PAMReminder {
        typealias Key = CheckAccount.Reply.CodingKeys
        guard case .map(let entries) = try item(reply),
            let missing = number(entries[UInt64(Key.missing.rawValue)])
        else { throw .brokenProtocol("the reply does not say what is missing") }
        var reminder = PAMReminder(missing: missing)
        if case .boolean(true)? = entries[UInt64(Key.isReviewDue.rawValue)] { reminder.isReviewDue = true }
        reminder.postponements = number(entries[UInt64(Key.postponements.rawValue)])
        return reminder
    }

    private static func number(_ item: CBORItem?) -> UInt32? {
        guard case .unsigned(let number)? = item else { return nil }
        return UInt32(exactly: number)
    }

    /// The body of `signin.authenticate`; the caller's to wipe.
    static func authenticateBody(_ account: AccountName, _ password: Secret) -> [UInt8] {
        typealias Key = Authenticate.Request.CodingKeys
        var body: [UInt8] = []
        // Room for all at once: growing would leave an unwiped copy behind.
        body.reserveCapacity(AccountName.maximumLength + WireLimit.secretBytes + 16)
        body.appendHead(5, 2)
        body.appendHead(0, Key.account.rawValue)
        body.append(account)
        body.appendHead(0, Key.password.rawValue)
        body.appendHead(2, password.count)
        // The bytes are copied while they are lent.
        unsafe password.withBytes { unsafe body.append(contentsOf: $0) }
        return body
    }

    /// The body of `signin.account`.
    static func checkAccountBody(_ account: AccountName) -> [UInt8] {
        var body: [UInt8] = []
        body.appendHead(5, 1)
        body.appendHead(0, CheckAccount.Request.CodingKeys.account.rawValue)
        body.append(account)
        return body
    }

    private static func item(_ bytes: [UInt8]) throws(ClientError) -> CBORItem {
        do throws(CBORError) {
            return try CBORItem(decoding: bytes)
        } catch {
            throw .brokenProtocol(error.description)
        }
    }
}

extension [UInt8] {
    /// Appends the head of an item with the shortest form of a number below 65 536 (RFC 8949 section 3).
    fileprivate mutating func appendHead(_ major: UInt8, _ number: Int) {
        switch number {
        case 0..<24: append(major << 5 | UInt8(number))
        case 24..<256: self += [major << 5 | 24, UInt8(number)]
        default: self += [major << 5 | 25, UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]
        }
    }

    fileprivate mutating func append(_ account: AccountName) {
        appendHead(3, account.text.utf8.count)
        append(contentsOf: account.text.utf8)
    }
}
