import StrictCBOR

/// A body on its way: wiped when nobody needs it any more, because any body may hold a secret.
final class MessageBytes: @unchecked Sendable {
    // Written by `init` and `deinit` only, so sharing between threads is safe.
    private var storage: [UInt8]

    /// The one-byte body of a request or reply without fields, shared by all of them.
    static let emptyMap = MessageBytes([0xA0])

    init(_ bytes: consuming [UInt8]) { storage = bytes }

    /// The bytes.
    ///
    /// Whoever keeps this array keeps them from being wiped.
    var bytes: [UInt8] { storage }

    deinit { wipe(&storage) }
}
