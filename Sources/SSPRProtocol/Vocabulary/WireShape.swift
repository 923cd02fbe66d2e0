/// How a word looks on the wire, for the printed specification and for tools that build messages from JSON.
public indirect enum WireShape: Hashable, Sendable {
    /// An unsigned integer up to `maximum`.
    case unsigned(maximum: UInt64)
    /// A signed 64-bit integer.
    case integer
    /// True or false.
    case boolean
    /// UTF-8 text of `bytes` bytes; `form` says in words what is accepted.
    case text(bytes: ClosedRange<Int>, form: String)
    /// A byte string of `count` bytes.
    case bytes(count: ClosedRange<Int>)
    /// One of these texts.
    case choice([String])
    /// A sequence of one shape.
    case list(WireShape)
    /// A map with unsigned keys.
    case map(name: String, [WireField])
}

/// One entry of a map on the wire.
public struct WireField: Hashable, Sendable {
    /// The CBOR key.
    public let key: UInt64
    /// The name in JSON and in the specification.
    public let name: String
    /// What stands there.
    public let shape: WireShape
    /// True when the entry may be absent.
    public let isOptional: Bool

    /// Describes one entry.
    public init(key: UInt64, name: String, shape: WireShape, isOptional: Bool) {
        self.key = key
        self.name = name
        self.shape = shape
        self.isOptional = isOptional
    }
}

/// A word that knows its shape on the wire.
///
/// The specification is printed from these; a validated word also offers a sample that passes its own validation.
public protocol WireWord: Codable, Sendable {
    /// The shape on the wire.
    static var wireShape: WireShape { get }
    /// Any valid value; only ever used to walk through a message's fields.
    static var wireSample: Self { get }
}

/// A closed set of texts; every enumeration on the wire is one.
public protocol WireChoice: WireWord, CaseIterable, RawRepresentable where RawValue == String, AllCases == [Self] {}

extension WireChoice {
    /// The texts that may stand here.
    public static var wireShape: WireShape { .choice(allCases.map(\.rawValue)) }
    /// The first of the cases.
    public static var wireSample: Self { allCases[0] }
}

extension Secret: WireWord {
    /// At most 1024 bytes: longer is refused before anything is hashed (attack F3).
    public static var wireShape: WireShape { .bytes(count: 0...WireLimit.secretBytes) }
    /// An empty secret.
    public static var wireSample: Self { Self([UInt8]()) }
}

/// Limits of single words.
public enum WireLimit {
    /// The longest secret: 256 characters of four bytes (feature F7).
    public static let secretBytes = 1024
    /// The longest free text of an administrator.
    public static let textBytes = 256
}
