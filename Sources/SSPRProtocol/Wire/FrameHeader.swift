/// The 12 bytes in front of every body, big-endian: length u32, version u8, kind u8, method u16, id u32 (spec/PROTOCOL.md).
///
/// The header alone decides whether the body is read at all.
public struct FrameHeader: Hashable, Sendable {
    /// What a frame is.
    public enum Kind: UInt8, Sendable {
        /// A client asks.
        case request = 1
        /// The daemon answers.
        case reply = 2
        /// The daemon refuses; the body is a `Failure`.
        case failure = 3
    }

    /// The number of bytes of a header.
    public static let size = 12
    /// The only version.
    public static let version: UInt8 = 1

    /// The number of bytes of the body.
    public var length: UInt32
    /// Request, reply or failure.
    public var kind: Kind
    /// The call's number.
    public var method: UInt16
    /// Chosen by the client; the answer carries it back.
    public var id: UInt32

    /// Describes a frame of the current version.
    public init(length: UInt32, kind: Kind, method: UInt16, id: UInt32) {
        self.length = length
        self.kind = kind
        self.method = method
        self.id = id
    }

    /// Reads a header from exactly 12 bytes; nil when version or kind is unknown, which makes the stream unframeable.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.size, bytes[4] == Self.version, let kind = Kind(rawValue: bytes[5]) else {
            return nil
        }
        func number(_ range: Range<Int>) -> UInt32 { bytes[range].reduce(0) { $0 << 8 | UInt32($1) } }
        self.init(length: number(0..<4), kind: kind, method: UInt16(number(6..<8)), id: number(8..<12))
    }

    /// The 12 bytes.
    public var bytes: [UInt8] {
        [
            UInt8(truncatingIfNeeded: length >> 24), UInt8(truncatingIfNeeded: length >> 16),
            UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length),
            Self.version, kind.rawValue,
            UInt8(truncatingIfNeeded: method >> 8), UInt8(truncatingIfNeeded: method),
            UInt8(truncatingIfNeeded: id >> 24), UInt8(truncatingIfNeeded: id >> 16),
            UInt8(truncatingIfNeeded: id >> 8), UInt8(truncatingIfNeeded: id),
        ]
    }
}
