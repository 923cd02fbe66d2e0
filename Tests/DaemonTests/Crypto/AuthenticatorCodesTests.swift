import Foundation
import SSPRVocabulary
import Testing

@testable import SSPRCrypto

/// Codes of authenticator apps against the standards' vectors and against another implementation.
@Suite struct AuthenticatorCodesTests {
    let codes = AuthenticatorCodes()
    let rfcSeed = Secret(text: "12345678901234567890")

    /// RFC 4226 appendix D.
    @Test func agreesWithTheVectorsOfHOTP() {
        let expected = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
        ]
        #expect((0..<10).map { codes.code(seed: rfcSeed, step: $0).secret.revealText() } == expected)
    }

    /// RFC 6238 appendix B, SHA-1: eight digits, of which an app shows the last six.
    @Test(arguments: [
        (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
    ])
    func agreesWithTheVectorsOfTOTP(time: UInt64, expected: String) {
        #expect(codes.code(seed: rfcSeed, step: time / 30, digits: 8).secret.revealText() == expected)
        #expect(codes.code(seed: rfcSeed, step: time / 30).secret.revealText() == String(expected.suffix(6)))
    }

    /// 200 random seeds of 16 to 64 bytes and times up to the year 4147, by oathtool (Debian's package of that name).
    @Test func agreesWithOathtool() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let seed = SystemRandom.random(Int.random(in: 16...64, using: &generator))
            let time = UInt64.random(in: 0..<1 << 36, using: &generator)
            let digits = Bool.random(using: &generator) ? 6 : 8
            let expected = try Self.oathtool(seed: seed, time: time, digits: digits)
            let code = codes.code(seed: Secret(seed), step: time / 30, digits: digits)
            #expect(code.secret.revealText() == expected, "seed \(CryptoFixture.hex(seed)), time \(time)")
            if digits == 6 { #expect(codes.code(seed: Secret(seed), step: time / 30).secret == code.secret) }
        }
    }

    /// attack B13.
    @Test func refusesShortSeeds() throws {
        for count in [0, 1, 10, 15] {
            #expect(throws: SeedTooShort(bits: count * 8)) { try SeedLength.check(Secret(SystemRandom.random(count))) }
        }
        for count in [16, SeedLength.madeBytes, 64] { try SeedLength.check(Secret(SystemRandom.random(count))) }
        #expect(SeedLength.madeBytes == 20)
    }

    struct OathtoolFailed: Error, CustomStringConvertible {
        let status: Int32
        var description: String {
            status == 127
                ? "oathtool is missing: install the package of that name" : "oathtool ended with status \(status)"
        }
    }

    static func oathtool(seed: [UInt8], time: UInt64, digits: Int) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "oathtool", "--totp", "--now", "@\(time)", "--digits", "\(digits)", CryptoFixture.hex(seed),
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw OathtoolFailed(status: process.terminationStatus) }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
