public import SSPRVocabulary

/// The predefined security questions (feature F2: 35) in one language: another language is another value of this type.
///
/// A number means the same question in every language and is never reused, so answers do not depend on the language.
public struct QuestionCatalog: Sendable, Equatable {
    /// A question as it is shown.
    public struct Question: Sendable, Equatable {
        /// Its number.
        public let number: UInt32
        /// Its text.
        public let text: String
    }

    /// The language.
    public let language: LanguageTag
    /// The questions in the order of their numbers, which begin at 1.
    let texts: [String]

    /// Every language that there is; the first is spoken where no other fits.
    public static let all = [english, german]
    /// Their tags.
    public static let languages = all.map(\.language)

    /// The catalogue of the first of these languages that there is one for, or for whose broader form.
    static func nearest(to wanted: [LanguageTag?]) -> QuestionCatalog {
        LanguageTag.firstSpoken(wanted) { tag in all.first { $0.language == tag } } ?? english
    }

    /// All questions.
    public var all: [Question] { texts.enumerated().map { Question(number: UInt32($0 + 1), text: $1) } }

    /// The question of a number; nil when there is none.
    public func text(_ number: UInt32) -> String? {
        guard number >= 1, number <= UInt32(texts.count) else { return nil }
        return texts[Int(number) - 1]
    }

    /// The questions of these numbers.
    public func questions(_ numbers: [UInt32]) -> [Question] {
        numbers.map { Question(number: $0, text: text($0) ?? "") }
    }
}
