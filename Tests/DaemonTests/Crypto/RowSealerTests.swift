import SSPRDomain
import SSPRVocabulary
import Testing

@testable import SSPRCrypto

/// What opens a sealed value, and what does not (attack G6).
@Suite struct RowSealerTests {
    let ring = KeyRing()
    let row = RowIdentity(.method, row: 7, account: 42)

    @Test(arguments: [0, 1, 20, 254, 1024])
    func opensWhatItSealed(length: Int) throws {
        let sealer = RowSealer(keys: ring)
        let content = SystemRandom.random(length)
        let sealed = try sealer.seal(Secret(content), for: row)
        #expect(sealed.key == 1)
        #expect(sealed.bytes.count == length + RowSealer.overhead && RowSealer.overhead == 40)
        #expect(CryptoFixture.copy(try sealer.open(sealed, for: row)) == content)
    }

    @Test func neverSealsTheSameBytesTwice() throws {
        let sealer = RowSealer(keys: ring)
        let sealed = try (0..<100).map { _ in try sealer.seal(Secret(text: "seed"), for: row).bytes }
        #expect(Set(sealed).count == 100)
        #expect(Set(sealed.map { $0.prefix(24) }).count == 100)
    }

    @Test func opensForItsOwnRowOnly() throws {
        let sealer = RowSealer(keys: ring)
        let sealed = try sealer.seal(Secret(text: "seed"), for: row)
        let others = [
            RowIdentity(.enrolment, row: 7, account: 42), RowIdentity(.delivery, row: 7, account: 42),
            RowIdentity(.method, row: 8, account: 42), RowIdentity(.method, row: 7, account: 43),
            RowIdentity(.method, row: 42, account: 7), RowIdentity(.method, row: 7, account: 0),
            RowIdentity(.method, row: 7 << 8, account: 42), RowIdentity(.method, row: 0, account: 7 << 8 | 42),
        ]
        for other in others { #expect(throws: SealBroken.self, "\(other)") { try sealer.open(sealed, for: other) } }
    }

    @Test func noticesEveryAlteredByteAndEveryCut() throws {
        let sealer = RowSealer(keys: ring)
        let sealed = try sealer.seal(Secret(text: "a seed of twenty byt"), for: row)
        for index in sealed.bytes.indices {
            for bit in 0..<8 {
                var bytes = sealed.bytes
                bytes[index] ^= 1 << bit
                #expect(throws: SealBroken.self) { try sealer.open(Sealed(key: 1, bytes: bytes), for: row) }
            }
        }
        for count in sealed.bytes.indices {
            let cut = Sealed(key: 1, bytes: Array(sealed.bytes.prefix(count)))
            #expect(throws: SealBroken.self) { try sealer.open(cut, for: row) }
        }
        #expect(throws: SealBroken.self) { try sealer.open(Sealed(key: 1, bytes: sealed.bytes + [0]), for: row) }
    }

    @Test func needsTheKey() throws {
        let sealed = try RowSealer(keys: ring).seal(Secret(text: "seed"), for: row)
        #expect(throws: SealBroken.self) { try RowSealer(keys: KeyRing()).open(sealed, for: row) }
    }

    @Test func sealsUnderTheNewestKeyAndOpensUnderAll() throws {
        let old = try RowSealer(keys: ring).seal(Secret(text: "seed"), for: row)
        let rotated = RowSealer(keys: try ring.addingSealingKey())
        let new = try rotated.seal(Secret(text: "seed"), for: row)
        #expect(old.key == 1 && new.key == 2)
        #expect(try rotated.open(old, for: row) == Secret(text: "seed"))
        #expect(try rotated.open(new, for: row) == Secret(text: "seed"))
        for sealed in [
            Sealed(key: 2, bytes: old.bytes), Sealed(key: 1, bytes: new.bytes), Sealed(key: 3, bytes: new.bytes),
        ] {
            #expect(throws: SealBroken.self) { try rotated.open(sealed, for: row) }
        }
        #expect(throws: SealBroken.self) { try RowSealer(keys: ring).open(new, for: row) }
    }

    /// The key's number is bound as well, even where two numbers hold the same key.
    @Test func bindsTheKeysNumber() throws {
        let key = CryptoFixture.key(from: 1)
        let ring = try #require(KeyRing(sealing: [1: key, 2: key], peppers: [1: key], tags: key, decoy: key))
        let sealer = RowSealer(keys: ring)
        let sealed = try sealer.seal(Secret(text: "seed"), for: row)
        #expect(sealed.key == 2)
        #expect(throws: SealBroken.self) { try sealer.open(Sealed(key: 1, bytes: sealed.bytes), for: row) }
    }
}
