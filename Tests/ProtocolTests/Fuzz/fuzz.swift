import StrictCBOR

/// The body of the fuzzer: whatever the bytes are, they are refused with an error or mean the same when written again.
///
/// A trap anywhere is a find. Built by run.sh, together with the sample types of the tests.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // libFuzzer lends `count` bytes for the time of this call.
    let input = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    let refused: CBORError?
    do {
        try CBORValidator.validate(input)
        refused = nil
    } catch {
        precondition((0...count).contains(error.offset), "offset outside of the input")
        refused = error
    }
    do {
        let item = try CBORItem(decoding: input)
        precondition(refused == nil, "the item reader accepts what the validator refuses")
        precondition(item.encoded() == input, "another encoding of the same item")
        _ = try CBORDiagnostic.text(of: input)
    } catch {
        precondition(error == refused, "the item reader and the validator disagree")
    }
    rewrite(CBORTree.self, input)
    rewrite(Sample.Account.self, input)
    rewrite(Sample.Sealed.self, input)
    rewrite(Sample.Nothing.self, input)
    rewrite([Sample.Device].self, input)
    rewrite([Int: Sample.Holder<ByteString>].self, input)
    return 0
}

/// Reads `input` as `type`; what is read must be written as the same bytes, unless unknown parts were ignored.
private func rewrite<T: Codable>(_ type: T.Type, _ input: [UInt8]) {
    if let value = try? CBORDecoder(unknownKeys: .refuse).decode(type, from: input) {
        precondition((try? CBOREncoder().encode(value)) == input, "another encoding of the same value")
    }
    guard let value = try? CBORDecoder(unknownKeys: .ignore).decode(type, from: input) else { return }
    guard let bytes = try? CBOREncoder().encode(value) else { preconditionFailure("a value that cannot be written") }
    precondition((try? CBORValidator.validate(bytes)) != nil, "the encoder writes what the validator refuses")
}
