import SSPRDomain
import SSPRVocabulary

/// Keyed hashes whose key is their purpose.
struct FakeTags: KeyedHasher {
    func tag(_ purpose: TagPurpose, _ parts: [UInt8]...) -> [UInt8] {
        FakeDigest.of([[purpose.rawValue]] + parts)
    }

    func tag(_ purpose: TagPurpose, _ secret: Secret, context: [UInt8]) -> [UInt8] {
        FakeDigest.of([[purpose.rawValue], context, secret.copy])
    }
}
