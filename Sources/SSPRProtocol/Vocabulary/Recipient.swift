/// Whom a courier delivers to: a person's address or number, or a device that is woken.
///
/// Told apart by their form: an address holds an `@`, a number begins with a `+`, and neither can stand in a wake address.
public enum Recipient: Sendable {
    /// A mailbox or a telephone.
    case contact(Contact)
    /// A device.
    case device(WakeAddress)

    /// The greatest length in bytes.
    public static let maximumLength = max(Contact.maximumLength, WakeAddress.maximumLength)

    /// Accepts any of the three; throws `WordError` otherwise.
    public init(_ text: String) throws {
        let isContact = text.first == "+" || text.utf8.contains(UInt8(ascii: "@"))
        self = isContact ? .contact(try Contact(text)) : .device(try WakeAddress(text))
    }

    /// The recipient as it is written.
    public var text: String {
        switch self {
        case .contact(let contact): contact.text
        case .device(let address): address.text
        }
    }
}

extension Recipient: TextWord {
    /// Text of 1 to 256 bytes.
    public static var wireShape: WireShape {
        .text(
            bytes: 1...maximumLength,
            form: "an email address, a number, or for a device its wake address (\(WakeAddress.form))"
        )
    }
    /// The address `a@b.c`.
    public static var wireSample: Recipient { .contact(.wireSample) }
}
