import Foundation
import Testing

@testable import SSPRCrypto

/// Rings, their rotation and their content.
@Suite struct KeyRingTests {
    @Test func drawsKeysThatAllDiffer() {
        let rings = (0..<50).map { _ in KeyRing() }
        let keys = rings.flatMap { [$0.sealing[1], $0.peppers[1], $0.tags, $0.decoy] }.compactMap { $0 }
        #expect(keys.count == 200)
        #expect(Set(keys.map { CryptoFixture.copy($0) }).count == 200)
        #expect(keys.allSatisfy { $0.count == 32 })
    }

    @Test func derivesSubkeysThatAllDiffer() {
        let master = CryptoFixture.key(from: 0)
        let families: [SubkeyFamily] = [.sealing, .pepper, .tag, .decoy]
        let subkeys = families.flatMap { family in (1...5).map { CryptoFixture.copy(master.subkey(family, $0)) } }
        #expect(Set(subkeys + [CryptoFixture.copy(master)]).count == 21)
    }

    @Test func addsKeysAndTouchesNoOther() throws {
        let ring = KeyRing()
        let rotated = try ring.addingSealingKey().addingSealingKey().addingPepper()
        #expect(rotated.newestSealingKey == 3 && rotated.newestPepper == 2)
        #expect(rotated.sealing.keys.sorted() == [1, 2, 3] && rotated.peppers.keys.sorted() == [1, 2])
        #expect(rotated.sealing[1] === ring.sealing[1] && rotated.peppers[1] === ring.peppers[1])
        #expect(rotated.tags === ring.tags && rotated.decoy === ring.decoy)
    }

    @Test func writesAndReadsAllKeys() throws {
        let ring = try KeyRing().addingSealingKey().addingPepper().addingPepper()
        let read = try KeyRingFormat.decode(KeyRingFormat.encode(ring), path: "ring")
        #expect(Self.content(read) == Self.content(ring))
        #expect(read.newestSealingKey == 2 && read.newestPepper == 3)
    }

    @Test func hasAnEnd() throws {
        var ring = KeyRing()
        while ring.sealing.count < KeyRingFormat.maximumKeys - 3 { ring = try ring.addingSealingKey() }
        #expect(throws: KeyRingError.full) { try ring.addingSealingKey() }
        #expect(throws: KeyRingError.full) { try ring.addingPepper() }
        let file = KeyRingFormat.encode(ring)
        #expect(file.count == KeyRingFormat.maximumBytes)
        #expect(Self.content(try KeyRingFormat.decode(file, path: "ring")) == Self.content(ring))
    }

    @Test func noticesEveryAlteredBit() throws {
        let file = CryptoFixture.copy(KeyRingFormat.encode(KeyRing()))
        for index in file.indices {
            for bit in 0..<8 {
                var altered = file
                altered[index] ^= 1 << bit
                #expect(throws: KeyRingError.self, "bit \(bit) of byte \(index)") { try Self.decode(altered) }
            }
        }
    }

    @Test func noticesEveryCutAndEveryAddition() throws {
        let file = CryptoFixture.copy(KeyRingFormat.encode(KeyRing()))
        for count in 1..<file.count {
            #expect(throws: KeyRingError.self, "\(count) bytes") { try Self.decode(Array(file.prefix(count))) }
        }
        #expect(throws: KeyRingError.self) { try Self.decode(file + [0]) }
        #expect(Self.content(try Self.decode(file)).count == 4)
    }

    @Test func saysThatAFormatIsNewer() {
        var file = CryptoFixture.copy(KeyRingFormat.encode(KeyRing()))
        file[15] = 2
        #expect(throws: KeyRingError.unknownVersion(path: "ring", version: 2)) { try Self.decode(file) }
    }

    /// Files whose checksum fits but whose keys cannot be.
    @Test(arguments: [
        [], [(1, 1), (2, 1), (3, 1)], [(1, 1), (2, 1), (4, 1)], [(1, 1), (3, 1), (4, 1)], [(2, 1), (3, 1), (4, 1)],
        [(1, 1), (1, 1), (2, 1), (3, 1), (4, 1)], [(1, 0), (2, 1), (3, 1), (4, 1)], [(1, 1), (2, 1), (3, 2), (4, 1)],
        [(1, 1), (2, 1), (3, 1), (4, 1), (4, 2)], [(1, 1), (2, 1), (3, 1), (4, 1), (5, 1)],
    ])
    func refusesImpossibleKeys(entries: [(kind: UInt8, number: UInt32)]) throws {
        #expect(throws: KeyRingError.self) { try Self.decode(Self.file(entries)) }
    }

    @Test func acceptsTheKeysThatMustBe() throws {
        let ring = try Self.decode(Self.file([(4, 1), (3, 1), (2, 7), (1, 9)]))
        #expect(ring.newestPepper == 7 && ring.newestSealingKey == 9)
    }

    /// Each key as kind, number and content.
    static func content(_ ring: KeyRing) -> Set<[UInt8]> {
        let keys =
            ring.sealing.map { (UInt8(1), $0.key, $0.value) } + ring.peppers.map { (UInt8(2), $0.key, $0.value) }
            + [(3, 1, ring.tags), (4, 1, ring.decoy)]
        return Set(keys.map { [$0.0] + bigEndianBytes($0.1) + CryptoFixture.copy($0.2) })
    }

    static func decode(_ bytes: [UInt8]) throws -> KeyRing {
        // Unsafe: lends the array for the copy.
        try KeyRingFormat.decode(unsafe bytes.withUnsafeBytes { unsafe GuardedBytes(copying: $0) }, path: "ring")
    }

    /// A file written by hand, as KeyRingFormat describes it.
    static func file(_ entries: [(kind: UInt8, number: UInt32)]) -> [UInt8] {
        var bytes = Array("ssprd key ring\n".utf8) + [1] + bigEndianBytes(UInt32(entries.count))
        for entry in entries { bytes += [entry.kind] + bigEndianBytes(entry.number) + SystemRandom.random(32) }
        let hash = Blake2b(length: 32)
        hash.add(bytes)
        return bytes + hash.finish()
    }
}
