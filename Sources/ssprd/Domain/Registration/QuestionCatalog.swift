public import SSPRVocabulary

/// The security questions (feature F2: 35 predefined, up to 20 custom) in one language: another language is another value of this type.
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
    /// The predefined questions in the order of their numbers, which begin at 1.
    let texts: [String]
    /// Custom questions that may be chosen, each in the nearest of its languages.
    private(set) var custom: [Question] = []
    /// Custom questions that may not be chosen any more, and are asked of whoever has answered them.
    private(set) var retired: [Question] = []

    /// Every language that there is; the first is spoken where no other fits.
    public static let all = [english, german]
    /// Their tags.
    public static let languages = all.map(\.language)

    /// The catalogue of the first of these languages that there is one for, or for whose broader form.
    static func nearest(to wanted: [LanguageTag?]) -> QuestionCatalog {
        LanguageTag.firstSpoken(wanted) { tag in all.first { $0.language == tag } } ?? english
    }

    /// The questions of one language in the order of their numbers; custom ones come with `init(_:nearestTo:)`.
    init(language: LanguageTag, texts: [String]) {
        self.language = language
        self.texts = texts
    }

    /// The predefined and these custom questions, each in the first of these languages that it has, or in its first one.
    init(_ rows: [QuestionRow], nearestTo wanted: [LanguageTag?]) {
        self = .nearest(to: wanted)
        for row in rows {
            let spoken = LanguageTag.firstSpoken(wanted) { tag in row.texts.first { $0.language == tag } }
            let question = Question(number: row.number, text: (spoken ?? row.texts.first)?.text.text ?? "")
            if row.retiredAt == nil { custom.append(question) } else { retired.append(question) }
        }
    }

    /// All questions that may be chosen.
    public var all: [Question] { texts.enumerated().map { Question(number: UInt32($0 + 1), text: $1) } + custom }

    /// The question of a number, retired or not; nil when there is none.
    public func text(_ number: UInt32) -> String? {
        guard number >= 1, number <= UInt32(texts.count) else {
            return (custom + retired).first { $0.number == number }?.text
        }
        return texts[Int(number) - 1]
    }

    /// The questions of these numbers.
    public func questions(_ numbers: [UInt32]) -> [Question] {
        numbers.map { Question(number: $0, text: text($0) ?? "") }
    }
}
