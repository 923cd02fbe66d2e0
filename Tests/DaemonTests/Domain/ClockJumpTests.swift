import SSPRVocabulary
import Testing

@testable import SSPRDomain

/// A wall clock that is set while things are under way (attack G4, invariant I14).
@Suite("Clock jumps") struct ClockJumpTests {
    /// By how many seconds the clock is set.
    ///
    /// Suspending is no jump: both clocks count it, as `advance` does.
    static let jumps: [Int64] = [
        -1_800_000_000, -315_360_000, -31_536_000, -86_400, -3600, -30, -1, 1, 30, 3600, 86_400, 31_536_000,
        315_360_000,
        // To the end of 32 bits, 2038-01-19.
        2_147_483_648 - 1_800_000_000,
    ]

    @Test(arguments: ClockStage.Life.allCases, jumps)
    func invariant_I14_nothingLivesLongerAndNothingRevives(_ kind: ClockStage.Life, _ seconds: Int64) throws {
        let jump = Timestamp.Span.seconds(seconds)

        // Three seconds before its end: a forward jump may end it, a jump back changes nothing.
        let stage = try ClockStage()
        let isAlive = try stage.make(kind)
        stage.pass(kind.span, -3)
        try stage.set(jump)
        #expect(try isAlive() == (seconds < 3), "before its end")

        // Three seconds after it: whatever the clock says, it is over, looked at or not.
        for isSeen in [false, true] {
            let stage = try ClockStage()
            let isAlive = try stage.make(kind)
            stage.pass(kind.span, 3)
            if isSeen { try stage.set(jump) } else { stage.world.ambient.jump(jump) }
            #expect(try !isAlive(), "after its end, seen: \(isSeen)")
        }
    }

    @Test(arguments: ClockStage.Wait.allCases, jumps)
    func invariant_I14_noWaitEndsSooner(_ kind: ClockStage.Wait, _ seconds: Int64) throws {
        for isSeen in [false, true] {
            let stage = try ClockStage()
            let isOver = try stage.make(kind)
            stage.pass(kind.span, -3)
            if isSeen { try stage.set(.seconds(seconds)) } else { stage.world.ambient.jump(.seconds(seconds)) }
            #expect(try !isOver(), "before its end, seen: \(isSeen)")
        }
        // Nor later: what had three seconds to go has three seconds to go.
        let stage = try ClockStage()
        let isOver = try stage.make(kind)
        stage.pass(kind.span, -3)
        try stage.set(.seconds(seconds))
        stage.world.ambient.advance(.seconds(4))
        // Within a recovery, which a jump of its length has ended.
        #expect(try isOver() == (kind != .resend || seconds < 840), "after its end")
    }

    /// There and back again leaves waits where they were, and revives nothing that the way there has ended.
    @Test func invariant_I14_aClockThatWasWrongForAWhileRevivesNothing() throws {
        for kind in ClockStage.Life.allCases {
            let stage = try ClockStage()
            let isAlive = try stage.make(kind)
            try stage.set(.hours(24 * 365))
            try stage.set(.hours(-24 * 365))
            #expect(try !isAlive(), "\(kind)")
        }
        for kind in ClockStage.Wait.allCases {
            let stage = try ClockStage()
            let isOver = try stage.make(kind)
            stage.pass(kind.span, -3)
            try stage.set(.hours(24 * 365))
            try stage.set(.hours(-24 * 365))
            #expect(try !isOver(), "\(kind)")
        }
    }

    /// While no daemon looked, and over a start of the machine, after which nobody knows how long it was off.
    @Test func attack_G4_aClockThatWasSetWhileNobodyLooked() throws {
        for seconds in [Int64(-86_400), 86_400] {
            let stage = try ClockStage()
            let isAlive = try stage.make(.pass)
            let isOver = try stage.make(.signInLock)
            stage.world.ambient.advance(.seconds(30))
            stage.world.ambient.jump(.seconds(seconds))
            try stage.world.restart()
            #expect(stage.world.now == stage.world.ambient.reading.wall)
            #expect(try isAlive() == (seconds < 0))
            #expect(try !isOver())
        }
        let stage = try ClockStage()
        let isAlive = try stage.make(.pass)
        let isOver = try stage.make(.signInLock)
        stage.world.ambient.advance(.seconds(3601))
        try stage.world.house.accounts.setEnabled(stage.alice.name, true, by: World.administrator)
        stage.world.ambient.reboot(.hours(-24 * 365))
        try stage.world.restart()
        #expect(stage.world.now == stage.world.ambient.reading.wall)
        #expect(try !isAlive(), "an hour had passed before the clock was set back")
        #expect(try isOver())
        #expect(try stage.world.events(.clockJumped).map(\.reason) == [.clockBehind])
    }

    @Test func attack_G4_eachJumpIsToldAndNothingElseIs() throws {
        let stage = try ClockStage()
        let world = stage.world
        try stage.set(.hours(1))
        try stage.set(.init(milliseconds: 499))
        world.ambient.advance(.hours(10))
        #expect(try world.house.clock.look() == nil, "time that passes is no jump")
        try stage.set(.seconds(-90))
        let events = try world.events(.clockJumped)
        #expect(events.map(\.reason) == [.clockAhead, .clockBehind])
        // What was too little to be followed is followed with the next one.
        #expect(events.map(\.shift) == [3_600_000, 89_501])
        #expect(events.last?.at == world.now)
        #expect(world.now == world.ambient.reading.wall)
    }

    /// Stored times and the clock move together or not at all.
    @Test func attack_G4_aJumpThatCannotBeWrittenIsFollowedLater() throws {
        let stage = try ClockStage()
        let isOver = try stage.make(.signInLock)
        stage.world.ambient.advance(.seconds(57))
        stage.world.ambient.jump(.hours(5))
        stage.world.store.fail(1)
        #expect(throws: StoreError.unavailable) { try stage.world.house.clock.look() }
        #expect(try !isOver())
        #expect(try stage.world.house.clock.look()?.distance == .hours(5))
        #expect(try !isOver())
        stage.world.ambient.advance(.seconds(4))
        #expect(try isOver())
    }
}
