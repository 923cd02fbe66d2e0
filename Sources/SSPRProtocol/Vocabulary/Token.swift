public import StrictCBOR

/// An unguessable value of 32 random bytes that stands for one thing only: `Purpose` keeps the kinds apart at compile time.
///
/// The daemon stores a keyed hash of it, never the token (attack A14).
public struct Token<Purpose>: Sendable {
    /// The number of bytes.
    public static var length: Int { 32 }

    /// The 32 bytes.
    public let secret: Secret

    /// Takes exactly 32 bytes; throws `WordError` otherwise.
    public init(_ secret: Secret) throws {
        guard secret.count == Self.length else { throw WordError("token", "exactly 32 bytes") }
        self.secret = secret
    }

    private init(unchecked secret: Secret) { self.secret = secret }
}

extension Token: ByteStringRepresentable {
    /// Takes the content of a CBOR byte string of 32 bytes.
    public init(cborBytes: [UInt8]) throws {
        try self.init(Secret(cborBytes))
    }

    /// Lends the 32 bytes.
    public func withCBORBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try unsafe secret.withBytes(body)
    }
}

extension Token: WireWord {
    /// A byte string of 32 bytes.
    public static var wireShape: WireShape { .bytes(count: length...length) }
    /// 32 zero bytes.
    public static var wireSample: Self { Self(unchecked: Secret([UInt8](repeating: 0, count: length))) }
}

/// What tokens stand for.
public enum TokenPurpose {
    /// A recovery under way.
    public enum Recovery {}
    /// The right to set one new password or to unlock once.
    public enum Grant {}
    /// A registration under way.
    public enum Registration {}
    /// A device on its way to be paired.
    public enum Pairing {}
}

/// Stands for a recovery under way.
public typealias RecoveryHandle = Token<TokenPurpose.Recovery>
/// The right to finish one recovery once.
public typealias RecoveryGrant = Token<TokenPurpose.Grant>
/// Stands for a registration under way.
public typealias RegistrationHandle = Token<TokenPurpose.Registration>
/// What a pairing text and the device that reads it both know.
public typealias PairingSecret = Token<TokenPurpose.Pairing>
