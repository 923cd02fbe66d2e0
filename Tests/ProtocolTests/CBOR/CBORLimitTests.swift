import StrictCBOR
import Testing

/// Each limit where it holds and one past it, and inputs that are large or deep.
@Suite struct CBORLimitTests {
    @Test func `As many bytes as the limit, and one more`() throws {
        let bytes = CBORItem.bytes([UInt8](repeating: 7, count: 98)).encoded()
        #expect(bytes.count == 100)
        try CBORValidator.validate(bytes, limits: CBORLimits(bytes: 100, items: 1))
        let error = refusal { try CBORValidator.validate(bytes, limits: CBORLimits(bytes: 99, items: 1)) }
        #expect(error == CBORError(.tooLarge, offset: 99))
    }

    @Test func `The standard limit is one MiB`() throws {
        let largest = CBORItem.bytes([UInt8](repeating: 7, count: (1 << 20) - 5)).encoded()
        #expect(largest.count == 1 << 20)
        try CBORValidator.validate(largest)
        let larger = CBORItem.bytes([UInt8](repeating: 7, count: (1 << 20) - 4)).encoded()
        #expect(refusal { try CBORValidator.validate(larger) }?.reason == .tooLarge)
    }

    @Test func `As many items as the limit, and one more`() throws {
        // One array with three elements, one of them a map with a key and a value: six items.
        let bytes = try fromHexadecimal("830102a10304")
        try CBORValidator.validate(bytes, limits: CBORLimits(bytes: 100, items: 6))
        let inner = refusal { try CBORValidator.validate(bytes, limits: CBORLimits(bytes: 100, items: 5)) }
        #expect(inner == CBORError(.tooManyItems, offset: 3, path: [2]))
        let outer = refusal { try CBORValidator.validate(bytes, limits: CBORLimits(bytes: 100, items: 3)) }
        #expect(outer == CBORError(.tooManyItems, offset: 0))
        let none = refusal { try CBORValidator.validate([0], limits: CBORLimits(bytes: 100, items: 0)) }
        #expect(none == CBORError(.tooManyItems, offset: 0))
    }

    @Test func `The standard limit is 65536 items`() throws {
        let most = CBORItem.array(Array(repeating: .unsigned(0), count: 65_535)).encoded()
        try CBORValidator.validate(most)
        let more = CBORItem.array(Array(repeating: .unsigned(0), count: 65_536)).encoded()
        #expect(refusal { try CBORValidator.validate(more) }?.reason == .tooManyItems)
    }

    @Test(arguments: 0...8)
    func `Containers as deep as the limit, and one deeper`(depth: Int) throws {
        let limits = CBORLimits(bytes: 100, depth: depth, items: 100)
        for (opening, core) in [("81", "00"), ("a101", "00"), ("81", "80"), ("a101", "a0")] {
            // An empty container at the core is one level of its own.
            let levels = core == "00" ? depth : depth - 1
            if levels >= 0 {
                let fitting = try fromHexadecimal(String(repeating: opening, count: levels) + core)
                try CBORValidator.validate(fitting, limits: limits)
            }
            let tooDeep = try fromHexadecimal(String(repeating: opening, count: levels + 1) + core)
            #expect(refusal { try CBORValidator.validate(tooDeep, limits: limits) }?.reason == .tooDeep)
        }
    }

    @Test func `A greater depth counts as eight`() throws {
        let nine = [UInt8](repeating: 0x81, count: 9) + [0]
        for depth in [9, 1000, Int.max] {
            let limits = CBORLimits(bytes: 100, depth: depth, items: 100)
            #expect(refusal { try CBORValidator.validate(nine, limits: limits) }?.reason == .tooDeep)
        }
    }

    @Test func `Nesting by the hundred thousand costs no stack`() {
        for byte: UInt8 in [0x81, 0x9f, 0xa1, 0xbf, 0xc0, 0xd8] {
            let bytes = [UInt8](repeating: byte, count: 1_000_000)
            let error = refusal { _ = try CBORDecoder(unknownKeys: .refuse).decode(CBORTree.self, from: bytes) }
            #expect(error?.reason != nil)
            #expect(error?.offset ?? .max <= 8)
        }
    }

    @Test func `An announced size is believed only when the bytes are there`() throws {
        for major: UInt8 in [0x5b, 0x7b, 0x9b, 0xbb] {
            for count: UInt64 in [1 << 32, 1 << 40, 1 << 62, (1 << 63) - 1, 1 << 63, .max] {
                let head = [major] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: count >> (8 * UInt64($0))) }
                for tail in [[], [0], [UInt8](repeating: 0, count: 64)] {
                    let reason = refusal { try CBORValidator.validate(head + tail) }?.reason
                    #expect(reason == (major < 0x80 ? .truncated : .tooManyItems))
                }
            }
        }
    }

    @Test func `Even without a limit of items an announced count cannot overflow`() {
        let limits = CBORLimits(bytes: 100, items: .max)
        for head in ["9bffffffffffffffff", "bbffffffffffffffff", "bb8000000000000000", "9b8000000000000000"] {
            #expect(
                refusal { try CBORValidator.validate(fromHexadecimal(head), limits: limits) }?.reason == .tooManyItems)
        }
        let announced = refusal { try CBORValidator.validate(fromHexadecimal("9b000001000000000000"), limits: limits) }
        #expect(announced == CBORError(.truncated, offset: 10, path: [1]))
    }
}
