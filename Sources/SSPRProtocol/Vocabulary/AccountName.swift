/// The name by which a person signs in.
///
/// One documented normal form, compared byte by byte: 1 to 64 ASCII letters, digits, `.`, `_`, `-`, `@` or `+`, the first of
/// them a letter, a digit or `_`. Nothing is folded or mapped, so no look-alike can ever match (attack A13).
public struct AccountName: Sendable, CustomStringConvertible {
    /// The name's text.
    public let text: String

    /// The greatest length in bytes.
    public static let maximumLength = 64

    /// Accepts a name in its normal form; throws `WordError` otherwise.
    public init(_ text: String) throws {
        guard Self.accepts(text) else { throw Self.refusal }
        self.text = text
    }

    /// The name's text.
    public var description: String { text }

    static let form =
        "1 to 64 ASCII letters, digits or . _ - @ +, beginning with a letter, a digit or _"
    private static let refusal = WordError("account name", form)

    private static func accepts(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, bytes.count <= maximumLength else { return false }
        return isWordByte(first) && bytes.allSatisfy { isWordByte($0) || Self.marks.contains($0) }
    }

    private static let marks: [UInt8] = Array(".-@+".utf8)

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default:
            false
        }
    }
}

extension AccountName: TextWord {
    /// Text of 1 to 64 bytes.
    public static var wireShape: WireShape { .text(bytes: 1...maximumLength, form: form) }
    /// The name `a`.
    public static var wireSample: AccountName { AccountName(unchecked: "a") }

    private init(unchecked text: String) { self.text = text }
}
