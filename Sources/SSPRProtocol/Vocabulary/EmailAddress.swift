/// An address that mail can be sent to: printable ASCII, one `@`, a domain with a dot, at most 254 bytes.
///
/// Narrower than RFC 5321 section 4.1.2 on purpose: no quoted local parts, no comments, no literals, and no control character, so that
/// an address can never end a header line (attack G7).
public struct EmailAddress: Sendable {
    /// The address as given; its domain is not folded.
    public let text: String

    /// The greatest length in bytes (RFC 5321 section 4.5.3.1.3, without the brackets).
    public static let maximumLength = 254

    /// Accepts such an address; throws `WordError` otherwise.
    public init(_ text: String) throws {
        guard Self.accepts(text) else { throw WordError("email address", Self.form) }
        self.text = text
    }

    /// The address with all but its first letter and its last label hidden: `a•••@•••.org` (feature F2).
    public var hint: String { "\(text.prefix(1))•••@•••.\(text.split(separator: ".").last ?? "")" }

    static let form = "local@domain.tld in plain ASCII, at most 254 bytes"
    private static let localMarks = Set(".!#$%&'*+/=?^_`{|}~-".utf8)

    private static func accepts(_ text: String) -> Bool {
        guard text.utf8.count <= maximumLength else { return false }
        let halves = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard halves.count == 2, (1...64).contains(halves[0].count) else { return false }
        let labels = halves[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let dots = halves[0].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return halves[0].allSatisfy { isAlphanumeric($0) || localMarks.contains($0) }
            && halves[0].first != UInt8(ascii: "-") && dots.allSatisfy { !$0.isEmpty }
            && labels.count >= 2
            && labels.allSatisfy { label in
                (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                    && label.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
            }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            false
        }
    }

    private init(unchecked text: String) { self.text = text }
}

extension EmailAddress: TextWord {
    /// Text of 3 to 254 bytes.
    public static var wireShape: WireShape { .text(bytes: 3...maximumLength, form: form) }
    /// The address `a@b.c`.
    public static var wireSample: EmailAddress { EmailAddress(unchecked: "a@b.c") }
}
