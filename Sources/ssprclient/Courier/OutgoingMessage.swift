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
    /// For readers whose language is not known or not spoken.
    var language = LanguageTag.english
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

    /// The language that it is written in.
    var language: LanguageTag { facts.language.tag }

    /// As one line, to be read or to be heard.
    var line: TextMessage { job.channel == .voice ? .spoken(facts) : .written(facts) }

    /// The telephone; throws for mail.
    func phone() throws(MessageError) -> PhoneNumber {
        guard case .contact(.phone(let number)) = job.contact else {
            throw MessageError(description: "not a telephone number")
        }
        return number
    }

    /// Where a device is woken; throws for what goes to a person.
    func wakeAddress() throws(MessageError) -> WakeAddress {
        guard case .device(let address) = job.contact else { throw MessageError(description: "not a wake address") }
        return address
    }

    /// The first line of what a program or a gateway said, fit for the log: neither the code nor the address or number, in whatever way
    /// the digits are set apart, nor where a device is woken.
    func discreet(_ said: some Sequence<UInt8>, limit: Int = 200) -> String {
        let first = said.prefix { $0 != UInt8(ascii: "\n") }
        guard !quotesSpokenCode(first) else { return "(it quotes the message)" }
        if case .device(let address) = job.contact, Self.contains(Array(first), address.text.utf8) {
            return "[address]"
        }
        let text = PrintableText.masked(first, limit: limit)
        let digits = text.utf8.filter(Self.isDigit)
        // The code is compared while it is lent; a written one has letters.
        let quotesCode =
            facts.code.map { code in
                unsafe code.secret.withBytes { code in
                    unsafe Self.contains(digits, code) || Self.contains(Array(text.utf8), code)
                }
            } ?? false
        guard !quotesCode || facts.code?.written == nil else { return "(it quotes the message)" }
        let quotes = quotesCode || (number.map { Self.contains(digits, $0) } ?? false)
        return quotes
            ? String(decoding: text.utf8.map { Self.isDigit($0) ? UInt8(ascii: "#") : $0 }, as: UTF8.self) : text
    }

    /// True when digits stand there in words, as a code is spoken: three of them are no accident.
    private func quotesSpokenCode(_ said: some Sequence<UInt8>) -> Bool {
        guard facts.code != nil, job.channel == .voice else { return false }
        let words = said.split { !Self.isLetter($0) }.map { String(decoding: $0, as: UTF8.self).lowercased() }
        return words.count(where: facts.language.digits.contains) >= 3
    }

    /// The digits of the telephone's number.
    private var number: [UInt8]? {
        guard case .contact(.phone(let phone)) = job.contact else { return nil }
        return phone.number.utf8.filter(Self.isDigit)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte >= 0x80 || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func contains(_ whole: [UInt8], _ part: some Collection<UInt8>) -> Bool {
        guard whole.count >= part.count else { return false }
        return (0...whole.count - part.count).contains { whole[$0..<$0 + part.count].elementsEqual(part) }
    }
}
