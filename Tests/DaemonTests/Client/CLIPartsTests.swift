import SSPRProtocol
import SSPRVocabulary
import StrictCBOR
import Testing

@testable import SSPRClientCLI

@Suite struct CLIPartsTests {
    /// A spreadsheet would compute what begins with these marks; RFC 4180 says what is quoted.
    @Test(arguments: [
        ("=1+1", "'=1+1"), ("+49", "'+49"), ("-1", "'-1"), ("@sum", "'@sum"), ("a=b", "a=b"), ("", ""),
        ("a,b", "\"a,b\""), ("say \"so\"", "\"say \"\"so\"\"\""), ("=a,\"", "\"'=a,\"\"\""),
    ])
    func attack_G7_noCellOfAReportIsAFormula(text: String, expected: String) {
        #expect(ReportCSV.cell(text) == expected)
    }

    /// Nearest rank, in whole seconds rounded up.
    @Test func percentiles() {
        let times = (1...100).map { UInt64($0) * 1000 }
        #expect(Percentile.shown.map { Percentile.seconds($0, of: times).number } == [50, 90, 99])
        #expect(Percentile.shown.map { Percentile.seconds($0, of: [1500]).number } == [2, 2, 2])
        #expect(Percentile.seconds(50, of: []).text.isEmpty)
    }

    @Test(arguments: [
        ("2026-03-01", Int64(1_772_323_200_000)), ("2026-03-01T09:30:00Z", 1_772_357_400_000),
        ("2024-02-29T23:59:59Z", 1_709_251_199_000), ("1970-01-01", 0), ("1969-12-31", -86_400_000),
    ])
    func momentsOfReports(text: String, milliseconds: Int64) throws {
        #expect(try ReportMoment.read(text).milliseconds == milliseconds)
    }

    @Test(arguments: ["2026-02-30", "2026-13-01", "2025-02-29", "today", "", "d", "-1d", "2026-03-01T25:00:00Z"])
    func noMomentsOfReports(text: String) {
        #expect(throws: (any Error).self) { try ReportMoment.read(text) }
    }

    @Test(arguments: [
        (UInt64(0), UInt64(1), UInt64(1)), (1, 1, 1), (5, 1, 5), (6, 2, 6), (11, 5, 15), (51, 20, 60),
        (99_999, 20_000, 100_000),
    ])
    func ticks(most: UInt64, step: UInt64, top: UInt64) {
        let ticks = Ticks(upTo: most)
        #expect(ticks.step == step)
        #expect(ticks.top == top)
    }

    /// RFC 4648 section 10.
    @Test(arguments: [
        ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
        ("foobar", "MZXW6YTBOI"),
    ])
    func base32(text: String, expected: String) {
        #expect(Base32.text(text.utf8) == expected)
    }

    /// Registered classes, how many are missing of how many: which step of which.
    @Test(
        arguments: [
            ([], 2, 2, 1, 3), ([.email], 1, 2, 2, 3), ([.email, .totp], 0, 2, 3, 3), ([.questions], 2, 2, 1, 3),
            ([], 1, 1, 1, 2), ([.email], 0, 1, 2, 2), ([.email, .totp, .questions], 0, 2, 4, 3),
        ] as [([MethodKind], UInt32, UInt32, Int, Int)])
    func theWizardCountsAsManyStepsAsTheAccountNeeds(
        kinds: [MethodKind], missing: UInt32, needed: UInt32, number: Int, total: Int
    ) throws {
        let moment = Timestamp(milliseconds: 0)
        let methods = try kinds.enumerated().map { index, kind in
            RegisteredMethod(
                id: try MethodID(UInt64(index)), kind: kind, hint: nil, confirmedAt: moment, usableFrom: moment,
                isDisabled: false)
        }
        let steps = WizardSteps(
            .init(
                methods: methods, missing: missing, available: [.email, .totp, .questions, .recoveryCodes],
                questions: [], signInLockedUntil: nil, recoveryBlockedUntil: nil, proofsNeeded: needed))
        #expect(steps.number == number && steps.total == total)
        #expect(steps.isFinished == (number > total))
    }

    @Test func base32InGroups() {
        #expect(Base32.grouped("JBSWY3DPEHPK3PXP") == "JBSW Y3DP EHPK 3PXP")
        #expect(Base32.grouped("MZXW6") == "MZXW 6")
        #expect(Base32.grouped("") == "")
    }

    /// RFC 4648 section 10, backwards.
    @Test(arguments: [
        ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zm9vYmE=", "fooba"),
        ("Zm9vYmFy", "foobar"),
    ])
    func base64(text: String, expected: String) {
        #expect(Base64.bytes(text) == Array(expected.utf8))
    }

    @Test(arguments: ["Zg", "Zg=", "Zh==", "Zm9=", "====", "Z===", "Zm9v\n", "Zm-v", "Zg==Zg=="])
    func base64HasOneSpelling(text: String) {
        #expect(Base64.bytes(text) == nil)
    }

    @Test func hexadecimal() {
        #expect(Hexadecimal.text([0, 0x0f, 0xff]) == "000fff")
        #expect(Hexadecimal.bytes("00 0F\nff") == [0, 0x0f, 0xff])
        #expect(Hexadecimal.bytes("") == [])
        for bad in ["0", "0g", "+1", "0x00", "٠٠"] { #expect(Hexadecimal.bytes(bad) == nil) }
    }

    @Test func theURIOfAKey() throws {
        let key = AppKey(
            Secret(text: "12345678901234567890"), account: try AccountName("ana+1@x"), issuer: "Ex ample:é")
        #expect(key.base32 == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
        #expect(
            key.uri == "otpauth://totp/Ex%20ample%3A%C3%A9:ana%2B1%40x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                + "&issuer=Ex%20ample%3A%C3%A9")
    }

    @Test(arguments: [
        ("plain, ünïcode, 漢字, a•••@•••.org", "plain, ünïcode, 漢字, a•••@•••.org"),
        ("a\u{1b}[2Jb", "a\\u{1b}[2Jb"), ("a\r\nb\t", "a\\u{d}\\u{a}b\\u{9}"),
        ("\u{0}\u{7f}\u{9b}", "\\u{0}\\u{7f}\\u{9b}"),
        ("\u{202e}\u{2066}\u{200f}\u{061c}", "\\u{202e}\\u{2066}\\u{200f}\\u{61c}"),
        ("\u{200b}\u{2028}\u{feff}\u{ad}\u{e0041}\u{fe0f}", "\\u{200b}\\u{2028}\\u{feff}\\u{ad}\\u{e0041}\\u{fe0f}"),
        ("\u{e000}\u{10ffff}\u{3164}", "\\u{e000}\\u{10ffff}\\u{3164}"),
    ])
    func textIsEscaped(text: String, expected: String) {
        #expect(Printable.escaped(text) == expected)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (999, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"), (1_795_550_400_120, "2026-11-24T20:00:00Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59Z"), (253_402_300_800_000, "253402300800000 ms"),
            (.max, "9223372036854775807 ms"), (.min, "-9223372036854775808 ms"),
        ] as [(Int64, String)])
    func moments(milliseconds: Int64, expected: String) {
        #expect(Moment.text(Timestamp(milliseconds: milliseconds)) == expected)
    }

    @Test(
        arguments: [
            (0, "no time"), (1, "1 s"), (1000, "1 s"), (59_001, "1 min"), (61_000, "1 min 1 s"), (3_600_000, "1 h"),
            (86_399_000, "23 h 59 min"), (90_000_000, "1 d 1 h"),
        ] as [(UInt64, String)])
    func spans(milliseconds: UInt64, expected: String) {
        #expect(Moment.words(milliseconds: milliseconds) == expected)
    }

    @Test func spansOfMomentsThatCannotBe() {
        #expect(Moment.words(until: Timestamp(milliseconds: .min)) == "no time")
        // Two units at most, and the hours may be none.
        #expect(Moment.words(until: Timestamp(milliseconds: .max)).hasPrefix("106751"))
    }

    @Test func leadingOptionsMoveBehindTheCommand() {
        #expect(
            ArgumentOrder.optionsLast(["--json", "--socket", "/s", "status", "ana"]) == [
                "status", "ana", "--json", "--socket", "/s",
            ])
        #expect(
            ArgumentOrder.optionsLast(["--socket=/s", "status", "--", "-x"]) == ["status", "--socket=/s", "--", "-x"])
        #expect(ArgumentOrder.optionsLast(["status", "--json"]) == ["status", "--json"])
        #expect(ArgumentOrder.optionsLast(["--version"]) == ["--version"])
        #expect(ArgumentOrder.optionsLast(["--socket"]) == ["--socket"])
        #expect(ArgumentOrder.optionsLast([]) == [])
    }

    @Test func suggestions() {
        #expect(Suggestion.forMistyped(["statu"]) == "status")
        #expect(Suggestion.forMistyped(["accounts", "lst"]) == "accounts list")
        #expect(Suggestion.forMistyped(["--json", "rest", "ana"]) == "reset")
        #expect(Suggestion.forMistyped(["somethingelse"]) == nil)
        #expect(Suggestion.forMistyped(["status", "x"]) == nil)
    }

    @Test func heads() throws {
        let head = try AuditHead("7:" + String(repeating: "0a", count: 32))
        #expect(head.sequence == 7 && head.hash.bytes == [UInt8](repeating: 10, count: 32))
        for bad in [
            "", "7", "7:", "7:00", ":" + String(repeating: "0a", count: 32), "x:" + String(repeating: "0a", count: 32),
        ] {
            #expect(throws: (any Error).self) { try AuditHead(bad) }
        }
    }

    @Test(arguments: [
        (DeliveryState.queued, nil, "The code is queued; nobody delivers calls at the moment."),
        (.taken, 61_000, "The code was taken to be delivered at 1970-01-01T00:01:01Z."),
        (.accepted, 62_000, "The code was accepted by the relay at 1970-01-01T00:01:02Z."),
        (.failed, 63_000, "The code could not be delivered at 1970-01-01T00:01:03Z."),
    ])
    func whereACodeIs(state: DeliveryState, at: Int64?, expected: String) {
        let moment = at.map { Timestamp(milliseconds: $0) }
        let trace = DeliveryTrace(state: state, isExact: true, channel: .voice, isServed: false, takenAt: moment)
        #expect(CodeTrace.words(trace) == expected)
    }

    /// Before a proof the words are about the channel only.
    @Test func howAChannelDoes() {
        func words(_ isServed: Bool, _ isWorking: Bool?, _ seconds: UInt32?) -> String {
            CodeTrace.words(
                DeliveryTrace(
                    state: .queued, isExact: false, channel: .sms, isServed: isServed, isWorking: isWorking,
                    usualSeconds: seconds))
        }
        #expect(words(true, true, 75) == "Codes go out as text messages, usually within 1 min 15 s.")
        #expect(words(true, nil, nil) == "Codes go out as text messages.")
        #expect(words(true, false, 75) == "The last of the text messages could not be delivered.")
        #expect(words(false, true, 75) == "Nobody delivers text messages at the moment; a code would have to wait.")
    }
}
