/// A code that works once, as a person types it: 6 to 8 ASCII digits that were sent or are shown by an app, or the 12 characters of a
/// temporary pass, or the 28 of a recovery code.
///
/// There is one spelling: blanks, signs, small letters or other digits are refused, so that a used code cannot come back in other clothes
/// (attack B1).
public struct OneTimeCode: Sendable, Codable {
    /// The digits or characters.
    public let secret: Secret

    /// Accepts 6 to 8 ASCII digits, or 12 or 28 characters of Crockford's base 32; throws `WordError` otherwise.
    public init(_ text: String) throws {
        let bytes = text.utf8
        let isNumber = (6...8).contains(bytes.count) && bytes.allSatisfy { Self.alphabet.prefix(10).contains($0) }
        let isWritten = Written(rawValue: bytes.count) != nil && bytes.allSatisfy(Self.alphabet.contains)
        guard isNumber || isWritten else { throw WordError("code", Self.form) }
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

    /// The codes that are written down, by their length in characters of 5 bits.
    public enum Written: Int, Sendable {
        /// 60 bits: short enough to be told on the telephone, too many for the few guesses that an account allows.
        case temporaryPass = 12
        /// 140 bits, at least the 128 of feature F2, in seven groups of four.
        case recoveryCode = 28
    }

    /// Which of the written codes this can be; nil for digits.
    public var written: Written? { Written(rawValue: secret.count) }

    /// A written code from `kind.rawValue` random bytes; 5 bits of each are used.
    public init(_ kind: Written, random bytes: [UInt8]) {
        precondition(bytes.count == kind.rawValue, "a byte a character")
        secret = Secret(bytes.map { Self.alphabet[Int($0 & 31)] })
    }

    /// Crockford's base 32: without I, L, O and U, which are read as other characters.
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// Reads the code.
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the code.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(secret.revealText() ?? "")
    }

    private static let form = "6 to 8 digits, or 12 or 28 characters of Crockford's base 32"
}

extension OneTimeCode: WireWord {
    /// Text of 6 to 8 digits, or of 12 or 28 characters.
    public static var wireShape: WireShape { .text(bytes: 6...28, form: form) }
    /// The code 000000.
    public static var wireSample: OneTimeCode { OneTimeCode(number: 0, digits: 6) }
}
