public import SSPRDomain
public import SSPRVocabulary

/// Keyed hashes: BLAKE2b-256, each purpose under a subkey of its own.
///
/// Who has the database but not the key ring can neither make nor try a tag (attack A14).
public struct TagHasher: KeyedHasher {
    private let keys: [TagPurpose: GuardedBytes]

    /// Derives the key of every purpose.
    ///
    /// Decoys have a master of their own, which no rotation touches.
    public init(keys ring: KeyRing) {
        keys = Dictionary(
            uniqueKeysWithValues: TagPurpose.allCases.map { purpose in
                let key =
                    purpose == .decoy
                    ? ring.decoy.subkey(.decoy, UInt64(purpose.rawValue))
                    : ring.tags.subkey(.tag, UInt64(purpose.rawValue))
                return (purpose, key)
            })
    }

    /// The keyed hash of bytes for one purpose; each part is framed by its length.
    public func tag(_ purpose: TagPurpose, _ parts: [UInt8]...) -> [UInt8] {
        let hash = start(purpose, .parts)
        for part in parts { hash.addField(part) }
        return hash.finish()
    }

    /// The keyed hash of a secret for one purpose, bound to `context`; both are framed by their lengths.
    public func tag(_ purpose: TagPurpose, _ secret: Secret, context: [UInt8]) -> [UInt8] {
        let hash = start(purpose, .secret)
        hash.addField(context)
        unsafe secret.withBytes { unsafe hash.addField($0) }
        return hash.finish()
    }

    /// Keeps the two forms apart, so that a context and a secret never equal two parts.
    private enum Form: UInt8 {
        case parts = 0
        case secret = 1
    }

    private func start(_ purpose: TagPurpose, _ form: Form) -> Blake2b {
        guard let key = keys[purpose] else { fatalError("every purpose has a key") }
        let hash = Blake2b(length: 32, key: key)
        hash.add([form.rawValue])
        return hash
    }
}
