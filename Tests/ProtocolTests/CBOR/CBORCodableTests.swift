import Foundation
import StrictCBOR
import Testing

/// Values there and back.
@Suite struct CBORCodableTests {
    @Test func `A message has the bytes written by hand`() throws {
        let account = try Sample.account()
        #expect(try encode(account) == Sample.accountHexadecimal)
        #expect(try decode(Sample.Account.self, Sample.accountHexadecimal) == account)
    }

    @Test func `Absent values are left out`() throws {
        let account = Sample.Account(name: "", number: 0)
        #expect(try encode(account) == "a201600200")
        #expect(try decode(Sample.Account.self, "a201600200") == account)
    }

    @Test func `A type without properties is an empty map`() throws {
        #expect(try encode(Sample.Nothing()) == "a0")
        #expect(try decode(Sample.Nothing.self, "a0") == Sample.Nothing())
        #expect(refusal { _ = try decode(Sample.Nothing.self, "01") }?.reason == .wrongType)
        #expect(refusal { _ = try decode(Sample.Nothing.self, "80") }?.reason == .wrongType)
        #expect(
            refusal { _ = try decode(Sample.Nothing.self, "a10102") } == CBORError(.unknownKey, offset: 1, path: [1]))
        #expect(try decode(Sample.Nothing.self, "a10102", unknownKeys: .ignore) == Sample.Nothing())
        #expect(try encode(Sample.Holder(value: Sample.Nothing())) == "a101a0")
        #expect(refusal { _ = try decode(Sample.Holder<Sample.Nothing>.self, "a10100") }?.path == [1])
    }

    @Test func `Integers keep their value at every border`() throws {
        try roundTrip([Int8.min, -25, -24, -1, 0, 23, 24, .max])
        try roundTrip([Int16.min, -257, -256, 255, 256, .max])
        try roundTrip([Int32.min, -65_537, -65_536, 65_535, 65_536, .max])
        try roundTrip([Int64.min, -1 << 32, (-1 << 32) - 1, 1 << 32, (1 << 32) - 1, .max])
        try roundTrip([Int.min, -1, 0, .max])
        try roundTrip([UInt8.min, 23, 24, .max])
        try roundTrip([UInt16.min, 255, 256, .max])
        try roundTrip([UInt32.min, 65_535, 65_536, .max])
        try roundTrip([UInt64.min, (1 << 32) - 1, 1 << 32, 1 << 63, .max])
        try roundTrip([UInt.min, .max])
        #expect(try encode(Int64.min) == "3b7fffffffffffffff")
        #expect(try encode(UInt64.max) == "1bffffffffffffffff")
    }

    private func roundTrip<I: FixedWidthInteger & Codable & Sendable>(_ numbers: [I]) throws {
        let encoder = CBOREncoder()
        let decoder = CBORDecoder(unknownKeys: .refuse)
        #expect(try decoder.decode([I].self, from: encoder.encode(numbers)) == numbers)
        for number in numbers {
            #expect(try decoder.decode(I.self, from: encoder.encode(number)) == number)
            let holder = Sample.Holder(value: number)
            #expect(try decoder.decode(Sample.Holder<I>.self, from: encoder.encode(holder)).value == number)
        }
    }

    @Test func `Booleans, texts and lists of lists`() throws {
        #expect(try encode([true, false]) == "82f5f4")
        #expect(try decode([Bool].self, "82f5f4") == [true, false])
        let texts = [["", "水"], [], [String(repeating: "x", count: 300)]]
        #expect(try decode([[String]].self, encode(texts)) == texts)
        #expect(try decode(String.self, encode("a\u{0}b")) == "a\u{0}b")
    }

    @Test func `A byte array is a list of numbers and a byte string is not`() throws {
        #expect(try encode([UInt8]([1, 200])) == "820118c8")
        #expect(try encode(ByteString([1, 200])) == "4201c8")
        #expect(try decode(ByteString.self, "4201c8").bytes == [1, 200])
        #expect(refusal { _ = try decode(ByteString.self, "820118c8") }?.reason == .wrongType)
        #expect(refusal { _ = try decode([UInt8].self, "4201c8") }?.reason == .wrongType)
    }

    @Test func `Byte string types never see their own Codable methods`() throws {
        let value = Sample.Disguised(cborBytes: [1, 2])
        #expect(try encode(value) == "420102")
        #expect(try decode(Sample.Disguised.self, "420102") == value)
        #expect(try encode([value]) == "81420102")
        #expect(try decode([Sample.Disguised].self, "81420102") == [value])
        let holder = try decode(Sample.Holder<Sample.Disguised?>.self, encode(Sample.Holder(value: Optional(value))))
        #expect(holder.value == value)
    }

    @Test func `A secret goes through this coder and through no other`() throws {
        let sealed = Sample.Sealed(
            hidden: try Sample.Hidden(cborBytes: [1, 2]), others: [try Sample.Hidden(cborBytes: [3])])
        #expect(try encode(sealed) == "a201420102028" + "14103")
        let back = try decode(Sample.Sealed.self, "a20142010202814103")
        #expect(back.hidden.content == [1, 2])
        #expect(back.others?.map(\.content) == [[3]])
        #expect(refusal { _ = try JSONEncoder().encode(sealed) }?.reason == .unsupported)
        let json = Data(#"{"hidden": "AQI="}"#.utf8)
        #expect(throws: (any Error).self) { try JSONDecoder().decode(Sample.Sealed.self, from: json) }
    }

    @Test func `A kept array survives the wiping of the decoder's copy`() throws {
        let content = (0..<200).map { UInt8($0) }
        let bytes = CBORItem.bytes(content).encoded()
        let hidden = try CBORDecoder(unknownKeys: .refuse).decode(Sample.Hidden.self, from: bytes)
        #expect(hidden.content == content)
    }

    @Test func `Other coders see a byte string as numbers`() throws {
        let json = try JSONEncoder().encode(ByteString([1, 2]))
        #expect(String(decoding: json, as: UTF8.self) == "[1,2]")
        #expect(try JSONDecoder().decode(ByteString.self, from: json) == ByteString([1, 2]))
    }

    @Test func `A dictionary with numbers as keys is a map`() throws {
        let names = [300: "c", 1: "a", 24: "b"]
        #expect(try encode(names) == "a3016161181861621901" + "2c6163")
        #expect(try decode([Int: String].self, encode(names)) == names)
        let many = Dictionary(uniqueKeysWithValues: (0..<5000).map { ($0, $0 * 3) })
        #expect(try decode([Int: Int].self, encode(many)) == many)
    }

    @Test func `A message larger than the first buffer is whole`() throws {
        let texts = (0..<400).map { String(repeating: "z", count: $0) }
        #expect(try decode([String].self, encode(texts)) == texts)
        let bytes = ByteString([UInt8](repeating: 9, count: 70_000))
        #expect(try decode(ByteString.self, encode(bytes)) == bytes)
    }

    @Test func `Wiping leaves nothing and keeps other owners`() {
        var bytes: [UInt8] = [1, 2, 3]
        let other = bytes
        wipe(&bytes)
        #expect(bytes.isEmpty)
        #expect(other == [1, 2, 3])
    }
}
