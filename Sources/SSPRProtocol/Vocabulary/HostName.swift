/// The name of a host as people know it: letters, digits, `-`, `_` and `.`, at most 253 bytes.
public struct HostName: Sendable {
    /// The name's text.
    public let text: String

    /// Accepts such a name; throws `WordError` otherwise.
    public init(_ text: String) throws {
        let accepted = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard (1...253).contains(text.utf8.count), accepted else { throw WordError("host name", Self.form) }
        self.text = text
    }

    /// The host's own machine, by the name that every one of them has.
    public static let localhost = HostName(unchecked: "localhost")

    private static let form = "letters, digits, -, _ and ., at most 253"

    private init(unchecked text: String) { self.text = text }
}

extension HostName: TextWord {
    /// Text of 1 to 253 bytes.
    public static var wireShape: WireShape { .text(bytes: 1...253, form: form) }
    /// The name `localhost`.
    public static var wireSample: HostName { localhost }
}
