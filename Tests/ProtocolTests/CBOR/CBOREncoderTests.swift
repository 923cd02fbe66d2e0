import StrictCBOR
import Testing

/// What the encoder does for types that write in unusual ways, and what it refuses.
@Suite struct CBOREncoderTests {
    /// Runs a closure as a type's `encode(to:)`.
    private struct Writing: Encodable {
        let body: (any Encoder) throws -> Void
        func encode(to encoder: any Encoder) throws { try body(encoder) }
    }

    private func written(_ body: @escaping (any Encoder) throws -> Void) throws -> String {
        try encode(Writing(body: body))
    }

    private typealias Key = CBORTree.NumberKey

    @Test func `Entries come out sorted`() throws {
        let hex = try written { encoder in
            var map = encoder.container(keyedBy: Key.self)
            for number in [500, 3, 24, 1, 23] { try map.encode(number, forKey: Key(intValue: number)) }
        }
        #expect(hex == "a5010103031717181818181901f41901f4")
    }

    @Test(arguments: [23, 24, 255, 256, 70_000])
    func `The head fits the number of entries`(count: Int) throws {
        let numbers = Array(0..<count)
        let map = try encode(Dictionary(uniqueKeysWithValues: numbers.map { ($0, 0) }))
        let array = try encode(numbers)
        let item = CBORItem.map(Dictionary(uniqueKeysWithValues: numbers.map { (UInt64($0), .unsigned(0)) }))
        #expect(map == hexadecimal(item.encoded()))
        #expect(array == hexadecimal(CBORItem.array(numbers.map { .unsigned(UInt64($0)) }).encoded()))
    }

    @Test func `Nested containers are written in place`() throws {
        let hex = try written { encoder in
            var map = encoder.container(keyedBy: Key.self)
            var inner = map.nestedContainer(keyedBy: Key.self, forKey: Key(intValue: 9))
            try inner.encode("x", forKey: Key(intValue: 2))
            var list = inner.nestedUnkeyedContainer(forKey: Key(intValue: 1))
            try list.encode(5)
            var deepest = list.nestedContainer(keyedBy: Key.self)
            try deepest.encode(true, forKey: Key(intValue: 0))
            _ = list.nestedUnkeyedContainer()
            #expect(list.count == 3)
            try map.encode(7, forKey: Key(intValue: 4))
        }
        #expect(hex == "a2040709a2018305a100f580026178")
    }

    @Test func `The same container may be asked for twice`() throws {
        let hex = try written { encoder in
            var first = encoder.container(keyedBy: Key.self)
            try first.encode(1, forKey: Key(intValue: 1))
            var second = encoder.container(keyedBy: Key.self)
            try second.encode(2, forKey: Key(intValue: 2))
        }
        #expect(hex == "a201010202")
    }

    @Test func `A value of one value is that value`() throws {
        let hex = try written { encoder in
            var single = encoder.singleValueContainer()
            try single.encode(Sample.Level.high)
        }
        #expect(hex == "19012c")
    }

    private enum NamedKey: String, CodingKey {
        case name
    }

    @Test func `What has no place in the profile is refused`() throws {
        let refusedBodies: [(String, (any Encoder) throws -> Void)] = [
            (
                "text key",
                {
                    var map = $0.container(keyedBy: NamedKey.self)
                    try map.encode(1, forKey: .name)
                }
            ),
            (
                "negative key",
                {
                    var map = $0.container(keyedBy: Key.self)
                    try map.encode(1, forKey: Key(intValue: -1))
                }
            ),
            (
                "null",
                {
                    var single = $0.singleValueContainer()
                    try single.encodeNil()
                }
            ),
            (
                "null element",
                {
                    var list = $0.unkeyedContainer()
                    try list.encodeNil()
                }
            ),
            (
                "null entry",
                {
                    var map = $0.container(keyedBy: Key.self)
                    try map.encodeNil(forKey: Key(intValue: 1))
                }
            ),
            (
                "nil",
                {
                    var list = $0.unkeyedContainer()
                    try list.encode(Optional<Int>.none)
                }
            ),
            (
                "double",
                {
                    var single = $0.singleValueContainer()
                    try single.encode(1.5)
                }
            ),
            (
                "float element",
                {
                    var list = $0.unkeyedContainer()
                    try list.encode(Float(1))
                }
            ),
            (
                "double entry",
                {
                    var map = $0.container(keyedBy: Key.self)
                    try map.encode(2.0, forKey: Key(intValue: 1))
                }
            ),
            (
                "two scalars",
                {
                    var single = $0.singleValueContainer()
                    try single.encode(1)
                    try single.encode(2)
                }
            ),
            (
                "two kinds",
                {
                    _ = $0.unkeyedContainer()
                    _ = $0.container(keyedBy: Key.self)
                }
            ),
            (
                "scalar in a list",
                {
                    _ = $0.unkeyedContainer()
                    var single = $0.singleValueContainer()
                    try single.encode(1)
                }
            ),
            (
                "super",
                {
                    var map = $0.container(keyedBy: Key.self)
                    try 1.encode(to: map.superEncoder())
                }
            ),
            (
                "super entry",
                {
                    var map = $0.container(keyedBy: Key.self)
                    try 1.encode(to: map.superEncoder(forKey: Key(intValue: 1)))
                }
            ),
            (
                "super element",
                {
                    var list = $0.unkeyedContainer()
                    try 1.encode(to: list.superEncoder())
                }
            ),
            (
                "super, unused",
                {
                    var list = $0.unkeyedContainer()
                    _ = list.superEncoder()
                }
            ),
        ]
        for (name, body) in refusedBodies {
            #expect(refusal { _ = try written(body) }?.reason == .unsupported, "\(name)")
        }
    }

    @Test func `A key written twice is refused`() {
        for numbers in [[1, 1], [2, 1, 2], [3, 1, 2, 1]] {
            let error = refusal {
                _ = try written { encoder in
                    var map = encoder.container(keyedBy: Key.self)
                    for number in numbers { try map.encode(0, forKey: Key(intValue: number)) }
                }
            }
            #expect(error?.reason == .keyOrder)
        }
    }

    @Test func `Eight levels are written and nine are refused`() throws {
        var tree = CBORTree.array([])
        for _ in 1..<8 { tree = .array([tree]) }
        #expect(try encode(tree) == "8181818181818180")
        let error = refusal { _ = try encode(CBORTree.array([tree])) }
        #expect(error?.reason == .tooDeep)
        #expect(error?.path == [UInt64](repeating: 0, count: 8))
        #expect(refusal { _ = try encode(CBORTree.map([Key(intValue: 1): tree])) }?.reason == .tooDeep)
    }

    @Test func `A container that its outer one has left behind is refused`() {
        let error = refusal {
            _ = try written { encoder in
                var list = encoder.unkeyedContainer()
                var inner = list.nestedUnkeyedContainer()
                try list.encode(1)
                try inner.encode(2)
            }
        }
        #expect(error?.reason == .unsupported)
    }

    @Test func `A swallowed error still fails the message`() {
        struct Unwritable: Encodable {
            func encode(to encoder: any Encoder) throws {
                var map = encoder.container(keyedBy: CBORTree.NumberKey.self)
                try map.encode(1, forKey: CBORTree.NumberKey(intValue: 1))
                throw Sample.Word.Refused()
            }
        }
        let error = refusal {
            _ = try written { encoder in
                var list = encoder.unkeyedContainer()
                try? list.encode(Unwritable())
                try list.encode(1)
            }
        }
        #expect(error?.reason == .invalidValue)
        #expect(throws: Sample.Word.Refused.self) { try encode(Unwritable()) }
    }

    @Test func `The place of a refusal is told`() {
        let value = Sample.Holder(value: [Sample.Holder(value: 1.5)])
        #expect(refusal { _ = try encode(value) } == CBORError(.unsupported, offset: 5, path: [1, 0, 1]))
    }
}
