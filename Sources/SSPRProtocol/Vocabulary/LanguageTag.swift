/// A language as people name one: `de`, `de-AT`, `zh-Hant-TW`.
///
/// Of RFC 5646 what chooses words: a language, perhaps a script, perhaps a region. Only the canonical form is accepted (section 4.5: `de`,
/// not `DE`), so that two equal tags have equal bytes. Whether somebody speaks it is not asked: `broader` finds what is spoken.
public struct LanguageTag: Sendable, CustomStringConvertible {
    /// The tag's text.
    public let text: String

    /// Three letters, a script, a region of three digits.
    public static let maximumLength = 12

    /// Accepts a tag in its canonical form; throws `WordError` otherwise.
    public init(_ text: String) throws {
        guard Self.accepts(text) else { throw WordError("language", Self.form) }
        self.text = text
    }

    /// The tag's text.
    public var description: String { text }

    /// English, which every release speaks.
    public static let english = LanguageTag(unchecked: "en")
    /// German.
    public static let german = LanguageTag(unchecked: "de")

    /// The tag without its last part (RFC 4647 section 3.4): `de` for `de-AT`; nil for `de`.
    public var broader: LanguageTag? {
        text.utf8.lastIndex(of: UInt8(ascii: "-")).map { LanguageTag(unchecked: String(text[..<$0])) }
    }

    /// The value of the first of these languages, or of the nearest broader one, that `spoken` has.
    public static func firstSpoken<Value>(_ wanted: [LanguageTag?], _ spoken: (LanguageTag) -> Value?) -> Value? {
        for case var tag? in wanted {
            while true {
                if let value = spoken(tag) { return value }
                guard let broader = tag.broader else { break }
                tag = broader
            }
        }
        return nil
    }

    private static let form = "a tag in the canonical form of RFC 5646, such as de, de-AT or zh-Hant-TW"

    private static func accepts(_ text: String) -> Bool {
        guard text.utf8.count <= maximumLength else { return false }
        var parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)[...]
        guard let language = parts.popFirst(), (2...3).contains(language.count), language.allSatisfy(isLower) else {
            return false
        }
        if let script = parts.first, script.count == 4, isUpper(script[script.startIndex]),
            script.dropFirst().allSatisfy(isLower)
        {
            parts.removeFirst()
        }
        guard let region = parts.popFirst() else { return true }
        let isRegion =
            (region.count == 2 && region.allSatisfy(isUpper)) || (region.count == 3 && region.allSatisfy(isDigit))
        return isRegion && parts.isEmpty
    }

    private static func isLower(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isUpper(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private init(unchecked text: String) { self.text = text }
}

extension LanguageTag: TextWord {
    /// Text of 2 to 12 bytes.
    public static var wireShape: WireShape { .text(bytes: 2...maximumLength, form: form) }
    /// English.
    public static var wireSample: LanguageTag { english }
}
