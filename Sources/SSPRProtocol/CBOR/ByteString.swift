/// Bytes that travel as a CBOR byte string (major type 2).
///
/// `[UInt8]` itself encodes as an array of numbers, because `Codable` cannot tell it from any other array: use this type instead.
public struct ByteString: Hashable, Sendable {
    /// The content.
    public var bytes: [UInt8]

    /// Wraps `bytes`.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }
}

/// A type that travels as a CBOR byte string, such as a secret or a token.
///
/// `CBOREncoder` and `CBORDecoder` use the two requirements below and never the type's `Codable` methods. Those exist so that
/// the type may stand in a `Codable` struct; unless the type brings its own, they refuse, and so a secret cannot leave the process
/// through any other coder by mistake.
public protocol ByteStringRepresentable: Codable {
    /// Takes the content of a byte string.
    ///
    /// Any error becomes `invalidValue`. The decoder wipes its copy of the content afterwards, unless this type keeps that very array.
    init(cborBytes: [UInt8]) throws

    /// Lends the content for the time of `body`.
    func withCBORBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R
}

extension ByteStringRepresentable {
    /// Refuses: only `CBORDecoder` makes such a value.
    public init(from decoder: any Decoder) throws {
        throw CBORError(.unsupported, offset: 0)
    }

    /// Refuses: only `CBOREncoder` writes such a value.
    public func encode(to encoder: any Encoder) throws {
        throw CBORError(.unsupported, offset: 0)
    }
}

extension ByteString: ByteStringRepresentable {
    /// Keeps the content.
    public init(cborBytes: [UInt8]) {
        self.init(cborBytes)
    }

    /// Lends the content.
    public func withCBORBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        // The array keeps its memory alive for the time of the call.
        try unsafe bytes.withUnsafeBytes { buffer in try unsafe body(buffer) }
    }

    /// Reads an array of numbers: what other coders make of bytes.
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode([UInt8].self))
    }

    /// Writes an array of numbers for other coders.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bytes)
    }
}
