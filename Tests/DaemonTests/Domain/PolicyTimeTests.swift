import SSPRVocabulary
import Testing

@testable import SSPRDomain

/// From when a version of the policy holds, and how long the one before still counts (feature F6, decision 30).
@Suite("Policy times") struct PolicyTimeTests {
    let world = World(policy: Policy(proofsNeeded: 1, phonesEnabled: true))

    private func order(
        _ moment: Timestamp?, grace: Int? = nil, after base: UInt32? = nil, allowsLoss: Bool = true
    ) throws -> Policies.Order {
        Policies.Order(
            reason: try PolicyReason("a test"), base: try base ?? world.house.policies.show(nil).place.newest,
            allowsLoss: allowsLoss, effectiveAt: moment, graceDays: grace)
    }

    @discardableResult
    private func apply(
        _ values: [String: PolicyValue], at moment: Timestamp? = nil, grace: Int? = 0, after base: UInt32? = nil,
        allowsLoss: Bool = true
    ) throws -> Policies.Applied {
        try world.house.policies.apply(
            PolicyDocument(values), order(moment, grace: grace, after: base, allowsLoss: allowsLoss),
            by: World.administrator)
    }

    private func inForce() throws -> UInt32 { try world.house.policies.show(nil).version }
    private func states() throws -> [PolicyState] {
        let page = try world.house.policies.history(before: nil, limit: 64)
        return page.versions.reversed().map { page.place.state(of: $0) }
    }
    /// Somebody with an address and a phone: able while phones are, or while one proof is enough.
    private func phoneOwner(_ name: String, role: AccountRole = .user) throws -> Person {
        let person = try world.add(name, role: role)
        try world.addEmail(person)
        try world.addPhone(person, .mobilePhone, "+4930123456\(name.utf8.count)")
        world.ambient.advance(.hours(49))
        _ = try world.mail()
        return person
    }

    // MARK: From when

    @Test func invariant_I45_aVersionComesIntoForceByItself() throws {
        let monday = world.now + .hours(24)
        let applied = try apply(["recovery.undoHours": .number(48)], at: monday)
        #expect(applied.version == 1 && applied.effectiveAt == monday)
        #expect(try inForce() == 0 && states() == [.scheduled])
        #expect(try world.house.policies.show(nil).place.scheduled.map(\.version) == [1])
        world.ambient.turn(to: monday + -Timestamp.Span.seconds(1))
        #expect(try inForce() == 0)
        // A restart in between loses nothing and does nothing.
        try world.restart()
        world.ambient.turn(to: monday)
        #expect(try inForce() == 1 && states() == [.inForce])
        #expect(try world.house.policies.show(nil).settings.contains { $0.value.text == "48" })
        // The trail says at once from when, and a kind of its own for the moment is not needed.
        let events = try world.events(.policyApplied) + world.events(.policyChanged)
        #expect(events.allSatisfy { $0.effectiveAt == monday && $0.policy == 1 })
    }

    @Test func invariant_I45_whatBeganBeforeEndsAsItBegan() throws {
        let ana = try world.enrol("ana")
        try apply(["recovery.proofs": .number(2), "passwords.minimumLength": .number(60)], at: world.now + .minutes(5))
        let before = try world.begun(ana)
        world.ambient.advance(.minutes(6))
        let after = try world.begun(ana)
        #expect(before.proofsNeeded == 1 && after.proofsNeeded == 2)
        let grant = try #require(try world.proveEmail(before.handle).grant)
        #expect(throws: Never.self) { try world.reset(ana, grant).reply() }
    }

    @Test func invariant_I45_aLaterVersionForAnEarlierTimeOvertakes() throws {
        let start = world.now
        try apply(["recovery.undoHours": .number(1)], at: start + .hours(10))
        try apply(["recovery.undoHours": .number(2)], at: start + .hours(20))
        let third = try world.house.policies.plan(PolicyDocument(), at: start + .hours(15))
        #expect(third.overtaken == [2] && third.base == 2)
        #expect(third.changes.first.map { "\($0.before) \($0.after)" } == "1 24", "it follows the first")
        #expect(try apply(["recovery.undoHours": .number(3)], at: start + .hours(15)).overtaken == [2])
        #expect(try states() == [.scheduled, .cancelled, .scheduled])
        // At once: whatever waits would come after a newer one, and never does.
        #expect(try apply(["recovery.undoHours": .number(4)]).overtaken == [1, 3])
        world.ambient.turn(to: start + .hours(30))
        #expect(try inForce() == 4 && states() == [.cancelled, .cancelled, .cancelled, .inForce])
        let cancelled = try world.events(.policyCancelled)
        #expect(cancelled.map(\.policy) == [2, 1, 3] && cancelled.allSatisfy { $0.reason == .superseded })
    }

    @Test func invariant_I45_aScheduledVersionCanBeCancelledAndNoOther() throws {
        func cancel(_ version: UInt32) throws {
            try world.house.policies.cancel(version, by: World.administrator)
        }
        let head = try world.enrol("head", role: .globalAdministrator)
        _ = try world.mail()
        let start = world.now
        try apply(["recovery.undoHours": .number(1)])
        try apply(["recovery.undoHours": .number(2)], at: start + .hours(10))
        try apply(["recovery.undoHours": .number(3)], at: start + .hours(20))
        _ = try world.mail()
        #expect(throws: Refusal.policyNotScheduled) { try cancel(1) }
        #expect(throws: Refusal.policyNotScheduled) { try cancel(2) }
        #expect(throws: Refusal.notFound) { try cancel(4) }
        try cancel(3)
        #expect(throws: Refusal.policyNotScheduled) { try cancel(3) }
        #expect(try world.mail().map { "\($0.row.kind) \($0.recipient.text)" } == ["policyChanged \(head.email.text)"])
        #expect(try world.events(.policyCancelled).map(\.policy) == [3])
        #expect(try world.events(.policyCancelled).allSatisfy { $0.actor == World.administrator && $0.reason == nil })
        world.ambient.turn(to: start + .hours(30))
        #expect(try inForce() == 2)
        #expect(throws: Refusal.policyNotScheduled) { try cancel(2) }
        #expect(try states() == [.past, .inForce, .cancelled])
    }

    @Test func invariant_I31_whoHasNotSeenWhatIsScheduledChangesNothing() throws {
        try apply(["recovery.undoHours": .number(1)], at: world.now + .hours(10))
        #expect(throws: Refusal.policyMoved(to: 1)) { try apply(["recovery.undoHours": .number(2)], after: 0) }
        #expect(throws: Refusal.policyMoved(to: 1)) {
            try apply(["recovery.undoHours": .number(2)], at: world.now + .hours(1), after: 0)
        }
        #expect(try world.house.policies.show(nil).place.newest == 1)
    }

    @Test func aMomentLiesAheadAndNotMoreThanAYear() throws {
        let year = Timestamp.Span.hours(366 * 24)
        let now = world.now
        let wrong: [Timestamp] = [now, now + -Timestamp.Span.hours(1), now + year + Timestamp.Span.seconds(1)]
        for moment in wrong {
            #expect(throws: Refusal.policyTime) { try apply(["phones": .flag(true)], at: moment) }
            #expect(throws: Refusal.policyTime) { try world.house.policies.plan(PolicyDocument(), at: moment) }
        }
        try apply([:], at: now + year)
    }

    @Test func soManyMayWaitAndNoMore() throws {
        let start = world.now
        for hours in 1...16 { try apply([:], at: start + .hours(Int64(hours))) }
        #expect(throws: Refusal.conflict) { try apply([:], at: start + .hours(17)) }
        world.ambient.advance(.hours(1))
        #expect(throws: Never.self) { try apply([:], at: start + .hours(17)) }
    }

    @Test func invariant_I44_aGroupThatWaitsForItsRulesStays() throws {
        let finance = try GroupName("finance")
        try world.house.groups.add(finance, by: World.administrator)
        _ = try world.house.policies.apply(
            PolicyDocument(groups: [finance: ["phones": .flag(false)]]), order(world.now + .hours(1)),
            by: World.administrator)
        #expect(throws: Refusal.groupInPolicy) { try world.house.groups.remove(finance, by: World.administrator) }
        try world.house.policies.cancel(1, by: World.administrator)
        try world.house.groups.remove(finance, by: World.administrator)
    }

    @Test func aScheduledVersionThatThisReleaseDoesNotUnderstandStopsTheStart() throws {
        let row = PolicyVersionRow(
            id: PolicyVersionID(random: 1), version: 1, appliedAt: world.now, uid: 0, reason: try PolicyReason("x"),
            restores: nil, document: PolicyDocument(["recovery.later": .number(1)]), effectiveAt: world.now + .hours(1))
        try world.store.write { try $0.insert(row) }
        world.adopt(Policy())
        #expect { try world.house.policies.check() } throws: { "\($0)".contains("recovery.later") }
    }

    /// What holds at once holds whatever the clock says later.
    @Test func invariant_I45_aClockThatIsSetBackTakesNoVersionAway() throws {
        try apply(["recovery.proofs": .number(2)])
        world.ambient.turn(to: world.now + -Timestamp.Span.hours(48))
        #expect(try inForce() == 1)
    }

    /// Going back takes the same conditions: from when, and for how long the version before still counts.
    @Test func goingBackHasItsTimeAndItsGraceToo() throws {
        let ana = try world.add("ana")
        try world.addEmail(ana)
        try apply(["recovery.proofs": .number(2)])
        try apply([:])
        let (place, moment) = (try world.house.policies.show(nil).place, world.now + .hours(24))
        let gone = try world.house.policies.rollBack(
            to: 1, order(moment, grace: 3, after: place.newest), by: World.administrator)
        #expect(gone.version == 3 && gone.effectiveAt == moment)
        #expect(try states() == [.past, .inForce, .scheduled])
        #expect(try world.house.accounts.explain(ana.name).eligibility.unmet.isEmpty)
        world.ambient.turn(to: moment)
        #expect(try inForce() == 3)
        #expect(try world.house.accounts.explain(ana.name).graceUntil == moment + .hours(72))
    }

    // MARK: Grace

    @Test func invariant_I46_whoHasTooLittleRecoversByTheRulesBeforeForAWhile() throws {
        let ana = try world.add("ana")
        try world.addEmail(ana)
        let effective = world.now + .hours(10)
        try apply(["recovery.proofs": .number(2)], at: effective, grace: 14)
        let end = effective + .hours(14 * 24)
        #expect(try world.house.accounts.explain(ana.name).graceUntil == nil, "it does not hold yet")
        world.ambient.turn(to: effective)
        let explained = try world.house.accounts.explain(ana.name)
        #expect(explained.eligibility.unmet.isEmpty && explained.graceUntil == end)
        #expect(try world.house.reports.registration(after: nil).users.capable == 1)
        // Signing in asks for what is missing all the same.
        #expect(try world.house.signIn.ask(ana.name).missing == 1)
        world.ambient.turn(to: end + -Timestamp.Span.seconds(1))
        let last = try world.begun(ana)
        #expect(last.proofsNeeded == 1)
        world.ambient.turn(to: end)
        // What has begun goes on; what begins now is over.
        let grant = try #require(try world.proveEmail(last.handle).grant)
        #expect(throws: Never.self) { try world.reset(ana, grant).reply() }
        #expect(try world.house.accounts.explain(ana.name).eligibility.unmet == [.registered])
        let late = try world.begun(ana)
        #expect(late.proofsNeeded == 2 && late.methods.map(\.kind) == [.email, .totp], "like a stranger's")
    }

    @Test func invariant_I46_whoHasEnoughIsUnderTheNewRulesAtOnce() throws {
        let ana = try world.enrol("ana")
        try apply(["recovery.proofs": .number(2), "passwords.minimumLength": .number(40)], grace: 14)
        #expect(try world.begun(ana).proofsNeeded == 2)
        #expect(try world.house.accounts.explain(ana.name).graceUntil == nil)
    }

    /// Without a day of grace there is none; and 14 are what a document that says nothing has.
    @Test(arguments: [0, nil, 90]) func invariant_I46_graceIsAsLongAsItSays(days: Int?) throws {
        let ana = try world.add("ana")
        try world.addEmail(ana)
        try apply(["recovery.proofs": .number(2)], grace: days)
        let until = try world.house.accounts.explain(ana.name).graceUntil
        #expect(until == (days == 0 ? nil : world.now + .hours(24 * Int64(days ?? 14))))
    }

    /// A kind of method that is no longer allowed is one that the rules before allowed.
    @Test func invariant_I46_aMethodThatIsNoLongerAllowedCountsMeanwhile() throws {
        try apply(["recovery.proofs": .number(2)])
        let ana = try phoneOwner("ana")
        #expect(throws: Refusal.policyLoss(losing: 1, capable: 1)) {
            try apply(["recovery.proofs": .number(2), "phones": .flag(false)], grace: 14, allowsLoss: false)
        }
        try apply(["recovery.proofs": .number(2), "phones": .flag(false)], grace: 14)
        #expect(try world.begun(ana).methods.map(\.kind) == [.email, .mobilePhone])
        #expect(try world.house.accounts.explain(ana.name).graceUntil != nil)
    }

    @Test func invariant_I46_onlyTheVersionRightBeforeCounts() throws {
        let ana = try world.add("ana")
        try world.addEmail(ana)
        try apply(["recovery.proofs": .number(2)], grace: 30)
        #expect(try world.house.accounts.explain(ana.name).graceUntil != nil)
        // The one after asks the same, and who could by grace only is counted as losing it.
        let next: [String: PolicyValue] = ["recovery.proofs": .number(2), "phones": .flag(false)]
        #expect(throws: Refusal.policyLoss(losing: 1, capable: 1)) { try apply(next, grace: 30, allowsLoss: false) }
        try apply(next, grace: 30)
        #expect(try world.house.accounts.explain(ana.name).eligibility.unmet == [.registered])
        #expect(try world.begun(ana).proofsNeeded == 2)
        // A version that was cancelled was never the one before.
        try apply(["recovery.proofs": .number(1)], grace: 30)
        try apply(["recovery.proofs": .number(2)], at: world.now + .hours(1))
        try world.house.policies.cancel(4, by: World.administrator)
        try apply(["recovery.proofs": .number(2)], grace: 1)
        #expect(try world.begun(ana).proofsNeeded == 1)
    }

    @Test func invariant_I46_noAdministratorGetsByWithOneProof() throws {
        let chief = try phoneOwner("chief", role: .administrator)
        let bare = try world.add("bare", role: .administrator)
        try world.addEmail(bare)
        // Whatever the version before was, and the one before that.
        try apply(["recovery.proofs": .number(1), "questions": .flag(true)], grace: 90)
        try apply(["recovery.proofs": .number(2), "phones": .flag(false)], grace: 90)
        #expect(try world.begun(chief).proofsNeeded == 2, "by the rules before, with two")
        #expect(try world.house.accounts.explain(chief.name).graceUntil != nil)
        let explained = try world.house.accounts.explain(bare.name)
        #expect(explained.eligibility.unmet == [.registered] && explained.graceUntil == nil)
        #expect(try world.begun(bare).proofsNeeded == 2)
        for field in PolicyField.all {
            for value in PolicyFieldTests.accepted(field) {
                let before = try Policy().applying(PolicyDocument([field.name: value]))
                #expect(before.missing([.email, .questions], role: .administrator) > 0)
            }
        }
    }
}
