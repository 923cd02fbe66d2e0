/// A code of 6 to 8 ASCII digits, as a person types it back.
///
/// There is one spelling: blanks, signs or other digits are refused, so that a used code cannot come back in other clothes (attack B1).
public struct OneTimeCode: Sendable, Codable {
    /// The digits.
    public let secret: Secret

    /// Accepts 6 to 8 ASCII digits; throws `WordError` otherwise.
    public init(_ text: String) throws {
        let bytes = text.utf8
        guard (6...8).contains(bytes.count), bytes.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { throw WordError("code", Self.form) }
        secret = Secret(bytes)
    }

    /// The last `digits` decimal digits of `number`, with leading zeros.
    public init(number: UInt64, digits: Int) {
        precondition((6...8).contains(digits), "codes have 6 to 8 digits")
        var rest = number
        var bytes = [UInt8](repeating: 0, count: digits)
        for index in stride(from: digits - 1, through: 0, by: -1) {
            bytes[index] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
        secret = Secret(bytes)
    }

    /// Reads the digits.
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the digits.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(secret.revealText() ?? "")
    }

    private static let form = "6 to 8 digits, nothing else"
}

extension OneTimeCode: WireWord {
    /// Text of 6 to 8 digits.
    public static var wireShape: WireShape { .text(bytes: 6...8, form: form) }
    /// The code 000000.
    public static var wireSample: OneTimeCode { OneTimeCode(number: 0, digits: 6) }
}
