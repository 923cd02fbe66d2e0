import SSPRDomain
import SSPRVocabulary
import Testing

/// A state that is put back from a copy (attack G5, invariant I19).
@Suite("Restored state") struct RestoredStateTests {
    @Test(arguments: [StateProvenance.older(missing: 3), .foreign, .unknown])
    func invariant_I19_whatMayBeUsedUpIsVoid(_ provenance: StateProvenance) throws {
        for kind in ClockStage.Life.allCases {
            let stage = try ClockStage()
            let isGood = try stage.make(kind)
            _ = try stage.world.house.startUp.settle(provenance)
            #expect(try !isGood(), "\(kind)")
        }
    }

    @Test(arguments: [StateProvenance.newest, .new])
    func invariant_I19_theNewestStateLosesNothing(_ provenance: StateProvenance) throws {
        for kind in ClockStage.Life.allCases {
            let stage = try ClockStage()
            let isGood = try stage.make(kind)
            _ = try stage.world.house.startUp.settle(provenance)
            #expect(try isGood(), "\(kind)")
            #expect(try stage.world.events(.stateRestored).isEmpty)
        }
    }

    /// Whoever saw a code that was used before the copy was put back uses it again.
    @Test func attack_G5_noAppCodeThatMayHaveBeenUsedIsGoodAgain() throws {
        let world = World()
        let alice = try world.enrol("alice")
        world.ambient.advance(.seconds(15))
        let (now, before) = (world.appCode(alice), world.appCode(alice, offset: -1))
        _ = try world.house.startUp.settle(.older(missing: 1))
        for code in [now, before] {
            #expect(throws: Refusal.refused) { try world.answer(world.begin(alice), 2, code) }
        }
        world.ambient.advance(.seconds(15))
        try world.answer(world.begin(alice), 2, world.appCode(alice))
    }

    @Test func attack_G5_noMessageCarriesACodeThatIsVoid() throws {
        let world = World()
        let alice = try world.enrol("alice")
        _ = try world.house.recovery.send(world.begin(alice), 1, by: World.helper)
        _ = try world.house.startUp.settle(.older(missing: 1))
        #expect(try world.mail().isEmpty)
        try world.house.deliveries.forgetExpired()
        #expect(try world.events(.deliverySettled).last?.reason == .expired)
    }

    /// What happened after the copy was made was so, and is not in it.
    @Test(arguments: [StateProvenance.older(missing: 3), .foreign, .unknown])
    func invariant_I50_nothingIsToldOfWhatMayBeMissing(_ provenance: StateProvenance) throws {
        let world = try World(keeping: .sqlite)
        let alice = try world.enrol("alice")
        let before = world.now
        world.ambient.advance(.hours(1))
        let restored = world.now
        _ = try world.house.startUp.settle(provenance)
        world.ambient.advance(.hours(1))
        _ = try world.house.startUp.settle(.newest)
        #expect(throws: Refusal.notRecorded(since: restored)) {
            try world.house.accounts.explain(alice.name, at: before)
        }
        #expect(throws: Never.self) { try world.house.accounts.explain(alice.name, at: restored) }
    }

    /// The same by a clock that is behind until somebody sets it.
    @Test func invariant_I50_nothingIsToldOfWhatMayBeMissingByAClockBehind() throws {
        let world = try World(keeping: .sqlite)
        let alice = try world.enrol("alice")
        let copied = world.now
        world.ambient.reboot(.hours(-1000))
        try world.house.clock.begin()
        _ = try world.house.startUp.settle(.older(missing: 3))
        world.ambient.advance(.seconds(60))
        world.ambient.jump(.hours(1100))
        try world.house.clock.look()
        let set = world.now
        world.ambient.advance(.seconds(1))
        #expect(throws: Refusal.notRecorded(since: set)) {
            try world.house.accounts.explain(alice.name, at: copied + .hours(50))
        }
        #expect(throws: Never.self) { try world.house.accounts.explain(alice.name, at: set) }
    }

    @Test func attack_G5_theTrailSaysWhatIsMissing() throws {
        let world = World()
        _ = try world.house.startUp.settle(.older(missing: 7))
        _ = try world.house.startUp.settle(.unknown)
        let events = try world.events(.stateRestored)
        #expect(events.map(\.reason) == [.olderState, .unknownState])
        #expect(events.map(\.missing) == [7, nil])
    }
}
