import Glibc

/// Where the three places of a key are: a 3-wise binary fuse filter (Graf and Lemire, "Binary Fuse Filters", 2022).
///
/// The array is cut into segments of equal length; a key has one place in each of three neighbouring segments. The exclusive or of the
/// three fingerprints there is the key's own.
struct FuseShape: Sendable, Equatable {
    /// The number of bytes of a fingerprint: another key has the same one in 16.8 million times.
    static let fingerprintBytes = 3
    /// The most keys of one filter: larger sets are cut into several, which are built one after the other.
    static let maximumKeys = 1 << 20
    /// Segments no longer than this: a longer one gains nothing.
    private static let maximumSegment = 18

    /// Mixed into every key; another is tried when the keys do not fit.
    let seed: UInt64
    /// The length of a segment is two to the power of this.
    let segmentBits: UInt8
    /// Segments that a first place may lie in, before two more; 0 for no key at all.
    let segments: UInt32

    /// The number of fingerprints.
    var places: Int { segments == 0 ? 0 : (Int(segments) + 2) << Int(segmentBits) }

    init(seed: UInt64, segmentBits: UInt8, segments: UInt32) {
        self.seed = seed
        self.segmentBits = segmentBits
        self.segments = segments
    }

    /// Chooses the lengths for a number of keys, as the paper does for three places.
    init(keys: Int, seed: UInt64) {
        self.seed = seed
        guard keys > 0 else {
            (segmentBits, segments) = (0, 0)
            return
        }
        // The paper's formulas want more than one key.
        let size = Double(max(keys, 2))
        segmentBits = UInt8(min(Self.maximumSegment, Int(log(size) / log(3.33) + 2.25)))
        let room = size * max(1.125, 0.875 + 0.25 * log(1_000_000) / log(size))
        let all = (Int(room) >> Int(segmentBits)) + 1
        segments = UInt32(max(1, all - 2))
    }

    /// A key mixed with the seed: each of its bits depends on each of the key's.
    func mixed(_ key: UInt64) -> UInt64 {
        // The finaliser of MurmurHash3, which loses nothing: different keys stay different.
        var hash = key &+ seed
        hash = (hash ^ hash >> 33) &* 0xff51_afd7_ed55_8ccd
        hash = (hash ^ hash >> 33) &* 0xc4ce_b9fe_1a85_ec53
        return hash ^ hash >> 33
    }

    /// The three places of a mixed key.
    func placesOf(_ mixed: UInt64) -> (Int, Int, Int) {
        let length = 1 << Int(segmentBits)
        let mask = UInt64(length - 1)
        let first = Int(mixed.multipliedFullWidth(by: UInt64(segments) << UInt64(segmentBits)).high)
        return (
            first, (first + length) ^ Int(mixed >> 18 & mask), (first + 2 * length) ^ Int(mixed & mask)
        )
    }

    /// The fingerprint of a mixed key.
    static func fingerprint(_ mixed: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: mixed ^ mixed >> 32) & 0xff_ffff
    }
}
