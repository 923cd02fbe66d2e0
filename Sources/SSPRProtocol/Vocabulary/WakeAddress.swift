/// Where a device is woken: the name that a push service knows it by, such as a topic of ntfy or MQTT.
///
/// It becomes a level of a topic or a segment of a path, so it holds nothing that ends one, stands for several, or goes up: no `/`, `?`,
/// `#`, `+`, `%`, `$`, blank or control character, and it never begins like an option or like `..` (attack G7).
public struct WakeAddress: Sendable {
    /// The address as the device gave it.
    public let text: String

    /// The greatest length in bytes.
    public static let maximumLength = 256

    /// Accepts such an address; throws `WordError` otherwise.
    public init(_ text: String) throws {
        guard (1...Self.maximumLength).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAccepted),
            text.utf8.first.map(Self.isAlphanumeric) == true
        else { throw WordError("wake address", Self.form) }
        self.text = text
    }

    /// An address that wakes nobody.
    public static let nobody = WakeAddress(unchecked: "nobody")

    static let form = "1 to 256 letters, digits or -_.: and first a letter or a digit"

    private static func isAccepted(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || "-_.:".utf8.contains(byte) }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private init(unchecked text: String) { self.text = text }
}

extension WakeAddress: TextWord {
    /// Text of 1 to 256 bytes.
    public static var wireShape: WireShape { .text(bytes: 1...maximumLength, form: form) }
    /// The address `nobody`.
    public static var wireSample: WakeAddress { nobody }
}
