import SSPRVocabulary

/// A fast, deterministic stand-in for every hash of the rules' tests: 32 bytes that depend on every byte; not cryptographic.
enum FakeDigest {
    static func of(_ parts: [[UInt8]]) -> [UInt8] {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for part in parts {
            // The length keeps "ab" + "c" apart from "a" + "bc".
            hash = mixed(hash, UInt64(part.count))
            // Eight bytes at a time: the walk hashes a few million times, without optimisation.
            // The pointer is used only inside the closure, below its count.
            unsafe part.withUnsafeBytes { bytes in
                var place = 0
                while place + 8 <= bytes.count {
                    unsafe hash = mixed(hash, bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
                    place += 8
                }
                while place < bytes.count {
                    unsafe hash = mixed(hash, UInt64(bytes[place]))
                    place += 1
                }
            }
        }
        var generator = SplitMix64(seed: hash)
        var digest = [UInt8](repeating: 0, count: 32)
        for lane in 0..<4 {
            var word = generator.next()
            for place in 0..<8 {
                digest[8 * lane + place] = UInt8(truncatingIfNeeded: word)
                word >>= 8
            }
        }
        return digest
    }

    private static func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        let product = (hash ^ word) &* 0x9e37_79b9_7f4a_7c15
        return product ^ (product >> 32)
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
