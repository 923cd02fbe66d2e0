public import StrictCBOR

/// What a fixed number of bytes stands for.
public protocol OpaqueKind {
    /// How many bytes.
    static var length: Int { get }
    /// What they are called where they are refused.
    static var name: String { get }
}

/// A fixed number of bytes that are no secret; `Kind` keeps the kinds apart at compile time.
public struct OpaqueBytes<Kind: OpaqueKind>: Hashable, Sendable {
    /// The bytes.
    public let bytes: [UInt8]

    /// Takes exactly as many bytes as the kind has; throws `WordError` otherwise.
    public init(_ bytes: [UInt8]) throws {
        guard bytes.count == Kind.length else { throw WordError(Kind.name, "exactly \(Kind.length) bytes") }
        self.bytes = bytes
    }

    /// Keeps the first bytes of a longer value, such as a hash.
    public init(prefixOf bytes: [UInt8]) {
        precondition(bytes.count >= Kind.length, "a prefix is not longer than the whole")
        self.bytes = Array(bytes.prefix(Kind.length))
    }
}

extension OpaqueBytes: ByteStringRepresentable {
    /// Takes the content of a CBOR byte string.
    public init(cborBytes: [UInt8]) throws { try self.init(cborBytes) }

    /// Lends the bytes.
    public func withCBORBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        // The array keeps its memory alive for the time of the call.
        try unsafe bytes.withUnsafeBytes { buffer in try unsafe body(buffer) }
    }
}

extension OpaqueBytes: WireWord {
    /// A byte string of the kind's length.
    public static var wireShape: WireShape { .bytes(count: Kind.length...Kind.length) }
    /// Zero bytes.
    public static var wireSample: Self { Self(prefixOf: [UInt8](repeating: 0, count: Kind.length)) }
}

/// The kinds of such bytes.
public enum OpaqueKinds {
    /// An Ed25519 public key (RFC 8032 section 5.1.5).
    public enum DeviceKey: OpaqueKind {
        /// 32 bytes.
        public static var length: Int { 32 }
        /// For the text of a refusal.
        public static var name: String { "device key" }
    }
    /// An Ed25519 signature (RFC 8032 section 5.1.6).
    public enum DeviceSignature: OpaqueKind {
        /// 64 bytes.
        public static var length: Int { 64 }
        /// For the text of a refusal.
        public static var name: String { "signature" }
    }
    /// HMAC-SHA-256 (RFC 2104, FIPS 180-4).
    public enum PairingProof: OpaqueKind {
        /// 32 bytes.
        public static var length: Int { 32 }
        /// For the text of a refusal.
        public static var name: String { "pairing proof" }
    }
    /// Which daemon's state it is.
    public enum Instance: OpaqueKind {
        /// 16 bytes.
        public static var length: Int { 16 }
        /// For the text of a refusal.
        public static var name: String { "instance" }
    }
    /// Makes one question unlike every other.
    public enum Nonce: OpaqueKind {
        /// 16 bytes.
        public static var length: Int { 16 }
        /// For the text of a refusal.
        public static var name: String { "nonce" }
    }
}

/// The public key of a paired device.
public typealias DeviceKey = OpaqueBytes<OpaqueKinds.DeviceKey>
/// A device's signature.
public typealias DeviceSignature = OpaqueBytes<OpaqueKinds.DeviceSignature>
/// Shows that a device knows the secret that its pairing text held.
public typealias PairingProof = OpaqueBytes<OpaqueKinds.PairingProof>
/// Names a daemon's state for ever, over restarts and renamed hosts.
public typealias InstanceID = OpaqueBytes<OpaqueKinds.Instance>
/// Makes one approval unlike every other.
public typealias ApprovalNonce = OpaqueBytes<OpaqueKinds.Nonce>
