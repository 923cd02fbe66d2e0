import SSPRDomain
import SSPRVocabulary
import Testing

@testable import SSPRCrypto

/// The memory that a hashing thread keeps.
@Suite struct HashMemoryTests {
    static let input = Array("input of a hash".utf8)
    static let salt = Array("sixteen-byte-ok!".utf8)

    /// Hashes on the calling thread.
    static func hash(memoryKiB: UInt32, beforeWiping: () -> Void = {}) throws -> Argon2id.Output {
        let cost = try HashingCost(passes: 1, memoryKiB: memoryKiB)
        // Unsafe: lends the input for the time of the hash.
        return try unsafe input.withUnsafeBytes {
            try unsafe Argon2id.hash($0, salt: salt, cost: cost, beforeWiping: beforeWiping)
        }
    }

    /// In a build with a sanitizer, which interposes the same symbols, hashing must work without kept memory.
    @Test func isKeptExactlyWhereNoSanitizerInterposes() throws {
        Argon2id.releaseMemory()
        defer { Argon2id.releaseMemory() }
        let isUsed = try Self.hash(memoryKiB: 8192).memory != .unused
        #expect(isUsed == Argon2id.keepsMemory)
        #expect(Argon2id.keptBytes == (Argon2id.keepsMemory ? 8 << 20 : 0))
    }

    @Suite(.enabled(if: Argon2id.keepsMemory, "a sanitizer interposes the same symbols: no memory is kept"))
    struct Kept {
        /// Also proves that interposition is in effect in the very executable that runs these tests.
        @Test func isLentAgainAndChangesNoHash() throws {
            Argon2id.releaseMemory()
            defer { Argon2id.releaseMemory() }
            let first = try HashMemoryTests.hash(memoryKiB: 8192)
            let second = try HashMemoryTests.hash(memoryKiB: 8192)
            #expect(first.memory == .fresh && second.memory == .reused)
            #expect(first.tag == second.tag)
            #expect(Argon2id.keptBytes == 8 << 20)
            Argon2id.releaseMemory()
            #expect(Argon2id.keptBytes == 0)
            let third = try HashMemoryTests.hash(memoryKiB: 8192)
            #expect(third.memory == .fresh && third.tag == first.tag)
        }

        @Test func isWipedAfterEachHash() throws {
            defer { Argon2id.releaseMemory() }
            for _ in 0..<2 {
                var dirty = 0
                _ = try HashMemoryTests.hash(memoryKiB: 4096) { dirty = Argon2id.dirtyBytes }
                #expect(dirty > 4_000_000, "the hash must have been computed in the kept memory")
                #expect(Argon2id.dirtyBytes == 0)
            }
        }

        @Test func growsForADearerHashAndServesACheaperOne() throws {
            Argon2id.releaseMemory()
            defer { Argon2id.releaseMemory() }
            #expect(try HashMemoryTests.hash(memoryKiB: 1024).memory == .fresh)
            #expect(Argon2id.keptBytes == 2 << 20)
            #expect(try HashMemoryTests.hash(memoryKiB: 8192).memory == .fresh)
            #expect(Argon2id.keptBytes == 8 << 20)
            // Not a multiple of four blocks: libsodium asks for a little less.
            for memoryKiB: UInt32 in [8, 9, 1023, 1024, 4099, 8191] {
                #expect(try HashMemoryTests.hash(memoryKiB: memoryKiB).memory == .reused, "\(memoryKiB)")
                #expect(Argon2id.dirtyBytes == 0)
            }
        }

        @Test func isKeptByEachThreadOfThePool() throws {
            let seen = Guarded<[(kept: Int, dirty: Int)]>([])
            let pool = try HashingPool(keys: KeyRing(), cost: CryptoFixture.cheap(), threads: 1, places: 0) {
                seen.withLock { $0.append((Argon2id.keptBytes, Argon2id.dirtyBytes)) }
            }
            for _ in 0..<5 { _ = try pool.verifier(for: Secret(text: "secret")) }
            #expect(seen.withLock { $0.map(\.kept) } == [0] + [Int](repeating: 8 << 20, count: 4))
            #expect(seen.withLock { $0.map(\.dirty) } == [0, 0, 0, 0, 0])
            #expect(pool.counts.freshMemory == 1 && pool.counts.reusedMemory == 4)
        }

        /// A verifier from the days of a higher cost does not raise the ceiling for good.
        @Test func shrinksAfterADearerVerifier() throws {
            let ring = KeyRing()
            let dear = try HashingPool(keys: ring, cost: HashingCost(passes: 1, memoryKiB: 16_384), threads: 1)
                .verifier(for: Secret(text: "secret"))
            let kept = Guarded<[Int]>([])
            let pool = try HashingPool(keys: ring, cost: CryptoFixture.cheap(), threads: 1, places: 0) {
                kept.withLock { $0.append(Argon2id.keptBytes) }
            }
            _ = try pool.verifier(for: Secret(text: "secret"))
            #expect(try pool.verify(Secret(text: "secret"), against: dear))
            _ = try pool.verifier(for: Secret(text: "secret"))
            #expect(kept.withLock { $0 } == [0, 8 << 20, 0])
        }
    }
}
