/// A word that is a text of one spelling: it is read and written as that text, and reading refuses what its initialiser refuses.
public protocol TextWord: WireWord, Hashable {
    /// The text.
    var text: String { get }
    /// Accepts the word's spelling; throws `WordError` otherwise.
    init(_ text: String) throws
}

extension TextWord {
    /// Reads the text.
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
