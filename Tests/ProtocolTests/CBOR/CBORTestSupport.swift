import Foundation
import StrictCBOR
import Testing

/// One line of a vector file.
struct CBORVector: Decodable, Sendable, CustomTestStringConvertible {
    let hex: String
    let accepted: Bool
    let diagnostic: String?
    let reason: String?
    let offset: Int?
    let path: [UInt64]?
    let note: String?

    var testDescription: String { "\(hex.prefix(40)) \(note ?? diagnostic ?? "")" }

    /// The bytes of `hex`.
    func bytes() throws -> [UInt8] { try fromHexadecimal(hex) }

    /// The vectors of a file in spec/vectors/cbor.
    static func load(_ name: String) throws -> [CBORVector] {
        let file = repositoryRoot.appendingPathComponent("spec/vectors/cbor/\(name)")
        return try JSONDecoder().decode([CBORVector].self, from: Data(contentsOf: file))
    }

    /// The vectors of every file.
    static func loadAll() throws -> [CBORVector] {
        try ["appendix-a.json", "appendix-f.json", "profile.json"].flatMap(load)
    }
}

/// The folder that holds `spec` and `Tests`: four levels above this file.
let repositoryRoot = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }

/// A text that is not an even number of hexadecimal digits.
struct NotHexadecimal: Error {
    let text: String
}

/// The bytes of hexadecimal text.
func fromHexadecimal(_ text: String) throws -> [UInt8] {
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 2) else { throw NotHexadecimal(text: text) }
    return try stride(from: 0, to: digits.count, by: 2).map { index in
        guard let byte = UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16) else {
            throw NotHexadecimal(text: text)
        }
        return byte
    }
}

/// The hexadecimal text of bytes.
func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// What a closure that must refuse has thrown, or nil when it did not throw a `CBORError`.
func refusal(_ body: () throws -> Void) -> CBORError? {
    do {
        try body()
        return nil
    } catch {
        return error as? CBORError
    }
}

/// Reads `hex` as `type` with unknown keys refused.
func decode<T: Decodable>(_ type: T.Type, _ hex: String, unknownKeys: CBORDecoder.UnknownKeys = .refuse) throws -> T {
    try CBORDecoder(unknownKeys: unknownKeys).decode(type, from: fromHexadecimal(hex))
}

/// The hexadecimal text of the encoding of `value`.
func encode(_ value: some Encodable) throws -> String {
    try hexadecimal(CBOREncoder().encode(value))
}

/// Reproducible numbers (SplitMix64): a failure names the seed and can be run again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, cheaper than `Int.random` and as even as a test needs.
    mutating func below(_ bound: Int) -> Int { Int(next() >> 32) % bound }
}
