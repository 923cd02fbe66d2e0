import Testing

@testable import SSPRClientCLI

@Suite struct JSONReaderTests {
    @Test func readsValues() throws {
        let text =
            #" {"a" : [1, -2, true, false, null, "x\u0041\ud83d\ude00\n\"\\\/"], "b":{}, "c":[], "d":18446744073709551615} "#
        #expect(
            try JSONReader.read(Array(text.utf8))
                == .object([
                    .init(
                        name: "a",
                        value: .list([
                            .unsigned(1), .negative(-2), .boolean(true), .boolean(false), .null,
                            .string("xA\u{1F600}\n\"\\/"),
                        ])),
                    .init(name: "b", value: .object([])), .init(name: "c", value: .list([])),
                    .init(name: "d", value: .unsigned(.max)),
                ]))
        #expect(try JSONReader.read(Array("-9223372036854775808".utf8)) == .negative(.min))
        #expect(try JSONReader.read(Array("-0".utf8)) == .unsigned(0))
        #expect(try JSONReader.read(Array("\"é\"".utf8)) == .string("é"))
    }

    @Test(arguments: [
        "", " ", "{", "[", "\"", "{\"a\"}", "{\"a\":1,}", "[1,]", "{a:1}", "1 2", "01", "-", "+1", "1.0", "1e3", ".5",
        "18446744073709551616",
        "-9223372036854775809", "tru", "nul", "\"\\x\"", "\"\\u12\"", "\"\\u+123\"", "\"\\ud83d\"", "\"\\ude00\"",
        "\"\\ud83d\\u0041\"",
        "\"\n\"", "\"\u{0}\"", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "'a'", "[1 2]", "NaN", "/**/1",
    ])
    func refuses(text: String) {
        #expect(throws: JSONError.self) { try JSONReader.read(Array(text.utf8)) }
    }

    @Test func refusesBytesThatAreNoText() {
        #expect(throws: JSONError.self) { try JSONReader.read([0x22, 0xff, 0x22]) }
    }

    @Test func refusesDeepNesting() throws {
        let deep = { (levels: Int) in
            Array((String(repeating: "[", count: levels) + String(repeating: "]", count: levels)).utf8)
        }
        #expect(throws: JSONError.self) { try JSONReader.read(deep(100_000)) }
        _ = try JSONReader.read(deep(32))
        #expect(throws: JSONError.self) { try JSONReader.read(deep(33)) }
    }
}
