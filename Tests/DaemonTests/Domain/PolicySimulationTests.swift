import SSPRVocabulary
import Testing

@testable import SSPRDomain

/// A document is tried on the recoveries that have been (feature F6).
@Suite("Simulating a policy") struct PolicySimulationTests {
    let world = World(policy: Policy(proofsNeeded: 1, phonesEnabled: true))

    private func simulate(_ values: [String: PolicyValue], since moment: Timestamp) throws -> PolicyBackTest {
        try world.house.policies.simulate(PolicyDocument(values), since: moment)
    }

    /// Somebody who can prove an address and an app; recovers by the first, or by both.
    private func recover(_ person: Person, byBoth: Bool) throws {
        let begun = try world.begun(person)
        let progress = try world.proveEmail(begun.handle)
        if byBoth { _ = try world.proveApp(begun.handle, person) } else { #expect(progress.grant != nil) }
    }

    private func policy(_ values: [String: PolicyValue]) throws {
        let order = Policies.Order(
            reason: try PolicyReason("a test"), base: try world.house.policies.show(nil).place.newest, allowsLoss: true)
        _ = try world.house.policies.apply(PolicyDocument(values), order, by: World.administrator)
    }

    @Test func everyProvenRecoveryIsJudgedByWhatWasProven() throws {
        let one = try world.enrol("one")
        let both = try world.enrol("both")
        try recover(one, byBoth: false)
        try policy(["recovery.proofs": .number(2)])
        try recover(both, byBoth: true)
        try policy([:])
        world.ambient.advance(.hours(1))
        // What was never proven is no recovery, and is not one of the next either.
        let begun = try world.begun(one)
        #expect(throws: Refusal.refused) { try world.answer(begun.handle, 1, OneTimeCode(number: 1, digits: 8)) }

        let two = try simulate(["recovery.proofs": .number(2)], since: FakeAmbient.start)
        #expect(two.proven == 2 && two.enough == 1 && two.tooFew == 1 && two.notAdmitted == 0 && two.gone == 0)
        #expect(two.proofs == [[.email]: 1] && two.names == [one.name])
        let same = try simulate([:], since: FakeAmbient.start)
        #expect(same.proven == 2 && same.enough == 2 && same.names.isEmpty)
        // It foretells what happens: the same proofs under that document come to that.
        try policy(["recovery.proofs": .number(2)])
        let again = try world.begun(one)
        #expect(try world.proveEmail(again.handle).grant == nil)
    }

    @Test func onlyTheTimeCounts() throws {
        let ana = try world.enrol("ana")
        try recover(ana, byBoth: false)
        world.ambient.advance(.hours(10))
        let between = world.now
        world.ambient.advance(.hours(10))
        try recover(ana, byBoth: false)
        #expect(try simulate([:], since: FakeAmbient.start).proven == 2)
        #expect(try simulate([:], since: between).proven == 1)
        #expect(try simulate([:], since: world.now + .hours(0)).proven == 1, "the moment itself counts")
        world.ambient.advance(.hours(1))
        #expect(try simulate([:], since: world.now).proven == 0)
    }

    /// Begun, and half proven, before the time; the proofs from before it count.
    @Test func whatWasProvenBeforeTheTimeCounts() throws {
        try policy(["recovery.proofs": .number(2)])
        let ana = try world.enrol("ana")
        let begun = try world.begun(ana)
        _ = try world.proveEmail(begun.handle)
        world.ambient.advance(.minutes(10))
        let since = world.now
        #expect(try world.proveApp(begun.handle, ana).grant != nil)
        let test = try simulate(["recovery.proofs": .number(2)], since: since)
        #expect(test.proven == 1 && test.enough == 1)
    }

    @Test func groupsRolesAndTheSwitchCount() throws {
        let ana = try world.enrol("ana")
        let chief = try world.enrol("chief", role: .administrator)
        let left = try world.enrol("left")
        try recover(ana, byBoth: false)
        try recover(chief, byBoth: true)
        try recover(left, byBoth: false)
        let staff = try GroupName("staff")
        try world.house.groups.add(staff, by: World.administrator)
        try world.house.groups.join(staff, [ana.name], by: World.administrator)
        try world.house.accounts.remove(left.name, by: World.administrator)
        let test = try world.house.policies.simulate(
            PolicyDocument(["administrators": .flag(false)], groups: [staff: ["recovery.proofs": .number(2)]]),
            since: FakeAmbient.start)
        #expect(test.proven == 3 && test.enough == 0)
        #expect(test.tooFew == 1 && test.notAdmitted == 1 && test.gone == 1)
        #expect(test.names == [ana.name, chief.name])
    }

    /// More events than are read at once, more names than are told.
    @Test func longTrailsAreReadToTheirEnd() throws {
        var people: [Person] = []
        for number in 0..<103 { people.append(try world.enrol("p\(number)")) }
        for round in 0..<4 {
            for person in people where round > 0 || person.name.text != "p0" { try recover(person, byBoth: false) }
            world.ambient.advance(.hours(30))
        }
        let test = try simulate(["recovery.proofs": .number(2)], since: FakeAmbient.start)
        #expect(try world.events().count > 2 * 512, "one page would do")
        #expect(test.proven == 411 && test.tooFew == 411 && test.proofs == [[.email]: 411])
        #expect(test.names == people.dropFirst().prefix(100).map(\.name))
    }

    @Test func whatCannotBeTriedIsRefused() throws {
        #expect(throws: Refusal.policyTime) { try simulate([:], since: world.now + Timestamp.Span(milliseconds: 1)) }
        #expect(throws: Refusal.policyTime) {
            try simulate([:], since: world.now + -Timestamp.Span.hours(366 * 24) + Timestamp.Span(milliseconds: -1))
        }
        #expect(throws: Never.self) { try simulate([:], since: world.now + -Timestamp.Span.hours(366 * 24)) }
        let ghosts = PolicyDocument([:], groups: [try GroupName("ghosts"): ["recovery.proofs": .number(2)]])
        #expect {
            try world.house.policies.simulate(ghosts, since: world.now)
        } throws: { error in
            guard case .policyDocument = error as? Refusal else { return false }
            return true
        }
        #expect(try world.events(.policyApplied).isEmpty, "nothing is changed")
    }
}
