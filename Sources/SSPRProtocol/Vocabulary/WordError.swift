/// A text or byte string that is not the word it should be.
public struct WordError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The word that was expected.
    public let word: String
    /// What it must look like.
    public let rule: String

    /// Says which word was expected and its rule; never carries the refused input.
    public init(_ word: String, _ rule: String) {
        self.word = word
        self.rule = rule
    }

    /// "account name: rule".
    public var description: String { "\(word): \(rule)" }
}
