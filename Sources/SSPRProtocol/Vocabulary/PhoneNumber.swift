/// A telephone number that a person can be reached at: `+` and at most 15 digits (E.164 section 6), with the extension of an office
/// phone after `;ext=` (RFC 3966 section 5.3).
///
/// There is one spelling, so that the same number is the same bytes: no blanks, no brackets, no trunk zero.
public struct PhoneNumber: Hashable, Sendable {
    /// `+` and digits, without the extension.
    public let number: String
    /// 1 to 8 digits that are dialled once the call is answered; nil for a number of its own.
    public let `extension`: String?

    /// The greatest length of the text in bytes.
    public static let maximumLength = 1 + 15 + 5 + 8

    /// Accepts such a number, when its calling code is in use and national numbers of its length exist there; throws `WordError`
    /// otherwise.
    public init(_ text: String) throws {
        let (number, ext) = Self.parts(text)
        guard Self.isNumber(number), ext.map(Self.isExtension) ?? true else {
            throw WordError("phone number", Self.form)
        }
        self.number = number
        self.extension = ext
    }

    /// `+493012345678` or `+493012345678;ext=42`.
    public var text: String { self.extension.map { "\(number)\(Self.mark)\($0)" } ?? number }

    /// All but the last two digits hidden, in a constant length: `+•• ••••••42` (feature F2).
    public var hint: String { "+•• ••••••\(number.suffix(2))" }

    /// The hint of a number that ends with these two digits, 0 to 99.
    public static func hint(ending digits: UInt64) -> String { "+•• ••••••\(digits < 10 ? "0" : "")\(digits)" }

    static let form =
        "+, country code and number in digits only, such as +493012345678; for an office phone ;ext=42 may follow"
    private static let mark = ";ext="

    private static func parts(_ text: String) -> (number: String, extension: String?) {
        guard let semicolon = text.firstIndex(of: ";"), text[semicolon...].hasPrefix(mark) else { return (text, nil) }
        return (String(text[..<semicolon]), String(text[semicolon...].dropFirst(mark.count)))
    }

    private static func isNumber(_ text: String) -> Bool {
        guard text.first == "+" else { return false }
        let digits = text.dropFirst().utf8
        guard (4...15).contains(digits.count), digits.allSatisfy(isDigit) else { return false }
        // No calling code is the beginning of another one (E.164 section 6.2.1): at most one of the three matches.
        return (1...3).contains { length in
            guard let code = UInt16(text.dropFirst().prefix(length)), let lengths = CallingCodes.lengths[code] else {
                return false
            }
            return lengths >> UInt16(digits.count - length) & 1 == 1 && text.dropFirst().first != "0"
        }
    }

    private static func isExtension(_ text: String) -> Bool {
        (1...8).contains(text.utf8.count) && text.utf8.allSatisfy(isDigit)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
