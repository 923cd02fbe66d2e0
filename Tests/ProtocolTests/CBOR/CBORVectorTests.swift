import StrictCBOR
import Testing

/// The vector files: RFC 8949 appendices A and F, and what is particular to the profile.
@Suite struct CBORVectorTests {
    @Test(arguments: try CBORVector.loadAll())
    func `A vector is accepted or refused as written`(_ vector: CBORVector) throws {
        let bytes = try vector.bytes()
        guard vector.accepted else {
            let error = try #require(refusal { try CBORValidator.validate(bytes) })
            #expect(error.reason.rawValue == vector.reason)
            if let offset = vector.offset { #expect(error.offset == offset) }
            if let path = vector.path { #expect(error.path == path) }
            // Every way in refuses alike, because validation comes first.
            #expect(refusal { _ = try CBORItem(decoding: bytes) } == error)
            #expect(refusal { _ = try CBORDiagnostic.text(of: bytes) } == error)
            #expect(refusal { _ = try CBORDecoder(unknownKeys: .ignore).decode(CBORTree.self, from: bytes) } == error)
            #expect(refusal { _ = try CBORDecoder(unknownKeys: .refuse).decode(UInt64.self, from: bytes) } == error)
            return
        }
        try CBORValidator.validate(bytes)
        #expect(try CBORDiagnostic.text(of: bytes) == vector.diagnostic)
        #expect(try CBORItem(decoding: bytes).encoded() == bytes)
    }

    @Test func `The files hold what they should`() throws {
        #expect(try CBORVector.load("appendix-a.json").count == 81)
        #expect(try CBORVector.load("appendix-f.json").allSatisfy { !$0.accepted })
        let reasons = Set(try CBORVector.loadAll().compactMap(\.reason))
        // The reasons that bytes alone can give under standard limits.
        let expected: [CBORError.Reason] = [
            .truncated, .trailingBytes, .nonShortest, .indefiniteLength, .reservedInfo, .floatingPoint, .tag,
            .simpleValue,
            .invalidUTF8, .keyType, .keyOrder, .tooDeep, .tooManyItems,
        ]
        #expect(reasons == Set(expected.map(\.rawValue)))
    }

    @Test func `Both entrances of the validator agree`() throws {
        for vector in try CBORVector.loadAll() {
            let bytes = try vector.bytes()
            let ofArray = refusal { try CBORValidator.validate(bytes) }
            // The buffer is used inside the closure only.
            let ofMemory = unsafe bytes.withUnsafeBytes { memory in
                refusal { try unsafe CBORValidator.validate(memory) }
            }
            #expect(ofArray == ofMemory)
        }
    }
}
