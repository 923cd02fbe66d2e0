import CSodium

/// What one Argon2id hash costs (RFC 9106): passes over the memory, and the memory.
///
/// One lane.
public struct HashingCost: Hashable, Sendable {
    /// Passes over the memory.
    public let passes: UInt32
    /// Memory in KiB.
    public let memoryKiB: UInt32

    /// Accepts a cost within the bounds; throws `HashingCostError` otherwise.
    public init(passes: UInt32, memoryKiB: UInt32) throws(HashingCostError) {
        guard Self.passBounds.contains(passes), Self.memoryBoundsKiB.contains(memoryKiB) else {
            throw HashingCostError(passes: passes, memoryKiB: memoryKiB)
        }
        self.init(uncheckedPasses: passes, memoryKiB: memoryKiB)
    }

    private init(uncheckedPasses passes: UInt32, memoryKiB: UInt32) {
        self.passes = passes
        self.memoryKiB = memoryKiB
    }

    /// Three passes over 64 MiB: the second recommendation of RFC 9106 section 4, with one lane.
    public static let standard = HashingCost(uncheckedPasses: 3, memoryKiB: 65_536)

    /// From libsodium's minimum to a bound beyond which a stored cost is taken for damaged: a row must not stop a
    /// thread for hours.
    public static let passBounds = UInt32(crypto_pwhash_argon2id_opslimit_min())...64
    /// From libsodium's minimum to 1 GiB: a row must not take all memory.
    public static let memoryBoundsKiB = UInt32(crypto_pwhash_argon2id_memlimit_min() / 1024)...1_048_576

    /// Memory in bytes.
    var memoryBytes: Int { Int(memoryKiB) * 1024 }
}

/// A cost of hashing that is not accepted.
public struct HashingCostError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The passes that were asked for.
    public let passes: UInt32
    /// The memory that was asked for, in KiB.
    public let memoryKiB: UInt32

    /// Says what was asked for and what is accepted.
    public var description: String {
        "a hash of \(passes) passes over \(memoryKiB) KiB is not accepted: \(HashingCost.passBounds) passes,"
            + " \(HashingCost.memoryBoundsKiB) KiB"
    }
}
