import StrictCBOR
import Testing

/// One value, one encoding: whatever is accepted is written again as the same bytes.
@Suite struct CBORPropertyTests {
    @Test(arguments: [UInt64(0x5353_5052), 0x4342_4f52])
    func `Accepted implies identical when written again`(seed: UInt64) throws {
        let inputs = 500_000
        print("CBOR property: seed \(seed), \(inputs) inputs")
        let messages = [Sample.accountHexadecimal, "a201600200", "a301600200181e81a201000280", "a20142010202814103"]
        // Changed vectors seldom become messages, so messages are half of what is changed.
        let vectors = try CBORVector.loadAll().map { try $0.bytes() }
        let seeds =
            try vectors + Array(repeating: messages.map(fromHexadecimal), count: vectors.count / 4).flatMap(\.self)
        var source = CBORInputs(seed: seed, seeds: seeds)
        var count = Counts()
        for _ in 0..<inputs { check(source.next(), &count) }
        print("CBOR property: seed \(seed), \(count)")
        // The property is empty unless enough is accepted, and refused, and read as a message.
        #expect(count.accepted > inputs / 5)
        #expect(count.refused > inputs / 5)
        #expect(count.trees > inputs / 100)
        #expect(count.messages > inputs / 100)
    }

    struct Counts {
        var accepted = 0
        var refused = 0
        var trees = 0
        var messages = 0
    }

    private func check(_ input: [UInt8], _ count: inout Counts) {
        do {
            try CBORValidator.validate(input)
        } catch {
            count.refused += 1
            if !(0...input.count).contains(error.offset) { Issue.record("offset outside: \(hexadecimal(input))") }
            return
        }
        count.accepted += 1
        do {
            let item = try CBORItem(decoding: input)
            if item.encoded() != input { Issue.record("item differs: \(hexadecimal(input))") }
        } catch {
            Issue.record("\(error) after validation: \(hexadecimal(input))")
        }
        // Through Codable every eighth tree, because containers are slow without optimisation; every message.
        if count.accepted % 8 == 0, rewritten(CBORTree.self, input, mayRefuse: [.outOfRange, .unknownKey]) {
            count.trees += 1
        }
        if input[0] & 0xe0 == 0xa0 {
            let refusals: Set<CBORError.Reason> = [.wrongType, .missingKey, .unknownKey, .outOfRange, .invalidValue]
            if rewritten(Sample.Account.self, input, mayRefuse: refusals) { count.messages += 1 }
            if rewritten(Sample.Sealed.self, input, mayRefuse: refusals) { count.messages += 1 }
        }
    }

    /// Reads and writes `input` as `type`; false when it is refused for one of the expected reasons.
    private func rewritten<T: Codable>(
        _ type: T.Type, _ input: [UInt8], mayRefuse expected: Set<CBORError.Reason>
    ) -> Bool {
        do {
            let value = try CBORDecoder(unknownKeys: .refuse).decode(type, from: input)
            if try CBOREncoder().encode(value) != input { Issue.record("\(type) differs: \(hexadecimal(input))") }
            return true
        } catch let error as CBORError where expected.contains(error.reason) {
            return false
        } catch {
            Issue.record("\(type) \(error): \(hexadecimal(input))")
            return false
        }
    }

    @Test func `The order of a dictionary does not reach the wire`() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<200 {
            let entries = (0..<random.below(40)).map { _ in (random.below(100_000), random.below(9)) }
            let forwards = Dictionary(entries) { first, _ in first }
            let backwards = Dictionary(forwards.reversed().map { ($0.key, $0.value) }) { first, _ in first }
            let bytes = try CBOREncoder().encode(forwards)
            #expect(try CBOREncoder().encode(backwards) == bytes)
            #expect(try CBORItem(decoding: bytes).encoded() == bytes)
        }
    }
}
