/// A word that makes a password weak: 4 to 16 visible characters (feature F7).
public struct BannedTerm: Hashable, Sendable {
    /// The word as it was written down.
    public let text: String

    /// Accepts such a word; throws `WordError` otherwise.
    public init(_ text: String) throws {
        guard Self.lengths.contains(text.unicodeScalars.count), text.isPrintable,
            !text.unicodeScalars.contains(where: { $0.properties.isWhitespace })
        else { throw WordError("banned word", Self.form) }
        self.text = text
    }

    /// The points that a password needs: each banned word in it has one, like each other character.
    public static let pointsNeeded: UInt32 = 5

    /// How many characters it may have.
    public static let lengths = 4...16

    private static let form = "4 to 16 visible characters, no blanks"
}

extension BannedTerm: TextWord {
    /// Text of 4 to 64 bytes.
    public static var wireShape: WireShape { .text(bytes: 4...64, form: form) }
    /// Four letters.
    public static var wireSample: BannedTerm {
        BannedTerm(unchecked: "word")
    }

    private init(unchecked text: String) { self.text = text }
}
