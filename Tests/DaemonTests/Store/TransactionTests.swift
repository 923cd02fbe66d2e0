import SSPRDomain
import SSPRVocabulary
import Testing

@Suite struct TransactionTests {
    private struct Broken: Error, Equatable {}

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func anErrorUndoesEverythingAndIsThrownOn(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        #expect(throws: Broken.self) {
            try store.write { tx in
                try tx.insert(try Sample.account(1, "alice"))
                try tx.insert(Sample.method(2, of: 1))
                try tx.upsert(Sample.counter(.account(AccountID(random: 1))))
                try tx.append(try Sample.event(1))
                throw Broken()
            }
        }
        try store.read { tx throws in
            #expect(try tx.accounts(after: nil, limit: 1).isEmpty)
            #expect(try tx.method(MethodID(random: 2)) == nil)
            #expect(try tx.counter(.account(AccountID(random: 1)), .signIn) == nil)
            #expect(try tx.auditHead().sequence == 0)
        }
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func aTransactionSeesItsOwnChangesAndItsResultComesBack(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        let name = try store.write { tx in
            try tx.insert(try Sample.account(1, "alice"))
            return try tx.account(AccountID(random: 1))?.name.text
        }
        #expect(name == "alice")
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func concurrentCheckThenActNeverActsTwice(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        try store.write {
            try $0.upsert(
                CounterRow(subject: .stranger(Sample.bytes(1)), kind: .codes, firstAt: Sample.now, lastAt: Sample.now))
        }
        let results = inParallel(32) { _ in
            try store.write { tx in
                let subject = SubjectKey.stranger(Sample.bytes(1))
                guard var counter = try tx.counter(subject, .codes), counter.count < 5 else { return false }
                counter.count += 1
                try tx.upsert(counter)
                return true
            }
        }
        #expect(try results.map { try $0.get() }.count { $0 } == 5)
        #expect(try store.read { try $0.counter(.stranger(Sample.bytes(1)), .codes)?.count } == 5)
    }

    @Test func theMemoryStoreRunsEveryWriteTwiceAndKeepsTheSecond() throws {
        let store = MemoryStore()
        let runs = Guarded(0)
        try store.write { tx in
            // Impure on purpose: this is what the second run is there to show.
            let run = runs.withLock { runs in
                runs += 1
                return runs
            }
            try tx.insert(try Sample.account(UInt64(run), "alice"))
        }
        #expect(try store.read { try $0.accounts(after: nil, limit: 9) }.map(\.id) == [AccountID(random: 2)])
    }
}
