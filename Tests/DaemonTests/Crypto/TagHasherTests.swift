import SSPRDomain
import SSPRVocabulary
import Testing

@testable import SSPRCrypto

/// Keyed hashes and the hash of the audit chain.
@Suite struct TagHasherTests {
    /// Expected values: Python's hashlib.blake2b, subkeys with the purpose as salt and the family as person.
    @Test func agreesWithAnotherImplementation() throws {
        let tags = try TagHasher(keys: CryptoFixture.knownRing())
        let code = tags.tag(.code, Secret(text: "123456"), context: Array("recovery 7".utf8))
        #expect(CryptoFixture.hex(code) == "04581e51c5d48cba4f453edb79475af04c24066af38d13f68fb50f895037f97d")
        let decoy = tags.tag(.decoy, Array("alice".utf8))
        #expect(CryptoFixture.hex(decoy) == "ecea8b22513dbb1b2711d47a4cdcfe08d6478d3e6e95963e373e303f5a87356d")
    }

    @Test func givesEachPurposeItsOwnHash() {
        let tags = TagHasher(keys: KeyRing())
        let parts = TagPurpose.allCases.map { tags.tag($0, [1, 2, 3]) }
        let secrets = TagPurpose.allCases.map { tags.tag($0, Secret([1, 2, 3]), context: []) }
        #expect(Set(parts + secrets).count == 2 * TagPurpose.allCases.count)
        #expect((parts + secrets).allSatisfy { $0.count == 32 })
    }

    @Test func isTheSameTwiceAndAnotherUnderAnotherRing() {
        let ring = KeyRing()
        let (one, two, other) = (TagHasher(keys: ring), TagHasher(keys: ring), TagHasher(keys: KeyRing()))
        for purpose in TagPurpose.allCases {
            #expect(one.tag(purpose, [1], [2]) == two.tag(purpose, [1], [2]))
            #expect(one.tag(purpose, [1], [2]) != other.tag(purpose, [1], [2]))
        }
    }

    @Test func framesItsParts() {
        let tags = TagHasher(keys: KeyRing())
        let alike: [[UInt8]] = [
            tags.tag(.stranger), tags.tag(.stranger, []), tags.tag(.stranger, [], []),
            tags.tag(.stranger, [1, 2, 3]), tags.tag(.stranger, [1, 2], [3]), tags.tag(.stranger, [1], [2, 3]),
            tags.tag(.stranger, [], [1, 2, 3]), tags.tag(.stranger, [1, 2, 3], []), tags.tag(.stranger, [1], [2], [3]),
            tags.tag(.stranger, Secret([3]), context: [1, 2]), tags.tag(.stranger, Secret([2, 3]), context: [1]),
            tags.tag(.stranger, Secret([1, 2, 3]), context: []),
            tags.tag(.stranger, Secret([UInt8]()), context: [1, 2, 3]),
        ]
        #expect(Set(alike).count == alike.count)
    }

    /// Handles and grants are kept as tags; a rotation must not end them.
    @Test func survivesRotation() throws {
        let ring = KeyRing()
        let rotated = TagHasher(keys: try ring.addingSealingKey().addingPepper())
        for purpose in TagPurpose.allCases {
            #expect(TagHasher(keys: ring).tag(purpose, [1]) == rotated.tag(purpose, [1]))
        }
    }

    /// Expected value: Python's hashlib.blake2b over 32 zero bytes, the number 1 and "event".
    @Test func linksTheAuditChain() {
        let start = [UInt8](repeating: 0, count: 32)
        let link = ChainHash.link(previous: start, sequence: 1, bytes: Array("event".utf8))
        #expect(CryptoFixture.hex(link) == "4f60f8d1f055ff38f6465d6256e7fef629b4bf8c230d153fa38cfd25eef6150a")
        #expect(link.count == ChainHash.length)
        #expect(link != ChainHash.link(previous: start, sequence: 2, bytes: Array("event".utf8)))
        #expect(link != ChainHash.link(previous: start, sequence: 1, bytes: Array("evens".utf8)))
        #expect(link != ChainHash.link(previous: link, sequence: 1, bytes: Array("event".utf8)))
    }
}
