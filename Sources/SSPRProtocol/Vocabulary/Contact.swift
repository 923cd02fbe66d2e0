/// Where a person is reached: an email address or a telephone number, told apart by the first character.
public enum Contact: Sendable {
    /// Mail.
    case email(EmailAddress)
    /// A text message or a call.
    case phone(PhoneNumber)

    /// The greatest length in bytes.
    public static let maximumLength = EmailAddress.maximumLength

    /// Accepts an address or, after a `+`, a number; throws `WordError` otherwise.
    public init(_ text: String) throws {
        // An address may begin with a plus as well; a number never holds an @.
        if text.first == "+", !text.utf8.contains(UInt8(ascii: "@")) {
            self = .phone(try PhoneNumber(text))
        } else {
            self = .email(try EmailAddress(text))
        }
    }

    /// The contact as it is written.
    public var text: String {
        switch self {
        case .email(let address): address.text
        case .phone(let number): number.text
        }
    }

    /// What counts as one destination: the line, whatever its extension.
    public var destination: String {
        switch self {
        case .email(let address): address.text
        case .phone(let number): number.number
        }
    }

    /// True when both reach the same line or mailbox; an extension need not be typed to be meant.
    public func isSame(as other: Contact) -> Bool {
        switch (self, other) {
        case (.email(let one), .email(let two)): one == two
        case (.phone(let one), .phone(let two)): one.number == two.number
        default: false
        }
    }

    /// The contact with all but a little hidden (feature F2).
    public var hint: String {
        switch self {
        case .email(let address): address.hint
        case .phone(let number): number.hint
        }
    }
}

extension Contact: TextWord {
    /// Text of 3 to 254 bytes.
    public static var wireShape: WireShape {
        .text(bytes: 3...maximumLength, form: "an email address (\(EmailAddress.form)), or \(PhoneNumber.form)")
    }
    /// The address `a@b.c`.
    public static var wireSample: Contact { .email(.wireSample) }
}
