import Foundation
import SSPRProtocol
import SSPRVocabulary
import Testing

@testable import SSPRCourier

/// Every language says every kind of message, whole (feature F8).
@Suite struct LanguageWordsTests {
    private static let sender: SenderSettings? = try? SenderSettings(
        instance: "Example Org", shortName: "Example", from: EmailAddress("sspr@example.org"))
    private static let code = OneTimeCode(number: 20_315_467, digits: 8)
    /// 5 September 2026, 07:03 UTC.
    private static let moment = CalendarTime(Timestamp(milliseconds: 1_788_591_780_000))

    private func facts(
        _ kind: MessageKind, _ language: Language, account: String = "alice", shortName: String? = nil
    ) throws -> MessageFacts {
        let sender = try #require(Self.sender)
        return MessageFacts(
            kind: kind, account: try AccountName(account),
            sender: SenderSettings(
                instance: sender.instance, shortName: shortName ?? sender.shortName, from: sender.from),
            happenedAt: Self.moment, expiresAt: Self.moment, code: Self.code, language: language)
    }

    private func text(_ message: TextMessage) -> String {
        var bytes: [UInt8] = []
        message.append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func places(_ phrases: [Phrase]) -> Set<Fact> {
        Set(
            phrases.flatMap(\.pieces).compactMap { piece in
                if case .place(let place) = piece { place } else { nil }
            })
    }

    private static let all: [(Language, MessageKind)] = Language.all.flatMap { language in
        MessageKind.allCases.map { (language, $0) }
    }

    /// What is told to people; a device is woken without a word about anybody.
    private static let told = all.filter { $0.1.namesAccount }

    @Test(arguments: Language.all)
    func whatWakesADeviceNamesNobodyAndNothing(language: Language) {
        let words = language.mail.approvalWaiting
        let all = [words.subject] + words.opening + words.closing
        #expect(places(all + [language.text.approvalWaiting, language.spoken.approvalWaiting]).isEmpty)
    }

    @Test func thereAreEnglishAndGerman() {
        #expect(Language.all.map(\.tag) == [.english, .german])
        for language in Language.all {
            #expect(language.months.count == 12 && Set(language.months).count == 12)
            #expect(language.digits.count == 10 && Set(language.digits).count == 10)
        }
    }

    @Test(arguments: told)
    func lettersHaveEveryPlaceThatTheyNeed(language: Language, kind: MessageKind) {
        let words = language.mail[kind]
        let body = words.opening + words.closing
        #expect(!words.opening.isEmpty && !words.closing.isEmpty, "\(language.tag) \(kind)")
        #expect(places([words.subject]) == [.instance])
        let needed: Set<Fact> = kind.carriesCode ? [.account, .instance, .expires] : [.account, .instance, .happened]
        #expect(places(body).isSuperset(of: needed), "\(language.tag) \(kind)")
        #expect(places(body + [words.subject]).isDisjoint(with: [.code, .codeApart]), "a letter sets the code itself")
    }

    @Test(arguments: all)
    func aTranslationHasThePlacesOfTheEnglish(language: Language, kind: MessageKind) {
        let (words, model) = (language.mail[kind], Language.english.mail[kind])
        #expect(
            places(words.opening + words.closing) == places(model.opening + model.closing), "\(language.tag) \(kind)")
        #expect(words.opening.count == model.opening.count && words.closing.count == model.closing.count)
        #expect(places([language.text[kind]]) == places([Language.english.text[kind]]), "\(language.tag) \(kind)")
        #expect(places([language.spoken[kind]]) == places([Language.english.spoken[kind]]), "\(language.tag) \(kind)")
    }

    @Test(arguments: all)
    func noSentenceIsLeftInEnglish(language: Language, kind: MessageKind) throws {
        let model = try facts(kind, .english)
        let facts = try facts(kind, language)
        guard language.tag != .english else { return }
        let pairs =
            [(\MailWords.opening), (\.closing)].flatMap { part in
                zip(language.mail[kind][keyPath: part], Language.english.mail[kind][keyPath: part])
            } + [(language.mail[kind].subject, Language.english.mail[kind].subject)]
        for (words, english) in pairs { #expect(facts.text(words) != model.text(english)) }
        #expect(text(.written(facts)) != text(.written(model)) && text(.spoken(facts)) != text(.spoken(model)))
    }

    /// 160 places, of which the longest name of an account takes 32 and the house's name up to 40.
    @Test(arguments: told)
    func textMessagesFitIntoOneSegment(language: Language, kind: MessageKind) throws {
        let line = text(.written(try facts(kind, language, account: String(repeating: "w", count: 64), shortName: "")))
        let size = TextMessage.Size(line)
        #expect(size.limit == 160, "\(language.tag) \(kind): not all characters are in the alphabet of 7 bits: \(line)")
        #expect(size.used - MessageFacts.shortAccount <= 88, "\(language.tag) \(kind): \(line)")
        #expect(!line.contains("\n") && line.hasPrefix(kind.carriesCode ? "20315467" : ": "))
    }

    @Test func aHousesNameIsCheckedInEveryLanguage() throws {
        func misfit(_ name: String) throws -> LanguageTag? {
            try TextMessage.misfit(SenderSettings(instance: name, shortName: name, from: nil))?.language
        }
        #expect(try misfit(String(repeating: "x", count: 40)) == nil)
        #expect(try misfit(String(repeating: "x", count: 41)) != nil)
    }

    @Test(arguments: Array("äöüÄÖÜß"))
    func umlautsTakeOnePlaceOfSevenBits(character: Character) {
        #expect(TextMessage.Size(String(character)) == TextMessage.Size("a"))
    }

    @Test(arguments: told)
    func nothingSpokenNamesTheAccount(language: Language, kind: MessageKind) throws {
        let words = text(.spoken(try facts(kind, language)))
        #expect(!words.contains("alice") && words.contains("Example"))
        let apart =
            language.tag == .german ? "zwo, null, drei, eins, fünf, vier, sechs, sieben" : "2, 0, 3, 1, 5, 4, 6, 7"
        #expect(words.components(separatedBy: apart).count == (kind.carriesCode ? 3 : 1), "\(words)")
    }

    @Test(arguments: [
        (Language.english, "5 Sep 2026, 07:03 UTC", "5 Sep 07:03 UTC", "07:03 UTC"),
        (.german, "5. September 2026, 07:03 Uhr (UTC)", "05.09. 07:03 UTC", "07:03 UTC"),
    ])
    func momentsAreWrittenAsTheLanguageWritesThem(language: Language, long: String, short: String, clock: String) {
        func written(_ form: DateForm) -> String { Self.moment.text(form, months: language.months) }
        #expect(written(language.dates.long) == long)
        #expect(written(language.dates.short) == short && written(language.dates.clock) == clock)
    }

    @Test(
        arguments: [
            ("de-AT", "en", "de"), ("de", "en", "de"), ("en-GB", "de", "en"), ("fr", "de", "de"), ("fr", "en", "en"),
            (nil, "de-CH", "de"), (nil, "en", "en"), ("fr", "it", "en"),
        ] as [(String?, String, String)])
    func theNearestLanguageIsSpoken(reader: String?, standard: String, spoken: String) throws {
        let job = DeliveryJob(
            id: try DeliveryID(1), lease: 1, channel: .email, contact: .contact(try Contact("a@example.org")),
            kind: .passwordReset,
            account: try AccountName("alice"), code: nil, happenedAt: Timestamp(milliseconds: 0),
            expiresAt: Timestamp(milliseconds: 0), language: try reader.map { try LanguageTag($0) })
        var sender = try #require(Self.sender)
        sender.language = try LanguageTag(standard)
        #expect(try OutgoingMessage(job, sender: sender, now: job.happenedAt).language.text == spoken)
    }

    /// A gateway that quotes what was to be spoken quotes the code.
    @Test func aSpokenCodeInAnAnswerIsNotLogged() throws {
        let job = DeliveryJob(
            id: try DeliveryID(1), lease: 1, channel: .voice, contact: .contact(try Contact("+493012345678")),
            kind: .recoveryCode,
            account: try AccountName("alice"), code: Self.code, happenedAt: Timestamp(milliseconds: 0),
            expiresAt: Timestamp(milliseconds: 0), language: .german)
        let message = try OutgoingMessage(job, sender: #require(Self.sender), now: job.happenedAt)
        for said in [
            "no voice for: Ihr Code lautet: zwo, null, drei, eins, fünf, vier, sechs, sieben.",
            "text=zwo%2C%20null%2C%20drei%2C%20eins", #"{"text": "Zwo, Null, Drei, Eins, f\u00fcnf"}"#,
        ] {
            #expect(message.discreet(Array(said.utf8)) == "(it quotes the message)")
        }
        #expect(message.discreet(Array("error null in line eins".utf8)) == "error null in line eins")
    }
}

extension Language: CustomTestStringConvertible {
    /// Its tag: all its words would fill the log.
    var testDescription: String { tag.text }
}
