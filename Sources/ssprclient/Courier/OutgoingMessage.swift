import SSPRAgent
import SSPRProtocol
import SSPRVocabulary

/// Who a message comes from.
struct SenderSettings: Sendable {
    /// The name shown to people.
    let instance: String
    /// The same for telephones, where little room is.
    let shortName: String
    /// The sender's address, in the envelope and in the header; needed for mail only.
    let from: EmailAddress?
}

/// A message on its way: the job and its words, in the form that a transport asks for.
struct OutgoingMessage {
    let job: DeliveryJob
    private let facts: MessageFacts
    private let now: Timestamp

    /// Throws when the job makes no message.
    init(_ job: DeliveryJob, sender: SenderSettings, now: Timestamp) throws(MessageError) {
        self.job = job
        self.now = now
        facts = try MessageFacts(job, sender: sender)
    }

    /// As mail.
    func letter() throws(MessageError) -> Letter {
        guard let from = facts.sender.from else { throw MessageError(description: "no sender's address is configured") }
        return try Letter(job, from: from, facts: facts, now: now)
    }

    /// As one line, to be read or to be heard.
    var line: TextMessage { job.channel == .voice ? .spoken(facts) : .written(facts) }

    /// The telephone; throws for mail.
    func phone() throws(MessageError) -> PhoneNumber {
        guard case .phone(let number) = job.contact else { throw MessageError(description: "not a telephone number") }
        return number
    }

    /// The first line of what a program or a gateway said, fit for the log: neither the code nor the address or number, in whatever way
    /// the digits are set apart.
    func discreet(_ said: some Sequence<UInt8>, limit: Int = 200) -> String {
        let first = said.prefix { $0 != UInt8(ascii: "\n") }
        let text = PrintableText.masked(first, limit: limit)
        let digits = text.utf8.filter(Self.isDigit)
        // The code is compared while it is lent.
        let quotesCode =
            facts.code.map { code in unsafe code.secret.withBytes { unsafe Self.contains(digits, $0) } } ?? false
        let quotes = quotesCode || (number.map { Self.contains(digits, $0) } ?? false)
        return quotes
            ? String(decoding: text.utf8.map { Self.isDigit($0) ? UInt8(ascii: "#") : $0 }, as: UTF8.self) : text
    }

    /// The digits of the telephone's number.
    private var number: [UInt8]? {
        guard case .phone(let phone) = job.contact else { return nil }
        return phone.number.utf8.filter(Self.isDigit)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func contains(_ whole: [UInt8], _ part: some Collection<UInt8>) -> Bool {
        guard whole.count >= part.count else { return false }
        return (0...whole.count - part.count).contains { whole[$0..<$0 + part.count].elementsEqual(part) }
    }
}
