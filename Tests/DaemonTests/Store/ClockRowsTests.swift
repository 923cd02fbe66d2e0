import SSPRDomain
import SSPRVocabulary
import Testing

@testable import SSPRStore

@Suite struct ClockRowsTests {
    @Test(arguments: StoreUnderTest.Kind.allCases)
    func theReadingThatWasKeptLastIsRead(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        #expect(try store.read { try $0.keptReading() } == nil)
        for hours in [Int64(3), -7] {
            let reading = ClockReading(
                wall: Sample.at(hours), sinceBoot: .hours(hours), boot: Sample.bytes(9, count: 16))
            try store.write { try $0.keep(reading) }
            #expect(try store.read { try $0.keptReading() } == reading)
        }
    }

    @Test(arguments: StoreUnderTest.Kind.allCases, [Int64(-500), 500])
    func invariant_I14_livesMoveBackOnlyWaitsAndMarksBothWays(_ kind: StoreUnderTest.Kind, _ seconds: Int64) throws {
        let store = try StoreUnderTest(kind)
        let subject = SubjectKey.account(AccountID(random: 1))
        try store.write { tx in
            try tx.insert(try Sample.account(1, "alice"))
            // Over before, over in between, and still good at the moment of the jump, which is 600.
            for (number, expires) in [(UInt8(1), Int64(50)), (2, 400), (3, 900)] {
                try tx.insert(
                    Sample.recovery(UInt64(number), handle: number, expires: expires), now: Sample.at(0))
            }
            try tx.upsert(Sample.code(for: 3, choice: 1))
            try tx.upsert(Sample.counter(subject, last: 550))
            try tx.insert(Sample.method(5, of: 1, confirmed: 700))
            try tx.insert(Sample.method(6, of: 1, confirmed: 20))
        }
        let jump = ClockJump(from: Sample.at(600), to: Sample.at(600 + seconds))
        try store.write { try $0.move(with: jump) }
        try store.read { tx in
            let ends = try [1, 2, 3].map { try tx.recovery(RecoveryID(random: $0))?.expiresAt }
            #expect(ends == (seconds < 0 ? [50, -100, 400] : [50, 400, 900]).map { Sample.at($0) })
            #expect(try tx.recovery(RecoveryID(random: 3))?.begunAt == Sample.at(2))
            let code = try tx.code(of: RecoveryID(random: 3), choice: 1)
            #expect(code?.sentAt == Sample.at(20 + seconds))
            #expect(code?.expiresAt == Sample.at(seconds < 0 ? 120 : 620))
            let counter = try tx.counter(subject, .signIn)
            #expect(counter?.firstAt == Sample.at(3 + seconds) && counter?.lastAt == Sample.at(550 + seconds))
            #expect(counter?.blockedUntil == Sample.at(650 + seconds))
            #expect(try tx.method(MethodID(random: 5))?.usableFrom == Sample.at(701 + seconds))
            #expect(try tx.method(MethodID(random: 5))?.confirmedAt == Sample.at(700))
            #expect(try tx.method(MethodID(random: 6))?.usableFrom == Sample.at(21))
        }
    }

    /// A column with a time that nobody thought of would live on through a jump.
    @Test func invariant_I14_everyColumnThatHoldsATimeHasItsLine() throws {
        let state = try TemporaryState()
        try state.open().close()
        let result = try runTool(
            python, "-c",
            """
            import sqlite3, sys
            d = sqlite3.connect(sys.argv[1])
            for (t,) in d.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'").fetchall():
                for c in d.execute(f"PRAGMA table_info({t})"):
                    print(t, c[1], c[2])
            """, state.database)
        let words = ["_at", "_until", "_from", "_look", "wall", "time", "since"]
        var found: [String] = []
        for line in result.output.split(separator: "\n") {
            let column = line.split(separator: " ").map(String.init)
            guard column.count == 3, column[2] == "INTEGER", column[0] != "clock" else { continue }
            if words.contains(where: column[1].hasSuffix) { found.append("\(column[0]).\(column[1])") }
        }
        let known = TimedColumn.all.map { "\($0.table).\($0.name)" }
        #expect(Set(found) == Set(known), "\(result.output)")
        #expect(found.count == TimedColumn.all.count)
    }
}
