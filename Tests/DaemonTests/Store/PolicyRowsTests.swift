import SSPRDomain
import SSPRStore
import SSPRVocabulary
import Testing

@Suite struct PolicyRowsTests {
    private static func row(_ version: UInt32, _ document: PolicyDocument) throws -> PolicyVersionRow {
        PolicyVersionRow(
            id: PolicyVersionID(random: UInt64(version) * 7), version: version, appliedAt: Sample.at(Int64(version)),
            uid: version, reason: try PolicyReason("reason \(version)"), restores: version == 3 ? 1 : nil,
            document: document)
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func versionsComeBackAsTheyWereWritten(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        #expect(try store.read { try $0.newestPolicy() } == nil)
        let rows = try [
            Self.row(
                1,
                PolicyDocument([
                    "phones": .flag(true), "questions": .flag(false), "recovery.proofs": .number(2),
                    "registration.reviewDays": .number(0), "language": .word("de"),
                ])),
            Self.row(2, PolicyDocument()),
            Self.row(3, PolicyDocument(["later": .number(-1)])),
            Self.row(
                4,
                PolicyDocument(
                    ["phones": .flag(true)],
                    groups: [
                        GroupName("a"): ["phones": .flag(false), "recovery.proofs": .number(2)],
                        GroupName("b"): ["phones": .flag(false)],
                    ])),
        ]
        try store.write { tx in for row in rows { try tx.insert(row) } }
        for row in rows { #expect(try store.read { try $0.policyVersion(row.version) } == row) }
        #expect(try store.read { try $0.policyVersion(5) } == nil)
        #expect(try store.read { try $0.newestPolicy() } == 4)
        #expect(
            try store.read { try $0.policyStamp(1) } == PolicyStamp(version: 1, id: rows[0].id, since: Sample.at(1)))
        #expect(try store.read { try $0.policyVersions(before: nil, limit: 2) } == [rows[3], rows[2]])
        #expect(try store.read { try $0.policyVersions(before: 2, limit: 2) } == [rows[0]])
        #expect(throws: RowConflict.self) { try store.write { try $0.insert(rows[0]) } }
    }

    /// At once, from a moment on, cancelled: the greatest number whose time has come.
    @Test(arguments: StoreUnderTest.Kind.allCases)
    func theVersionInForceIsTheGreatestWhoseTimeHasCome(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        func row(_ version: UInt32, from moment: Int64?) throws -> PolicyVersionRow {
            PolicyVersionRow(
                id: PolicyVersionID(random: UInt64(version)), version: version, appliedAt: Sample.at(Int64(version)),
                uid: 0, reason: try PolicyReason("x"), restores: nil, document: PolicyDocument(),
                effectiveAt: moment.map(Sample.at))
        }
        let rows = try [row(1, from: nil), row(2, from: 20), row(3, from: 30), row(4, from: 40)]
        try store.write { tx in
            for row in rows { try tx.insert(row) }
            try tx.cancelPolicy(3, at: Sample.at(10))
        }
        func inForce(_ moment: Int64, below version: UInt32? = nil) throws -> UInt32? {
            try store.read { try $0.policyInForce(at: Sample.at(moment), below: version)?.version }
        }
        // A clock that was set back takes nothing away that held at once.
        for (moment, version) in [(0, 1), (19, 1), (20, 2), (39, 2), (40, 4), (99, 4)] as [(Int64, UInt32)] {
            #expect(try inForce(moment) == version, "at \(moment)")
        }
        #expect(try inForce(99, below: 4) == 2 && inForce(99, below: 2) == 1 && inForce(99, below: 1) == nil)
        #expect(try store.read { try $0.scheduledPolicies(after: Sample.at(19)) }.map(\.version) == [2, 4])
        #expect(try store.read { try $0.scheduledPolicies(after: Sample.at(20)) }.map(\.version) == [4])
        #expect(try store.read { try $0.policyVersion(3)?.cancelledAt } == Sample.at(10))
        #expect(try store.read { try $0.policyStamp(2)?.since } == Sample.at(20))
        #expect(throws: (any Error).self) { try store.write { try $0.cancelPolicy(9, at: Sample.at(1)) } }
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func whatBeganUnderAVersionKeepsItsNumber(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        let session = RegistrationRow(
            handle: [UInt8](repeating: 1, count: 32), account: AccountID(random: 1), peer: 2, expiresAt: Sample.at(9),
            isFull: true, policy: 5, scopes: [try GroupName("a"), try GroupName("b")])
        try store.write { tx in
            try tx.insert(try Sample.account(1, "ana"))
            try tx.insert(session, now: Sample.at(1))
            try tx.update(session)
        }
        #expect(try store.read { try $0.registration(handle: session.handle) } == session)
    }
}
