import SSPRProtocol
import SSPRVocabulary
import StrictCBOR
import Testing

@testable import SSPRClientCLI

@Suite struct JSONBridgeTests {
    /// A value of the shape, as small or as full as it may be.
    private static func sample(_ shape: WireShape, isFull: Bool) -> JSONValue {
        switch shape {
        case .unsigned(let maximum): .unsigned(isFull ? maximum : 0)
        case .integer: .negative(-5)
        case .boolean: .boolean(isFull)
        case .text(let bytes, let form): .string(text(bytes, form))
        case .bytes(let count):
            .string("hex:" + String(repeating: "a7", count: min(isFull ? count.upperBound : count.lowerBound, 64)))
        case .choice(let texts): .string(texts[isFull ? texts.count - 1 : 0])
        case .list(let element): .list(isFull ? [sample(element, isFull: true), sample(element, isFull: true)] : [])
        case .map(_, let fields):
            .object(
                fields.filter { isFull || !$0.isOptional }.map {
                    .init(name: $0.name, value: sample($0.shape, isFull: isFull))
                })
        }
    }

    private static func text(_ bytes: ClosedRange<Int>, _ form: String) -> String {
        switch form {
        case _ where form.hasPrefix("6 to 8 digits"): "20481632"
        case _ where form.contains("domain"): "ana@example.org"
        case _ where form.contains("hexadecimal"): "0123456789abcdef"
        case _ where form.hasPrefix("4 to 16 visible"): "word"
        case "UTF-8": "quote \" and é"
        default: "abc"
        }
    }

    private func roundTrip<M: Message>(_ type: M.Type, isFull: Bool) throws {
        let shape = ShapeReader.shape(of: type)
        let value = Self.sample(shape, isFull: isFull)
        let bytes = try JSONBridge.item(value, shape).encoded()
        // The type itself accepts what the bridge has made, and makes the same bytes of it.
        let message = try CBORDecoder(unknownKeys: .refuse).decode(type, from: bytes)
        #expect(try CBOREncoder().encode(message) == bytes)
        for text in [try JSONBridge.json(of: message).compact, try JSONBridge.json(of: message).pretty] {
            let again = try JSONReader.read(Array(text.utf8))
            #expect(again == value)
            #expect(try JSONBridge.item(again, shape).encoded() == bytes)
        }
    }

    private func roundTrips<C: Call>(_ call: C.Type) throws {
        for isFull in [false, true] {
            try roundTrip(C.Request.self, isFull: isFull)
            try roundTrip(C.Reply.self, isFull: isFull)
        }
    }

    @Test(arguments: CallCatalog.calls.indices)
    func everyMessageOfEveryCallGoesThereAndBack(index: Int) throws {
        try roundTrips(CallCatalog.calls[index])
    }

    @Test func bytesHaveThreeSpellings() throws {
        let shape = WireShape.bytes(count: 0...8)
        for text in ["hex:666f6f", "text:foo", "Zm9v"] {
            #expect(try JSONBridge.item(.string(text), shape) == .bytes(Array("foo".utf8)))
        }
        for text in ["hex:6", "foo", "foo:bar", "hex:" + String(repeating: "00", count: 9)] {
            #expect(throws: JSONBridge.Mismatch.self) { try JSONBridge.item(.string(text), shape) }
        }
    }

    @Test(arguments: [
        (#"{"account":"ana"}"#, "purpose: expected one of reset, unlock, manage, verify"),
        (#"{"account":"ana","purpose":"other"}"#, "purpose: expected one of reset, unlock, manage, verify"),
        (#"{"account":7,"purpose":"reset"}"#, "account: expected text: \(AccountName.wireShape.form)"),
        (#"{"account":"ana","purpose":"reset","x":1}"#, "x: expected one of the keys account, purpose"),
        (#"[]"#, "the request: expected an object"),
    ])
    func saysWhatDoesNotFit(text: String, expected: String) throws {
        let value = try JSONReader.read(Array(text.utf8))
        let shape = ShapeReader.shape(of: BeginRecovery.Request.self)
        let error = #expect(throws: JSONBridge.Mismatch.self) { try JSONBridge.item(value, shape) }
        #expect(error?.description == expected)
    }

    @Test func showsWhatANewerDaemonAdds() {
        let shape = ShapeReader.shape(of: CheckAccount.Reply.self)
        #expect(
            JSONBridge.json(.map([1: .unsigned(2), 9: .text("new")]), shape).compact == #"{"missing":2,"key9":"new"}"#)
    }
}

extension WireShape {
    fileprivate var form: String {
        if case .text(_, let form) = self { form } else { "" }
    }
}
