import SSPRVocabulary

/// An account's recovery codes as they are kept: keyed hashes, each with a mark when it is used (feature F2).
///
/// They have 140 random bits, so a fast keyed hash is enough. The layout has one length, however many are used.
struct RecoveryCodes {
    /// How many a set has.
    static let count = 10
    /// With so few left their owner is reminded to make new ones.
    static let few = 3
    private static let hashLength = 32

    private var codes: [(hash: [UInt8], isUsed: Bool)]

    /// A new set.
    init(hashes: [[UInt8]]) { codes = hashes.map { ($0, false) } }

    /// Reads an opened payload; throws `SealBroken` for any other layout.
    init(_ payload: Secret) throws {
        let bytes = unsafe payload.withBytes { unsafe [UInt8]($0) }
        let size = Self.hashLength + 1
        guard bytes.count == Self.count * size else { throw SealBroken() }
        codes = stride(from: 0, to: bytes.count, by: size).map {
            (Array(bytes[($0 + 1)..<($0 + size)]), bytes[$0] != 0)
        }
    }

    /// How many can still be used.
    var left: Int { codes.count { !$0.isUsed } }

    func encoded() -> Secret { Secret(codes.flatMap { [$0.isUsed ? 1 : 0] + $0.hash }) }

    /// Compares with every code, also after the right one.
    func verdict(_ hash: [UInt8]) -> WrittenCodeVerdict {
        var verdict = WrittenCodeVerdict.wrong(.wrongSecret)
        for code in codes where constantTimeEqual(code.hash, hash) { verdict = code.isUsed ? .used : .fresh }
        return verdict
    }

    /// Marks a code as used.
    mutating func use(_ hash: [UInt8]) {
        for index in codes.indices where constantTimeEqual(codes[index].hash, hash) { codes[index].isUsed = true }
    }
}
