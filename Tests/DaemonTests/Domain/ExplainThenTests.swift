import SSPRVocabulary
import Testing

@testable import SSPRDomain

/// Whether an account could recover at a later moment, or under a policy that is not in force (feature F6).
@Suite("Explaining what will be") struct ExplainThenTests {
    let world = World(policy: Policy(proofsNeeded: 1, phonesEnabled: true, passesEnabled: true))

    private func explained(
        _ name: AccountName, at moment: Timestamp? = nil, under document: PolicyDocument? = nil
    ) throws -> (unmet: [EligibilityRule], missing: UInt32, blockedUntil: Timestamp?, graceUntil: Timestamp?) {
        let found = try world.house.accounts.explain(name, at: moment, under: document)
        return (
            found.eligibility.unmet, found.eligibility.missing, found.eligibility.blockedUntil, found.graceUntil
        )
    }

    private func apply(_ values: [String: PolicyValue], at moment: Timestamp?, grace: Int) throws {
        let order = Policies.Order(
            reason: try PolicyReason("a test"), base: try world.house.policies.show(nil).place.newest,
            allowsLoss: true, effectiveAt: moment, graceDays: grace)
        _ = try world.house.policies.apply(PolicyDocument(values), order, by: World.administrator)
    }

    /// Waits, passes, blocks, versions and their grace, all under way at once; what was foretold for a moment is what is so then.
    @Test func whatIsForetoldIsSoThen() throws {
        let start = world.now
        let settled = try world.enrol("ana")
        let cooling = try world.add("bob")
        let blocked = try world.enrol("eve")
        let visitor = try world.add("gus")
        world.ambient.advance(.hours(60))
        try world.addEmail(settled, Contact("ana@example.net"))
        try world.addEmail(cooling)
        try world.addPhone(cooling, .mobilePhone, "+4930123456")
        let begun = try world.begun(blocked)
        for _ in 0..<5 {
            #expect(throws: Refusal.refused) { try world.answer(begun.handle, 1, OneTimeCode(number: 1, digits: 8)) }
        }
        _ = try world.house.helpDesk.issuePass(
            visitor.name, minutes: 1800, isVouchedFor: true, by: World.administrator)
        try apply(["recovery.proofs": .number(2), "temporaryPass": .flag(true)], at: world.now + .hours(40), grace: 2)
        try apply(
            ["recovery.proofs": .number(2), "phones": .flag(false), "temporaryPass": .flag(true)],
            at: world.now + .hours(70), grace: 3)

        let names = [settled, cooling, blocked, visitor].map(\.name)
        let moments = stride(from: 0, through: 200, by: 2).map { world.now + .hours($0) }
        let foretold = try moments.map { moment in try names.map { try explained($0, at: moment) } }
        for (moment, row) in zip(moments, foretold) {
            world.ambient.turn(to: moment)
            for (name, told) in zip(names, row) {
                #expect(
                    try explained(name) == told, "\(name), \((moment.milliseconds - start.milliseconds) / 3_600_000) h")
            }
        }
        // Each of them changes its mind in between; a world in which nothing happens would show nothing.
        for (place, name) in names.enumerated() where name != settled.name {
            let answers = foretold.map { "\($0[place].unmet)" }
            #expect(Set(answers).count > 1, "\(name): \(Set(answers))")
        }
        #expect(foretold.contains { $0[1].graceUntil != nil }, "nobody recovers by grace")
    }

    @Test func aDocumentIsJudgedInThePlaceOfWhatIsInForce() throws {
        let ana = try world.add("ana")
        try world.addEmail(ana)
        #expect(try explained(ana.name).unmet.isEmpty)
        let two = PolicyDocument(["recovery.proofs": .number(2)])
        let found = try explained(ana.name, under: two)
        #expect(found.unmet == [.registered] && found.missing == 1 && found.graceUntil == nil)
        // Its sections count for the members of their groups only.
        let staff = try GroupName("staff")
        try world.house.groups.add(staff, by: World.administrator)
        let scoped = PolicyDocument([:], groups: [staff: ["recovery.proofs": .number(2)]])
        #expect(try explained(ana.name, under: scoped).unmet.isEmpty)
        try world.house.groups.join(staff, [ana.name], by: World.administrator)
        #expect(try explained(ana.name, under: scoped).unmet == [.registered])
        #expect(try explained(ana.name).unmet.isEmpty, "nothing has changed")
        #expect(try world.house.policies.show(nil).version == 0)
    }

    /// A phone that still cools off is no second proof yet, and is one later; a document that allows no phones has none then either.
    @Test func aDocumentIsJudgedAtALaterMomentToo() throws {
        let ana = try world.add("ana")
        try world.addEmail(ana)
        world.ambient.advance(.hours(60))
        try world.addPhone(ana, .mobilePhone, "+4930123456")
        let two = PolicyDocument(["recovery.proofs": .number(2)])
        #expect(try explained(ana.name, under: two).unmet == [.registered])
        #expect(try explained(ana.name, at: world.now + .hours(30), under: two).unmet.isEmpty)
        let without = PolicyDocument(["recovery.proofs": .number(2), "phones": .flag(false)])
        #expect(try explained(ana.name, at: world.now + .hours(30), under: without).unmet == [.registered])
    }

    @Test func whatCannotBeToldIsRefused() throws {
        let ana = try world.add("ana")
        let now = world.now
        #expect(throws: Never.self) { try explained(ana.name, at: now) }
        #expect(throws: Never.self) { try explained(ana.name, at: now + .hours(366 * 24)) }
        #expect(throws: Refusal.notFound) { try explained(ana.name, at: now + Timestamp.Span(milliseconds: -1)) }
        #expect(throws: Refusal.policyTime) {
            try explained(ana.name, at: now + .hours(366 * 24) + Timestamp.Span(milliseconds: 1))
        }
        #expect(throws: Refusal.notFound) { try explained(AccountName("ghost"), at: now) }
        let ghosts = PolicyDocument([:], groups: [try GroupName("ghosts"): ["recovery.proofs": .number(2)]])
        #expect {
            try explained(ana.name, under: ghosts)
        } throws: { error in
            guard case .policyDocument(let text) = error as? Refusal else { return false }
            return text.contains("groups.ghosts is no group")
        }
        #expect {
            try explained(ana.name, under: PolicyDocument(["recovery.proofs": .number(9)]))
        } throws: { error in
            guard case .policyDocument(let text) = error as? Refusal else { return false }
            return text.contains("recovery.proofs") && text.contains("9")
        }
    }
}
