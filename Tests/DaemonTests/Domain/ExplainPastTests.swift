import SSPRVocabulary
import Testing

@testable import SSPRDomain

/// Whether an account could recover at a moment that is past (feature F6, decision 35).
@Suite("Explaining what was") struct ExplainPastTests {
    /// A house does at random what houses do; what is told of each moment later is what was told in it.
    @Test(arguments: StoreUnderTest.Kind.allCases, [UInt64(1), 2])
    func invariant_I50_whatIsToldOfAMomentIsWhatWasToldInIt(_ kind: StoreUnderTest.Kind, _ seed: UInt64) throws {
        var walk = PastWalk(try World(keeping: kind, seed: seed), seed: seed)
        while walk.done < 150 || (walk.done < 600 && !walk.lacks.isEmpty) { try walk.step() }
        let told = walk.told
        for moment in told {
            for (name, answer) in moment.answers {
                #expect(
                    try walk.explained(name, at: moment.at) == answer, "\(name), \(moment.at), after \(moment.done)")
            }
        }
        #expect(walk.lacks.isEmpty, "\(walk.lacks)")
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func whatWasBeforeTheRecordBeganNobodyKnows(_ kind: StoreUnderTest.Kind) throws {
        let world = try World(keeping: kind)
        let begun = world.now
        let ana = try world.add("ana")
        world.ambient.advance(.hours(1))
        #expect(try world.house.accounts.explain(ana.name, at: begun).eligibility.unmet == [.registered])
        let sooner = begun + Timestamp.Span(milliseconds: -1)
        #expect(throws: Refusal.notRecorded(since: begun)) { try world.house.accounts.explain(ana.name, at: sooner) }
        // A year later what was so before is not told any more, whoever still keeps it.
        world.ambient.advance(.hours(366 * 24))
        let earliest = begun + .hours(1)
        #expect(throws: Refusal.notRecorded(since: earliest)) {
            try world.house.accounts.explain(ana.name, at: earliest + Timestamp.Span(milliseconds: -1))
        }
        #expect(throws: Never.self) { try world.house.accounts.explain(ana.name, at: earliest) }
    }

    /// What the daemon keeps of the past goes with the year, and nothing that is still told.
    @Test func whatEndedAYearAgoIsForgotten() throws {
        let world = try World(keeping: .sqlite)
        let names = try (0..<300).map { try world.add("user\($0)").name }
        world.ambient.advance(.hours(1))
        for name in names { try world.house.accounts.setEnabled(name, false, by: World.administrator) }
        let ended = world.now
        world.ambient.advance(.hours(24))
        try world.house.accounts.setEnabled(names[0], true, by: World.administrator)
        world.ambient.turn(to: ended + .hours(366 * 24))
        try world.house.accounts.forgetPast()
        #expect(try world.store.read { try $0.oldestPast() } == ended)
        world.ambient.advance(.seconds(1))
        try world.house.accounts.forgetPast()
        #expect(try world.store.read { try $0.oldestPast() } == ended + .hours(24))
        #expect(try world.house.accounts.explain(names[0], at: ended + .hours(23)).eligibility.unmet.first == .enabled)
    }

    /// By a clock that is ahead what is still told may be forgotten; then it is not known, whatever the clock says later.
    @Test func invariant_I50_whatAClockAheadHasForgottenIsNotTold() throws {
        let world = try World(keeping: .sqlite)
        let ana = try world.add("ana")
        try world.house.accounts.setEnabled(ana.name, false, by: World.administrator)
        world.ambient.advance(.hours(24))
        let disabled = world.now + -.hours(12)
        try world.house.accounts.setEnabled(ana.name, true, by: World.administrator)
        world.ambient.advance(.hours(24))
        #expect(try world.house.accounts.explain(ana.name, at: disabled).eligibility.unmet.first == .enabled)
        let now = world.now
        world.ambient.jump(.hours(400 * 24))
        try world.house.clock.look()
        try world.house.accounts.forgetPast()
        world.ambient.jump(.hours(-400 * 24))
        try world.house.clock.look()
        #expect(throws: Refusal.notRecorded(since: now)) { try world.house.accounts.explain(ana.name, at: disabled) }
        world.ambient.advance(.hours(1))
        #expect(throws: Never.self) { try world.house.accounts.explain(ana.name, at: now) }
    }

    /// A machine that starts with a clock far behind until somebody sets it: those moments are told as they were, or not at all.
    @Test(arguments: StoreUnderTest.Kind.allCases)
    func invariant_I50_whatAClockBehindLeapsOverIsNotTold(_ kind: StoreUnderTest.Kind) throws {
        let world = try World(keeping: kind)
        let ana = try world.add("ana")
        func tells(_ moment: Timestamp) throws -> EligibilityRule? {
            try world.house.accounts.explain(ana.name, at: moment).eligibility.unmet.first
        }
        let start = world.now
        for isEnabled in [false, true, false, true] {
            world.ambient.advance(.hours(48))
            try world.house.accounts.setEnabled(ana.name, isEnabled, by: World.administrator)
        }
        world.ambient.advance(.hours(48))
        let end = world.now
        #expect(try tells(start + .hours(50)) == .enabled && tells(start + .hours(150)) == .enabled)
        world.ambient.jump(start + .hours(100) - end)
        try world.house.clock.look()
        world.ambient.advance(.seconds(60))
        world.ambient.jump(end - world.now)
        try world.house.clock.look()
        #expect(try tells(start + .hours(50)) == .enabled)
        let leapt = world.now
        world.ambient.advance(.seconds(1))
        #expect(throws: Refusal.notRecorded(since: leapt)) { try tells(start + .hours(150)) }
        #expect(try tells(leapt) == .registered)
        // Leaps that overlap are passed over together.
        world.ambient.jump(.hours(-10))
        try world.house.clock.look()
        world.ambient.advance(.seconds(1))
        world.ambient.jump(.hours(20))
        try world.house.clock.look()
        let last = world.now
        world.ambient.advance(.seconds(1))
        #expect(throws: Refusal.notRecorded(since: last)) { try tells(start + .hours(150)) }
    }

    /// A document is judged by what was so then, and by the groups that there are today.
    @Test(arguments: StoreUnderTest.Kind.allCases)
    func aDocumentIsJudgedByWhatWasSoThen(_ kind: StoreUnderTest.Kind) throws {
        let world = try World(keeping: kind, policy: Policy(proofsNeeded: 1))
        var ana = try world.add("ana")
        try world.addEmail(ana)
        let before = world.now
        world.ambient.advance(.hours(2))
        try world.addApp(&ana)
        let staff = try GroupName("staff")
        try world.house.groups.add(staff, by: World.administrator)
        try world.house.groups.join(staff, [ana.name], by: World.administrator)
        // The app counts after a day.
        world.ambient.advance(.hours(30))
        func unmet(_ document: PolicyDocument, at moment: Timestamp) throws -> [EligibilityRule] {
            try world.house.accounts.explain(ana.name, at: moment, under: document).eligibility.unmet
        }
        let two = PolicyDocument(["recovery.proofs": .number(2)])
        #expect(try unmet(two, at: before) == [.registered])
        #expect(try unmet(two, at: before + .hours(28)).isEmpty)
        // She was in no group then.
        let scoped = PolicyDocument([:], groups: [staff: ["recovery.proofs": .number(2)]])
        #expect(try unmet(scoped, at: before).isEmpty)
    }
}
