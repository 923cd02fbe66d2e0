/// The master secrets, all in one file outside the database: who has only one of the two files has nothing.
///
/// - sealing keys are numbered: the newest seals, all open, so that sealed values can be moved to a new key at leisure;
/// - peppers are numbered: a verifier names the one it was made with;
/// - one master for keyed hashes, and one for what decoys look like, which no rotation touches.
///
/// Nothing is used as it stands: each user of the ring derives subkeys of its own.
public struct KeyRing: Sendable {
    let sealing: [UInt32: GuardedBytes]
    let peppers: [UInt32: GuardedBytes]
    let tags: GuardedBytes
    let decoy: GuardedBytes

    /// The number of the key that seals.
    public let newestSealingKey: UInt32
    /// The number of the pepper of new verifiers.
    public let newestPepper: UInt32

    /// A ring of fresh random keys, each number 1, that is nowhere stored.
    public init() {
        self.init(checkedSealing: [1: .key], peppers: [1: .key], tags: .key, decoy: .key, newest: (1, 1))
    }

    /// Joins keys; nil without a sealing key or without a pepper.
    init?(
        sealing: [UInt32: GuardedBytes], peppers: [UInt32: GuardedBytes], tags: GuardedBytes, decoy: GuardedBytes
    ) {
        guard let newestSealingKey = sealing.keys.max(), let newestPepper = peppers.keys.max() else { return nil }
        self.init(
            checkedSealing: sealing, peppers: peppers, tags: tags, decoy: decoy,
            newest: (newestSealingKey, newestPepper))
    }

    private init(
        checkedSealing sealing: [UInt32: GuardedBytes], peppers: [UInt32: GuardedBytes], tags: GuardedBytes,
        decoy: GuardedBytes, newest: (sealing: UInt32, pepper: UInt32)
    ) {
        self.sealing = sealing
        self.peppers = peppers
        self.tags = tags
        self.decoy = decoy
        newestSealingKey = newest.sealing
        newestPepper = newest.pepper
    }

    /// Makes a new ring and writes it to `path`, durably and all or nothing.
    ///
    /// Only for a house without a database.
    ///
    /// Throws `KeyRingError.alreadyThere` when there is any file: a key ring is never replaced by accident.
    public static func create(at path: String) throws(KeyRingError) -> KeyRing {
        let ring = KeyRing()
        try KeyRingFile(path: path).write(KeyRingFormat.encode(ring), replacing: false)
        return ring
    }

    /// Reads a ring: a regular file of this process's user that nobody else may read (mode 0600 or 0400).
    ///
    /// The path may be a file that the service manager hands over as a credential.
    public static func load(at path: String) throws(KeyRingError) -> KeyRing {
        try KeyRingFormat.decode(KeyRingFile(path: path).read(), path: path)
    }

    /// Writes this ring in the place of the one at `path`, durably and all or nothing.
    ///
    /// To be done before a new key is used.
    public func replace(at path: String) throws(KeyRingError) {
        try KeyRingFile(path: path).write(KeyRingFormat.encode(self), replacing: true)
    }

    /// The ring with a fresh sealing key that is newer than the others.
    ///
    /// Throws `KeyRingError.full`.
    public func addingSealingKey() throws(KeyRingError) -> KeyRing {
        let number = try next(after: newestSealingKey)
        return KeyRing(
            checkedSealing: sealing.merging([number: .key]) { $1 }, peppers: peppers, tags: tags, decoy: decoy,
            newest: (number, newestPepper))
    }

    /// The ring with a fresh pepper that is newer than the others.
    ///
    /// Throws `KeyRingError.full`.
    public func addingPepper() throws(KeyRingError) -> KeyRing {
        let number = try next(after: newestPepper)
        return KeyRing(
            checkedSealing: sealing, peppers: peppers.merging([number: .key]) { $1 }, tags: tags, decoy: decoy,
            newest: (newestSealingKey, number))
    }

    private func next(after number: UInt32) throws(KeyRingError) -> UInt32 {
        guard sealing.count + peppers.count + 2 < KeyRingFormat.maximumKeys, number < .max else { throw .full }
        return number + 1
    }
}

extension GuardedBytes {
    /// A fresh random key.
    fileprivate static var key: GuardedBytes { GuardedBytes(random: keyLength) }
}
