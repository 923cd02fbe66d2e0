public import SSPRVocabulary

/// How long the seed of an authenticator app must be (RFC 4226 section 4, requirement 6).
public enum SeedLength {
    /// The shortest seed that is accepted: 128 bits (attack B13).
    public static let minimumBytes = 16
    /// The length of a seed that is made here: 160 bits, as RFC 4226 recommends.
    public static let madeBytes = 20

    /// Throws `SeedTooShort` for a seed under 128 bits.
    public static func check(_ seed: Secret) throws(SeedTooShort) {
        guard seed.count >= minimumBytes else { throw SeedTooShort(bits: seed.count * 8) }
    }
}

/// A seed has fewer than 128 bits and could be guessed.
public struct SeedTooShort: Error, Sendable, Equatable, CustomStringConvertible {
    /// The bits it has.
    public let bits: Int

    /// "a seed needs 128 bits or more, this one has 80".
    public var description: String { "a seed needs \(SeedLength.minimumBytes * 8) bits or more, this one has \(bits)" }
}
