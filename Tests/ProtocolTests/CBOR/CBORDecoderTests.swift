import StrictCBOR
import Testing

/// Reading: places of errors, conversions, unknown keys, unusual types.
@Suite struct CBORDecoderTests {
    /// Runs a closure as a type's `init(from:)`.
    private struct Reading: Decodable {
        @TaskLocal static var body: @Sendable (any Decoder) throws -> Void = { _ in }
        init(from decoder: any Decoder) throws { try Self.body(decoder) }
    }

    private func read(
        _ hex: String, unknownKeys: CBORDecoder.UnknownKeys = .refuse,
        _ body: @escaping @Sendable (any Decoder) throws -> Void
    ) throws {
        _ = try Reading.$body.withValue(body) { try decode(Reading.self, hex, unknownKeys: unknownKeys) }
    }

    private typealias Key = CBORTree.NumberKey

    // MARK: Places

    @Test func `A value that its type refuses is named by offset and path`() {
        // {1: "alice", 2: 1, 7: {1: ""}}: the street is empty.
        let street = "a30165616c696365020107a10160"
        #expect(
            refusal { _ = try decode(Sample.Account.self, street) }
                == CBORError(.invalidValue, offset: 13, path: [7, 1]))
        // {1: "", 2: 1, 5: "guest"}: no such role.
        let role = "a30160020105656775657374"
        #expect(refusal { _ = try decode(Sample.Account.self, role) } == CBORError(.invalidValue, offset: 6, path: [5]))
        // {1: h''}: the secret is empty.
        #expect(
            refusal { _ = try decode(Sample.Sealed.self, "a10140") } == CBORError(.invalidValue, offset: 2, path: [1]))
        // {1: h'01', 2: [h'02', h'']}
        let second = "a20141010282410240"
        #expect(
            refusal { _ = try decode(Sample.Sealed.self, second) } == CBORError(.invalidValue, offset: 8, path: [2, 1]))
    }

    @Test func `A wrong kind of value is named by offset and path`() {
        let cases: [(String, CBORError)] = [
            ("a201010201", CBORError(.wrongType, offset: 2, path: [1])),
            ("a201600260", CBORError(.wrongType, offset: 4, path: [2])),
            ("a301600200036130", CBORError(.wrongType, offset: 6, path: [3])),
            ("a30160020006" + "00", CBORError(.wrongType, offset: 6, path: [6])),
            ("a301600200046161", CBORError(.wrongType, offset: 6, path: [4])),
            ("a301600200" + "0780", CBORError(.wrongType, offset: 6, path: [7])),
            ("a301600200181e" + "82a201000280a2010002a0", CBORError(.wrongType, offset: 17, path: [30, 1, 2])),
            ("80", CBORError(.wrongType, offset: 0)),
            ("01", CBORError(.wrongType, offset: 0)),
        ]
        for (hex, expected) in cases {
            #expect(refusal { _ = try decode(Sample.Account.self, hex) } == expected, "\(hex)")
        }
    }

    @Test func `A missing entry is named`() {
        #expect(refusal { _ = try decode(Sample.Account.self, "a0") } == CBORError(.missingKey, offset: 0, path: [1]))
        #expect(
            refusal { _ = try decode(Sample.Account.self, "a10160") } == CBORError(.missingKey, offset: 0, path: [2]))
        let nested = "a301600200181e81a10101"
        #expect(
            refusal { _ = try decode(Sample.Account.self, nested) }
                == CBORError(.missingKey, offset: 8, path: [30, 0, 2]))
    }

    @Test func `Numbers are not converted`() {
        func reason<T: Decodable>(_ type: T.Type, _ hex: String) -> CBORError.Reason? {
            refusal { _ = try decode(type, hex) }?.reason
        }
        #expect(reason(UInt8.self, "190100") == .outOfRange)
        #expect(reason(UInt8.self, "20") == .outOfRange)
        #expect(reason(Int8.self, "1880") == .outOfRange)
        #expect(reason(Int8.self, "3880") == .outOfRange)
        #expect(reason(Int16.self, "398000") == .outOfRange)
        #expect(reason(UInt32.self, "1b0000000100000000") == .outOfRange)
        #expect(reason(Int64.self, "1b8000000000000000") == .outOfRange)
        #expect(reason(Int64.self, "3b8000000000000000") == .outOfRange)
        #expect(reason(Int64.self, "3bffffffffffffffff") == .outOfRange)
        #expect(reason(UInt64.self, "3bffffffffffffffff") == .outOfRange)
        #expect(reason(Double.self, "01") == .unsupported)
        #expect(reason(Float.self, "01") == .unsupported)
        #expect(reason(Bool.self, "01") == .wrongType)
        #expect(reason(Int.self, "f5") == .wrongType)
        #expect(reason(String.self, "4161") == .wrongType)
        #expect(reason(ByteString.self, "6161") == .wrongType)
        #expect(reason(Sample.Level.self, "01") == .invalidValue)
    }

    @Test func `An error says what and where in one line`() {
        #expect(CBORError(.keyOrder, offset: 17, path: [3, 1]).description == "keyOrder at byte 17 (path 3.1)")
        #expect(CBORError(.truncated, offset: 0).description == "truncated at byte 0")
    }

    // MARK: Unknown keys

    @Test(arguments: [
        ("a30160020009" + "00", 5, [9]),  // at the root
        ("a40160020008000900", 5, [8]),  // the first of two
        ("a3000001600200", 1, [0]),  // before all others
        ("a3016002001bffffffffffffffff00", 5, [UInt64.max]),  // too large for a coding key
        ("a30160020007a20161610900", 10, [7, 9]),  // in a nested map
        ("a301600200181e82a201000280a3010002800300", 18, [30, 1, 3]),  // in the second map of an array
    ])
    func `An unknown key is refused, or ignored`(_ hex: String, _ offset: Int, _ path: [UInt64]) throws {
        let expected = CBORError(.unknownKey, offset: offset, path: path)
        #expect(refusal { _ = try decode(Sample.Account.self, hex) } == expected)
        #expect(try decode(Sample.Account.self, hex, unknownKeys: .ignore).name == "")
    }

    @Test func `Whole trees behind unknown keys are skipped`() throws {
        let hex = "a5000101600200" + "0a83a101824100a000f5" + "1903e8a1016161"
        let account = try decode(Sample.Account.self, hex, unknownKeys: .ignore)
        #expect(account == Sample.Account(name: "", number: 0))
    }

    @Test func `Elements that nobody reads are refused, or ignored`() throws {
        let firstOfTwo: @Sendable (any Decoder) throws -> Void = { decoder in
            var list = try decoder.unkeyedContainer()
            _ = try list.decode(Int.self)
        }
        try read("8101", firstOfTwo)
        #expect(refusal { try read("820102", firstOfTwo) } == CBORError(.unknownKey, offset: 2, path: [1]))
        try read("820102", unknownKeys: .ignore, firstOfTwo)
    }

    @Test func `To ask whether a key is there is to know it, but not what is inside`() throws {
        let asks: @Sendable (any Decoder) throws -> Void = { decoder in
            let map = try decoder.container(keyedBy: Key.self)
            _ = map.contains(Key(intValue: 1))
        }
        try read("a10105", asks)
        #expect(refusal { try read("a101a10203", asks) } == CBORError(.unknownKey, offset: 3, path: [1, 2]))
    }

    // MARK: Unusual types

    @Test func `Keys may be asked for in any order, and twice`() throws {
        let hex = "a5010103031717181818181901f41901f4"
        try read(hex) { decoder in
            let map = try decoder.container(keyedBy: Key.self)
            for number in [500, 3, 24, 1, 23, 23, 1, 500] {
                #expect(try map.decode(Int.self, forKey: Key(intValue: number)) == number)
            }
            for absent in [0, 2, 4, 25, 501, -1] {
                #expect(!map.contains(Key(intValue: absent)))
                #expect(try map.decodeIfPresent(Int.self, forKey: Key(intValue: absent)) == nil)
            }
            #expect(map.allKeys.map(\.number) == [1, 3, 23, 24, 500])
            let again = try decoder.container(keyedBy: Key.self)
            #expect(try again.decode(Int.self, forKey: Key(intValue: 3)) == 3)
        }
    }

    @Test func `Nested containers are read in place`() throws {
        try read("a2040709a2018305a100f580026178") { decoder in
            let map = try decoder.container(keyedBy: Key.self)
            #expect(try map.decode(Int.self, forKey: Key(intValue: 4)) == 7)
            let inner = try map.nestedContainer(keyedBy: Key.self, forKey: Key(intValue: 9))
            #expect(try inner.decode(String.self, forKey: Key(intValue: 2)) == "x")
            var list = try inner.nestedUnkeyedContainer(forKey: Key(intValue: 1))
            #expect(list.count == 3)
            #expect(try list.decode(Int.self) == 5)
            #expect(try list.nestedContainer(keyedBy: Key.self).decode(Bool.self, forKey: Key(intValue: 0)))
            #expect(try list.nestedUnkeyedContainer().isAtEnd)
            #expect(list.isAtEnd)
            #expect(list.codingPath.compactMap(\.intValue) == [9, 1])
        }
    }

    @Test func `An element of the wrong kind may be tried again`() throws {
        try read("820161" + "61") { decoder in
            var list = try decoder.unkeyedContainer()
            #expect((try? list.decode(String.self)) == nil)
            #expect(try list.decode(Int.self) == 1)
            #expect(list.currentIndex == 1)
            #expect(try list.decode(String.self) == "a")
            let error = refusal { _ = try list.decode(Int.self) }
            #expect(error == CBORError(.missingKey, offset: 0, path: [2]))
        }
    }

    private enum NamedKey: String, CodingKey {
        case name
    }

    @Test func `What has no place in the profile is refused`() {
        let bodies: [@Sendable (any Decoder) throws -> Void] = [
            { _ = try $0.container(keyedBy: NamedKey.self).decode(Int.self, forKey: .name) },
            { _ = try $0.container(keyedBy: Key.self).decode(Int.self, forKey: Key(intValue: -1)) },
            { _ = try $0.container(keyedBy: Key.self).decode(Double.self, forKey: Key(intValue: 1)) },
            { _ = try $0.container(keyedBy: Key.self).superDecoder() },
            { _ = try $0.container(keyedBy: Key.self).superDecoder(forKey: Key(intValue: 1)) },
        ]
        for body in bodies {
            #expect(refusal { try read("a10102", body) }?.reason == .unsupported)
        }
    }

    @Test func `A key set of texts finds nothing and hides nothing`() {
        let error = refusal {
            try read("a10102") { decoder in
                let keys = try decoder.container(keyedBy: NamedKey.self).allKeys
                #expect(keys.isEmpty)
            }
        }
        #expect(error == CBORError(.unknownKey, offset: 1, path: [1]))
    }

    @Test func `The limits of the decoder count`() {
        let decoder = CBORDecoder(unknownKeys: .refuse, limits: CBORLimits(bytes: 4, items: 100))
        #expect(refusal { _ = try decoder.decode([Int].self, from: [0x84, 1, 2, 3, 4]) }?.reason == .tooLarge)
    }
}
