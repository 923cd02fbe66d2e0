import StrictCBOR
import Testing

/// The tree for tools, and its text.
@Suite struct CBORItemTests {
    @Test func `A tree is written sorted and read back`() throws {
        let item = CBORItem.map([
            300: .array([.negative(.max), .boolean(false)]), 1: .text("ü\"\\\n\u{7}"), 24: .bytes([0, 0xff]),
            0: .map([:]),
        ])
        let bytes = item.encoded()
        #expect(hexadecimal(bytes) == "a400a0016" + "6c3bc225c0a0718184200ff19012c823bfffffffffffffffff4")
        #expect(try CBORItem(decoding: bytes) == item)
        let text = #"{0: {}, 1: "ü\"\\\n\u0007", 24: h'00ff', 300: [-18446744073709551616, false]}"#
        #expect(try CBORDiagnostic.text(of: bytes) == text)
    }

    @Test func `Trees are equal whatever the order in which their maps were made`() {
        let left = CBORItem.map([1: .unsigned(1), 2: .unsigned(2)])
        let right = CBORItem.map([2: .unsigned(2), 1: .unsigned(1)])
        #expect(left == right)
        #expect(left.encoded() == right.encoded())
        #expect(left != .map([1: .unsigned(1)]))
    }

    @Test func `A tree deeper than the profile is written, and no reader takes it`() {
        var item = CBORItem.unsigned(0)
        for _ in 0..<9 { item = .array([item]) }
        #expect(refusal { _ = try CBORItem(decoding: item.encoded()) }?.reason == .tooDeep)
    }

    @Test func `The limits of the reader count`() {
        let bytes = CBORItem.array([.unsigned(1), .unsigned(2)]).encoded()
        let limits = CBORLimits(bytes: 2, items: 10)
        #expect(refusal { _ = try CBORItem(decoding: bytes, limits: limits) }?.reason == .tooLarge)
    }
}
