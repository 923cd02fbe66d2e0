import SSPRDomain
import SSPRVocabulary

/// Codes of an app that nobody sells: six digits from seed and step.
///
/// The RFC's own codes are tested beside their implementation.
final class FakeCodes: TimeCodes {
    private let count = Guarded(0)

    /// How many codes were computed.
    var calls: Int { count.withLock { $0 } }

    func code(seed: Secret, step: UInt64) -> OneTimeCode {
        count.withLock { $0 += 1 }
        let hash = FakeDigest.of(seed, step.bigEndianBytes)
        return OneTimeCode(number: hash.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } % 1_000_000, digits: 6)
    }
}
