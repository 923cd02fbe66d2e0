import SSPRVocabulary

/// A fast, deterministic stand-in for every hash of the rules' tests: 32 bytes that depend on every byte; not cryptographic.
enum FakeDigest {
    static func of(_ parts: [[UInt8]]) -> [UInt8] {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for part in parts {
            // The length keeps "ab" + "c" apart from "a" + "bc".
            hash = (hash ^ UInt64(part.count)) &* 0x100_0000_01b3
            // By index: an iterator costs five times as much without optimisation, and the walk hashes a few million times.
            var place = 0
            while place < part.count {
                hash = (hash ^ UInt64(part[place])) &* 0x100_0000_01b3
                place += 1
            }
        }
        var generator = SplitMix64(seed: hash)
        return generator.next().bigEndianBytes + generator.next().bigEndianBytes + generator.next().bigEndianBytes
            + generator.next().bigEndianBytes
    }

    static func of(_ secret: Secret, _ parts: [UInt8]...) -> [UInt8] { of([secret.copy] + parts) }
}

/// The generator of Steele, Lea and Flood (2014): small, seedable, the same on every machine.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

extension UInt64 {
    var bigEndianBytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: self >> (56 - 8 * UInt64($0))) } }
}

extension Secret {
    /// A copy of the bytes, for tests only.
    var copy: [UInt8] {
        // The copy is made inside the closure, so no pointer outlives the lending.
        unsafe withBytes { unsafe [UInt8]($0) }
    }
}
