/// A security question's text as it is sent and shown.
///
/// How long a question may be is a rule of the domain, which says which rule a text breaks; here stands only what can be read at all.
public struct QuestionText: Sendable, CustomStringConvertible {
    /// The text.
    public let text: String

    /// Bytes that are read at all: the longest question has 200 characters of four bytes.
    public static let maximumLength = 4096

    /// Accepts up to 4096 bytes; throws `WordError` otherwise.
    public init(_ text: String) throws {
        guard text.utf8.count <= Self.maximumLength else { throw WordError("question", Self.form) }
        self.text = text
    }

    /// The question's text.
    public var description: String { text }

    private static let form = "a question's text"
}

extension QuestionText: TextWord {
    /// Text of 0 to 4096 bytes.
    public static var wireShape: WireShape { .text(bytes: 0...maximumLength, form: form) }
    /// No text at all.
    public static var wireSample: QuestionText { QuestionText(unchecked: "") }

    private init(unchecked text: String) { self.text = text }
}

/// A question in one language.
public struct QuestionTranslation: Codable, Hashable, Sendable {
    /// The language.
    public let language: LanguageTag
    /// The question in it.
    public let text: QuestionText

    /// Words a question.
    public init(language: LanguageTag, text: QuestionText) {
        self.language = language
        self.text = text
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case language = 1
        case text = 2
    }
}

/// Whether a question may be chosen.
public enum QuestionState: String, WireChoice, Hashable {
    /// It may be chosen at registration.
    case inUse
    /// It may not be chosen any more; whoever has answered it is asked still.
    case retired
}

/// Why a custom question is refused (feature F2).
public enum QuestionRule: String, WireChoice, Hashable {
    /// Shorter than 3 characters, once blanks are collapsed.
    case tooShort
    /// Longer than 200 characters.
    case tooLong
    /// It holds a control, a mark of direction or another character that cannot be seen (attack G7).
    case hiddenCharacter
    /// It reads like another question that is in use, predefined or custom, in whatever language.
    case alike
    /// Not one text for each of 1 to 8 languages.
    case languages
}
