import SSPRAgent
import SSPRProtocol
import SSPRVocabulary

/// The text of a text message or of a call: one line, with the code in it.
struct TextMessage {
    private let facts: MessageFacts
    private let phrase: Phrase

    /// A text message to a mobile phone.
    static func written(_ facts: MessageFacts) -> TextMessage {
        TextMessage(facts: facts, phrase: facts.language.text[facts.kind])
    }

    /// What is said in a call.
    static func spoken(_ facts: MessageFacts) -> TextMessage {
        TextMessage(facts: facts, phrase: facts.language.spoken[facts.kind])
    }

    /// Appends the text to `bytes`, which must be wiped.
    func append(to bytes: inout [UInt8]) { facts.append(phrase, to: &bytes) }

    /// How a text travels: as characters of 7 bits, or, when one of them is not in that alphabet, all of them with 16 (3GPP TS 23.038).
    struct Size: Equatable {
        let used: Int
        let limit: Int

        var fits: Bool { used <= limit }

        init(_ text: String) {
            var septets = 0
            for character in text.unicodeScalars {
                guard let size = GSMAlphabet.septets(character) else {
                    used = text.utf16.count
                    limit = 70
                    return
                }
                septets += size
            }
            used = septets
            limit = 160
        }
    }

    /// Checks that every kind of message fits into one segment, whatever the account: a second segment costs twice, and a text that a
    /// gateway cuts may lose its code.
    static func misfit(_ sender: SenderSettings) throws -> (kind: MessageKind, language: LanguageTag, size: Size)? {
        let account = try AccountName(String(repeating: "w", count: AccountName.maximumLength))
        // 28 September: no day is written longer.
        let day = CalendarTime(Timestamp(milliseconds: 1_790_596_740_000))
        for language in Language.all {
            for kind in MessageKind.allCases {
                let facts = MessageFacts(
                    kind: kind, account: account, sender: sender, happenedAt: day, expiresAt: day,
                    code: OneTimeCode(number: 0, digits: 8), language: language)
                var bytes: [UInt8] = []
                written(facts).append(to: &bytes)
                let size = Size(String(decoding: bytes, as: UTF8.self))
                if !size.fits { return (kind, language.tag, size) }
            }
        }
        return nil
    }
}
