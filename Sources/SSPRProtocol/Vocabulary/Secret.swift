import Glibc
public import StrictCBOR

/// Bytes that must not be seen: a password, a code, an answer, a key.
///
/// A secret cannot be printed, is compared in constant time only, and its memory is wiped when the last reference goes.
/// On the wire it is a CBOR byte string.
@safe
public final class Secret: @unchecked Sendable {
    // Immutable after `init`, so sharing between threads is safe; the class exists for its deinit.
    private let storage: UnsafeMutableRawBufferPointer

    /// The number of bytes.
    public var count: Int { unsafe storage.count }

    /// True when there is not one byte.
    public var isEmpty: Bool { count == 0 }

    /// Copies `bytes`; the caller's own copy stays the caller's to wipe.
    public init(_ bytes: some Collection<UInt8>) {
        unsafe storage = .allocate(byteCount: bytes.count, alignment: 1)
        unsafe storage.copyBytes(from: bytes)
    }

    /// Copies the UTF-8 of `text`.
    public convenience init(text: String) {
        self.init(text.utf8)
    }

    deinit {
        // explicit_bzero, unlike memset, may not be dropped by the optimiser as a dead store.
        if let base = unsafe storage.baseAddress { unsafe explicit_bzero(base, storage.count) }
        unsafe storage.deallocate()
    }

    /// Lends the bytes for the time of `body`; they must not be kept.
    public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try unsafe body(UnsafeRawBufferPointer(storage))
    }

    /// The text of the bytes, or nil when they are not UTF-8.
    ///
    /// The returned string is a copy that nobody wipes: use it late and briefly.
    public func revealText() -> String? {
        unsafe withBytes { unsafe String(validating: $0, as: UTF8.self) }
    }

    /// Compares in a time that depends on the lengths only.
    public static func == (left: Secret, right: Secret) -> Bool {
        unsafe left.withBytes { l in unsafe right.withBytes { r in unsafe constantTimeEqual(l, r) } }
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always the same word, whatever the content.
    public var description: String { "[secret]" }
    /// Always the same word, whatever the content.
    public var debugDescription: String { "[secret]" }
    /// A mirror without children, so that `dump` shows nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension Secret: ByteStringRepresentable {
    /// Takes the content of a CBOR byte string of at most 1024 bytes; throws `WordError` for more, so that nothing longer is hashed.
    public convenience init(cborBytes: [UInt8]) throws {
        guard cborBytes.count <= WireLimit.secretBytes else { throw WordError("secret", "at most 1024 bytes") }
        self.init(cborBytes)
    }

    /// Lends the content of the CBOR byte string.
    public func withCBORBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try unsafe withBytes(body)
    }
}

/// Compares two byte sequences in a time that depends on their lengths only.
///
/// The one comparison for secrets, digests and tokens (attack C6).
public func constantTimeEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in 0..<left.count { unsafe difference |= left[index] ^ right[index] }
    return difference == 0
}

/// Compares two byte arrays in a time that depends on their lengths only.
public func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    unsafe left.withUnsafeBytes { l in unsafe right.withUnsafeBytes { r in unsafe constantTimeEqual(l, r) } }
}
