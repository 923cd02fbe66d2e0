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
        #expect(try store.read { try $0.newestPolicy() } == PolicyStamp(version: 4, id: rows[3].id))
        #expect(try store.read { try $0.policyStamp(1) } == PolicyStamp(version: 1, id: rows[0].id))
        #expect(try store.read { try $0.policyVersions(before: nil, limit: 2) } == [rows[3], rows[2]])
        #expect(try store.read { try $0.policyVersions(before: 2, limit: 2) } == [rows[0]])
        #expect(throws: RowConflict.self) { try store.write { try $0.insert(rows[0]) } }
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
