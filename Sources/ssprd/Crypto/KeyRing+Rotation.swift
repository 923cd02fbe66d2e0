extension KeyRing {
    /// Adds a fresh sealing key and a fresh pepper to the ring at `path`, durably and all or nothing; the former keys stay.
    ///
    /// Whoever opens the ring from then on seals and hashes under the new keys, and opens what the former ones have sealed. Throws
    /// `KeyRingError`: `busy` while another rotation is under way, `full`, and what reading and writing throw.
    public static func rotate(at path: String) throws(KeyRingError) -> KeyRing {
        let lock = try KeyRingLock(path: path)
        defer { extendLifetime(lock) }
        // A rotation that was killed may have left its draft, with all keys in it.
        KeyRingFile(path: path).removeDrafts()
        let ring = try load(at: path).addingSealingKey().addingPepper()
        try ring.replace(at: path)
        return ring
    }

    /// How many sealing keys and peppers there are.
    public var count: (sealing: Int, peppers: Int) { (sealing.count, peppers.count) }
}
