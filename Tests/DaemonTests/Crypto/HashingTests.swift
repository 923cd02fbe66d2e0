import SSPRDomain
import SSPRVocabulary
import Testing

@testable import SSPRCrypto

/// What the slow hash says yes and no to.
@Suite struct HashingTests {
    let pool: HashingPool

    init() throws {
        pool = try HashingPool(keys: CryptoFixture.knownRing(), cost: CryptoFixture.cheap(), threads: 1)
    }

    @Test func acceptsTheSecretAndNothingElse() throws {
        let verifier = try pool.verifier(for: Secret(text: "correct horse"))
        #expect(try pool.verify(Secret(text: "correct horse"), against: verifier))
        for wrong in ["", "correct hors", "correct horse ", "Correct horse", "correct horse\0"] {
            #expect(try !pool.verify(Secret(text: wrong), against: verifier), "\(wrong)")
        }
    }

    @Test func describesItsVerifiersAndSaltsEach() throws {
        let first = try pool.verifier(for: Secret(text: "same"))
        let second = try pool.verifier(for: Secret(text: "same"))
        #expect(first.passes == 1 && first.memoryKiB == 8192 && first.pepper == 1)
        #expect(first.salt.count == 16 && first.tag.count == 32)
        #expect(first.salt != second.salt && first.tag != second.tag)
    }

    @Test func hashesAnEmptySecretLikeAnyOther() throws {
        let verifier = try pool.verifier(for: Secret([UInt8]()))
        #expect(try pool.verify(Secret([UInt8]()), against: verifier))
        #expect(try !pool.verify(Secret([0]), against: verifier))
    }

    /// Expected values: Python's hashlib for the keyed BLAKE2b (subkey: salt 1 little-endian, person "ssprPepr"; then
    /// the framed label and secret), its output piped into `argon2 sixteen-byte-ok! -id -t T -k KIB -p 1 -l 32 -r`,
    /// which is the reference implementation.
    @Test(arguments: [
        (1, 8, "7db1f8e10fd206ab7190f7858873601e31e0a52d90a8479e16d17ac869d3bcf1"),
        (3, 1024, "5267b05a769f8b35a12451309a4ed83b993acd8a3cd2bbedbde399ef28f0563d"),
        (1, 8192, "f65b9a2b5d70599b51f70d109f0af9015a16786ebade72157d106fc0e0b43a11"),
        (2, 19_456, "67fe113f5541a95969241005b7619a2cdba627a93acab30501d2edc734e9e629"),
    ])
    func agreesWithTheReferenceImplementation(passes: UInt32, memoryKiB: UInt32, tag: String) throws {
        let verifier = Verifier(
            passes: passes, memoryKiB: memoryKiB, salt: Array("sixteen-byte-ok!".utf8),
            tag: CryptoFixture.bytes(tag), pepper: 1)
        #expect(try pool.verify(Secret(text: "correct horse battery staple"), against: verifier))
        #expect(try !pool.verify(Secret(text: "correct horse battery stapl"), against: verifier))
    }

    /// As above without the pepper: `printf password | argon2 ...`.
    @Test func hashesWithoutPepperAsTheReferenceImplementationDoes() throws {
        let output = try unsafe Array("password".utf8).withUnsafeBytes {
            try unsafe Argon2id.hash($0, salt: Array("sixteen-byte-ok!".utf8), cost: CryptoFixture.cheap())
        }
        Argon2id.releaseMemory()
        #expect(
            CryptoFixture.hex(output.tag) == "de9c4ffa2460d6f6e369957892ab998ea1ac6cdf7f958e6a26f37011bc9dc600")
    }

    /// attack E10: nothing is cut off, whatever the length.
    @Test(arguments: [63, 64, 72, 127, 128, 255, 256, 1023, 4096])
    func tellsSecretsApartThatBeginAlike(prefix: Int) throws {
        let common = [UInt8](repeating: 0x61, count: prefix)
        let verifier = try pool.verifier(for: Secret(common + [0x62]))
        #expect(try pool.verify(Secret(common + [0x62]), against: verifier))
        for other in [common, common + [0x63], common + [0x62, 0], common + [0x62, 0x62]] {
            #expect(try !pool.verify(Secret(other), against: verifier))
        }
    }

    @Test func needsThePepper() throws {
        let verifier = try pool.verifier(for: Secret(text: "secret"))
        let foreign = try HashingPool(keys: KeyRing(), cost: CryptoFixture.cheap(), threads: 1)
        #expect(try !foreign.verify(Secret(text: "secret"), against: verifier))
    }

    @Test func usesTheNewestPepperAndStillKnowsTheOlder() throws {
        let old = try pool.verifier(for: Secret(text: "secret"))
        let ring = try CryptoFixture.knownRing().addingPepper()
        let rotated = try HashingPool(keys: ring, cost: CryptoFixture.cheap(), threads: 1)
        let new = try rotated.verifier(for: Secret(text: "secret"))
        #expect(old.pepper == 1 && new.pepper == 2)
        #expect(try rotated.verify(Secret(text: "secret"), against: old))
        #expect(try rotated.verify(Secret(text: "secret"), against: new))
        #expect(throws: HashingError.unknownPepper(2)) { try pool.verify(Secret(text: "secret"), against: new) }
    }

    @Test func checksAtTheVerifiersOwnCost() throws {
        let dearer = try HashingPool(
            keys: CryptoFixture.knownRing(), cost: HashingCost(passes: 2, memoryKiB: 16_384), threads: 1)
        let verifier = try dearer.verifier(for: Secret(text: "secret"))
        #expect(verifier.passes == 2 && verifier.memoryKiB == 16_384)
        #expect(try pool.verify(Secret(text: "secret"), against: verifier))
    }

    @Test func hasADecoyThatCostsTheSameAndFitsNothing() throws {
        let decoy = pool.decoy
        #expect(decoy.passes == pool.cost.passes && decoy.memoryKiB == pool.cost.memoryKiB && decoy.pepper == 1)
        #expect(decoy.salt.count == 16 && decoy.tag.count == 32)
        for guess in ["", "decoy", "password"] { #expect(try !pool.verify(Secret(text: guess), against: decoy)) }
        #expect(pool.counts.hashed == 3)
    }

    @Test func hasADecoyThatCostsWhatAnotherVerifierCosts() throws {
        let other = Verifier(passes: 2, memoryKiB: 16_384, salt: [1], tag: [2], pepper: 1)
        let decoy = pool.decoy(like: other)
        #expect(decoy.passes == 2 && decoy.memoryKiB == 16_384 && decoy.pepper == 1)
        #expect(decoy.salt == pool.decoy.salt && decoy.tag == pool.decoy.tag)
        #expect(try !pool.verify(Secret(text: "decoy"), against: decoy))
        #expect(pool.decoy(like: nil) == pool.decoy)
    }

    @Test func refusesVerifiersThatCannotBe() throws {
        let good = try pool.verifier(for: Secret(text: "secret"))
        func changed(
            passes: UInt32? = nil, memoryKiB: UInt32? = nil, salt: [UInt8]? = nil, tag: [UInt8]? = nil
        ) -> Verifier {
            Verifier(
                passes: passes ?? good.passes, memoryKiB: memoryKiB ?? good.memoryKiB, salt: salt ?? good.salt,
                tag: tag ?? good.tag, pepper: good.pepper)
        }
        let damaged = [
            changed(passes: 0), changed(passes: 65), changed(passes: .max), changed(memoryKiB: 0),
            changed(memoryKiB: 7),
            changed(memoryKiB: 1_048_577), changed(memoryKiB: .max), changed(salt: []), changed(salt: good.salt + [0]),
            changed(tag: []), changed(tag: Array(good.tag.dropLast())),
        ]
        for verifier in damaged {
            #expect(throws: HashingError.self) { try pool.verify(Secret(text: "secret"), against: verifier) }
        }
        // The good one only: nothing was hashed for the others.
        #expect(pool.counts.hashed == 1)
    }

    @Test func acceptsCostsFromTheLibrarysMinimumToTheBound() throws {
        #expect(HashingCost.standard.passes == 3 && HashingCost.standard.memoryKiB == 65_536)
        _ = try HashingCost(passes: 1, memoryKiB: 8)
        _ = try HashingCost(passes: 64, memoryKiB: 1_048_576)
        #expect(throws: HashingCostError.self) { try HashingCost(passes: 0, memoryKiB: 8) }
        #expect(throws: HashingCostError.self) { try HashingCost(passes: 1, memoryKiB: 7) }
        #expect(throws: HashingCostError.self) { try HashingCost(passes: 65, memoryKiB: 8) }
        #expect(throws: HashingCostError.self) { try HashingCost(passes: 1, memoryKiB: 1_048_577) }
    }
}
