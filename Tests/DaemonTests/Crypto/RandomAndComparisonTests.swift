import SSPRCrypto
import SSPRVocabulary
import Testing

/// Random bytes, and the one comparison for secrets.
@Suite struct RandomAndComparisonTests {
    @Test func drawsAsManyBytesAsAsked() {
        for count in [0, 1, 16, 32, 4096] { #expect(SystemRandom.random(count).count == count) }
    }

    /// attack A14: no handle comes twice.
    @Test func drawsNothingTwice() {
        #expect(Set((0..<100_000).map { _ in SystemRandom.random(16) }).count == 100_000)
    }

    @Test func drawsEveryByteEverywhere() {
        var seen = [Set<UInt8>](repeating: [], count: 8)
        for _ in 0..<10_000 {
            for (index, byte) in SystemRandom.random(8).enumerated() { seen[index].insert(byte) }
        }
        #expect(seen.allSatisfy { $0.count == 256 })
    }

    /// attack C6: the result; its time is measured by the bench.
    @Test func comparesEveryByte() {
        let bytes = SystemRandom.random(33)
        #expect(constantTimeEqual(bytes, bytes))
        #expect(constantTimeEqual([], []))
        for index in bytes.indices {
            for bit in 0..<8 {
                var other = bytes
                other[index] ^= 1 << bit
                #expect(!constantTimeEqual(bytes, other))
                #expect(!(Secret(bytes) == Secret(other)))
            }
            #expect(!constantTimeEqual(bytes, Array(bytes.prefix(index))))
            #expect(!constantTimeEqual(Array(bytes.prefix(index)), bytes))
        }
        #expect(Secret(bytes) == Secret(bytes))
    }
}
