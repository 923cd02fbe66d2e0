import Foundation
import SSPRVocabulary
import Testing

@testable import SSPRCrypto

/// Filter files: what goes in is found, hardly anything else is, and nothing that is broken is taken.
@Suite(.timeLimit(.minutes(3))) struct PasswordFilterTests {
    let folder: CryptoFolder
    let path: String

    init() throws {
        folder = try CryptoFolder()
        path = folder.path + "/filter"
    }

    private static func digest(_ number: UInt64) -> PasswordDigest {
        var random = SplitMix64(seed: number)
        return PasswordDigest(leading: FilterFormat.bigEndian(random.next()))
    }

    @discardableResult
    private func build(_ numbers: some Sequence<UInt64>, keysPerShard: Int = 1 << 19) throws -> FilterBuilder.Written {
        var builder = FilterBuilder(keysPerShard: keysPerShard)
        for number in numbers { builder.add(Self.digest(number)) }
        return try builder.write(to: path) { _, _ in }
    }

    private func problem() -> FilterProblem? {
        do {
            _ = try PasswordFilter(at: path)
            return nil
        } catch {
            return error.problem
        }
    }

    @Test(arguments: [0, 1, 2, 3, 4, 10, 100, 1000, 20_000] as [UInt64])
    func whatGoesInIsFound(count: UInt64) throws {
        let written = try build(0..<count)
        #expect(written.count == count)
        let filter = try PasswordFilter(at: path)
        #expect(filter.count == count && filter.size == written.size)
        for number in 0..<count where try !filter.contains(Self.digest(number)) { Issue.record("\(number) is missing") }
        // One in 16.8 million; with these numbers none.
        let others = try (1_000_000..<1_050_000).count { try filter.contains(Self.digest(UInt64($0))) }
        #expect(others == 0)
    }

    @Test func manyShardsAreOneFilter() throws {
        try build(0..<20_000, keysPerShard: 100)
        let filter = try PasswordFilter(at: path)
        for number: UInt64 in 0..<20_000 where try !filter.contains(Self.digest(number)) {
            Issue.record("\(number) is missing")
        }
        #expect(try (1_000_000..<1_050_000).count { try filter.contains(Self.digest(UInt64($0))) } == 0)
    }

    @Test func theSamePasswordsGiveTheSameFileAndDoublesCountOnce() throws {
        try build(0..<3000)
        let first = try Data(contentsOf: URL(fileURLWithPath: path))
        let again = try build((0..<3000).reversed() + (0..<500))
        #expect(again.count == 3000)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == first)
        #expect(try folder.names() == ["filter"])
    }

    @Test func aPasswordIsItsSHA1() throws {
        // echo -n password | sha1sum
        let known = PasswordDigest(leading: [0x5b, 0xaa, 0x61, 0xe4, 0xc9, 0xb9, 0x3f, 0x3f])
        #expect(PasswordDigest(of: Secret(text: "password")) == known)
        var builder = FilterBuilder()
        builder.add(known)
        _ = try builder.write(to: path) { _, _ in }
        let filter = try PasswordFilter(at: path)
        #expect(try filter.contains(Secret(text: "password")) && !filter.contains(Secret(text: "Password")))
    }

    @Test func aChangedByteIsFound() throws {
        try build(0..<50)
        let good = try Data(contentsOf: URL(fileURLWithPath: path))
        for place in good.indices {
            var bad = good
            bad[place] ^= 0x10
            try bad.write(to: URL(fileURLWithPath: path))
            #expect(problem() != nil, "byte \(place)")
        }
        for length in [0, 8, 23, 24, 40, good.count - 33, good.count - 1] {
            try good.prefix(length).write(to: URL(fileURLWithPath: path))
            #expect(problem() != nil, "\(length) bytes")
        }
        try (good + [0]).write(to: URL(fileURLWithPath: path))
        #expect(problem() != nil)
        try Data(count: 4096).write(to: URL(fileURLWithPath: path))
        #expect(problem() == .foreign)
        try good.write(to: URL(fileURLWithPath: path))
        #expect(problem() == nil)
    }

    @Test func aHeadThatLiesAboutItsSizeIsRefusedBeforeAnythingIsRead() throws {
        // Four thousand million segments, and a right checksum over them.
        let shape = FuseShape(seed: 1, segmentBits: 18, segments: 1 << 22)
        var bytes = FilterFormat(count: 1, shapes: [shape]).bytes
        let sum = Blake2b(length: 32)
        sum.add(bytes)
        bytes += sum.finish()
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        guard case .damaged = problem() else { return #expect(Bool(false)) }
        bytes[11] = 2
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        #expect(problem() == .version(2))
    }

    @Test func whoseFileItIsMatters() throws {
        try build(0..<50)
        #expect(unsafe chmod(path, 0o664) == 0)
        #expect(problem() == .writable)
        #expect(unsafe chmod(path, 0o644) == 0)
        if geteuid() == 0 {
            #expect(unsafe chown(path, 12_345, 0) == 0)
            #expect(problem() == .foreignOwner(12_345))
            #expect(unsafe chown(path, 0, 0) == 0)
        }
        let file = path
        let link = folder.path + "/link"
        #expect(unsafe symlink(file, link) == 0)
        #expect(throws: FilterError.self) { try PasswordFilter(at: link) }
        let pipe = folder.path + "/pipe"
        #expect(unsafe mkfifo(pipe, 0o644) == 0)
        #expect(throws: FilterError.self, "and nobody waits for a writer") { try PasswordFilter(at: pipe) }
        #expect(throws: FilterError.self) { try PasswordFilter(at: folder.path) }
        #expect(throws: FilterError.self) { try PasswordFilter(at: folder.path + "/missing") }
    }

    @Test func invariant_I42_aFileThatIsShortenedWhileItIsInUseIsAnErrorAndNoCrash() throws {
        try build(0..<1000)
        let filter = try PasswordFilter(at: path)
        #expect(unsafe truncate(path, 100) == 0)
        #expect(throws: FilterError.self) { try filter.contains(Self.digest(7)) }
    }

    @Test func whatIsOpenStaysWhatItWas() throws {
        try build(0..<1000)
        let filter = try PasswordFilter(at: path)
        try build(5000..<5010)
        #expect(try filter.contains(Self.digest(7)) && PasswordFilter(at: path).contains(Self.digest(5003)))
    }
}
