/// The hash that links the audit trail: whoever changes one event changes every later hash.
public enum ChainHash {
    /// The number of bytes.
    public static let length = 32

    /// BLAKE2b-256 over the previous hash, the sequence number (8 bytes, big-endian) and the event's bytes.
    ///
    /// Not keyed: an auditor checks the chain without any secret. Only the event has no fixed length, so no framing is
    /// needed as long as `previous` has 32 bytes; the first link has its own convention, which is the store's.
    public static func link(previous: [UInt8], sequence: UInt64, bytes: [UInt8]) -> [UInt8] {
        let hash = Blake2b(length: length)
        hash.add(previous)
        hash.add(sequence)
        hash.add(bytes)
        return hash.finish()
    }
}
