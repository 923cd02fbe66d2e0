import Foundation
import SSPRVocabulary
import Testing

@testable import SSPRCrypto

/// What the tests of this folder share.
enum CryptoFixture {
    /// A cost that takes milliseconds.
    static func cheap() throws -> HashingCost { try HashingCost(passes: 1, memoryKiB: 8192) }

    /// A ring of known keys: pepper 0...31, tags 32...63, decoy 64...95, sealing 96...127.
    static func knownRing() throws -> KeyRing {
        try #require(
            KeyRing(sealing: [1: key(from: 96)], peppers: [1: key(from: 0)], tags: key(from: 32), decoy: key(from: 64)))
    }

    /// 32 bytes that count up.
    static func key(from first: UInt8) -> GuardedBytes {
        // Unsafe: lends the array for the copy.
        unsafe Array(first..<first + 32).withUnsafeBytes { unsafe GuardedBytes(copying: $0) }
    }

    /// The bytes of a hexadecimal text.
    static func bytes(_ hex: String) -> [UInt8] {
        var digits = hex.compactMap(\.hexDigitValue)[...]
        var bytes: [UInt8] = []
        while digits.count >= 2 { bytes.append(UInt8(digits.removeFirst() << 4 | digits.removeFirst())) }
        return bytes
    }

    /// Bytes in hexadecimal.
    static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// A copy of guarded bytes.
    static func copy(_ bytes: GuardedBytes) -> [UInt8] {
        // Unsafe: lends the bytes for the copy.
        unsafe bytes.withBytes { unsafe Array($0) }
    }

    /// A copy of a secret.
    static func copy(_ secret: Secret) -> [UInt8] {
        // Unsafe: lends the bytes for the copy.
        unsafe secret.withBytes { unsafe Array($0) }
    }
}

/// A folder of the test's own that goes with it.
final class CryptoFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/sspr-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            Issue.record(error, "the test's folder stays behind")
        }
    }

    /// The names in the folder.
    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
}
