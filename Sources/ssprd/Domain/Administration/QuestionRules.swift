import SSPRVocabulary

/// The rules for the text of a custom question (feature F2).
struct QuestionRules: Sendable {
    let text: any TextNormalizer

    /// Characters of a text, once blanks are collapsed.
    static let length = 3...200
    /// Languages of one question: what a page of the list and a request have room for.
    static let languages = 1...8

    /// The texts as they are kept, NFC with single blanks; throws `Refusal.question` with the rule that one breaks.
    func normalized(_ texts: [QuestionTranslation]) throws -> [QuestionTranslation] {
        guard Self.languages.contains(texts.count), Set(texts.map(\.language)).count == texts.count else {
            throw Refusal.question(.languages)
        }
        return try texts.map { given in
            QuestionTranslation(language: given.language, text: try QuestionText(try normalized(given.text.text)))
        }
    }

    private func normalized(_ given: String) throws -> String {
        // Before anything is mapped: a tab or a line's end is no blank.
        guard !given.unicodeScalars.contains(where: \.isHidden) else { throw Refusal.question(.hiddenCharacter) }
        guard !given.isEmpty else { throw Refusal.question(.tooShort) }
        guard let composed = try? text.opaqueString(Secret(text: given)).revealText() else {
            throw Refusal.question(.hiddenCharacter)
        }
        // By bytes: a mark that stands on a blank must not hide it.
        let words = composed.utf8.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
        let kept = words.joined(separator: " ")
        let count = text.codePoints(in: Secret(text: kept))
        guard count >= Self.length.lowerBound else { throw Refusal.question(.tooShort) }
        guard count <= Self.length.upperBound else { throw Refusal.question(.tooLong) }
        return kept
    }

    /// True when one of the texts reads like one of the others, whatever their languages: people are shown both side by side.
    func isAlike(_ texts: [QuestionTranslation], _ others: [String]) throws -> Bool {
        // The form in which answers are compared folds what readers do not tell apart.
        let known = try others.map { try text.answer(Secret(text: $0)) }
        return try texts.contains { given in
            let form = try text.answer(Secret(text: given.text.text))
            return known.contains { $0 == form }
        }
    }
}
