import SSPRDomain
import SSPRVocabulary
import Testing

/// How recoveries end that nobody finishes: told once, whoever they were begun for (features F4, F10).
@Suite struct EndingTests {
    let world = World()

    private func ghost() throws -> Recovery.Begun {
        try world.house.recovery.begin(AccountName("ghost"), .reset, by: World.helper)
    }

    /// What the sweep writes, and the last event of the trail.
    private func sweep() throws -> (event: AuditEvent?, rows: RowTally, commits: Int) {
        let (before, commits) = (world.store.rows, world.store.commits)
        try world.house.endings.settleExpired()
        let rows = world.store.rows.merging(before) { $0 - $1 }.filter { $0.value != 0 }
        return (try world.events().last, rows, world.store.commits - commits)
    }

    @Test func invariant_I47_aRecoveryThatIsLeftIsToldOnceWhenItsTimeIsOver() throws {
        let alice = try world.enrol("alice")
        _ = try world.begin(alice)
        let begun = try #require(world.events(.recoveryBegun).last)
        world.ambient.advance(.seconds(15 * 60 - 1))
        #expect(try sweep().commits == 0)
        world.ambient.advance(.seconds(1))
        let (event, _, commits) = try sweep()
        var expected = AuditEvent(
            .recoveryAbandoned, .failed, at: world.now, by: EventActor(uid: 990, role: nil), account: alice.name,
            recovery: begun.recovery, reason: .expired)
        expected.step = .begun
        #expect(event == expected && commits == 1)
        #expect(try sweep().commits == 0)
        world.ambient.advance(.hours(30))
        #expect(try sweep().commits == 0)
        #expect(try world.events(.recoveryAbandoned).count == 1)
    }

    @Test func invariant_I47_strangersLeaveWhatTheRegisteredLeave() throws {
        _ = try world.enrol("rita")
        let quinn = try world.enrol("quinn")
        let (_, known) = (try world.begin(quinn), try #require(world.events(.recoveryBegun).last))
        world.ambient.advance(.minutes(15))
        let first = try sweep()
        let (_, unknown) = (try ghost(), try #require(world.events(.recoveryBegun).last))
        world.ambient.advance(.minutes(15))
        let second = try sweep()
        #expect(first.rows == second.rows && !first.rows.isEmpty)
        #expect(first.commits == second.commits)
        var (left, right) = (try #require(first.event), try #require(second.event))
        #expect(left.recovery == known.recovery && right.recovery == unknown.recovery)
        #expect(left.account == quinn.name && left.pseudonym == nil)
        #expect(right.account == nil && right.pseudonym?.text == unknown.pseudonym?.text && right.pseudonym != nil)
        // But for whom it is about and when, all the same.
        (left.account, left.recovery, left.at) = (nil, nil, world.now)
        (right.pseudonym, right.recovery, right.at) = (nil, nil, world.now)
        #expect(left == right)
    }

    /// An account that may not recover is shown what a stranger is shown; the trail still says whose it was.
    @Test func theTrailNamesAnAccountThatWasShownDecoys() throws {
        _ = try world.enrol("rita")
        _ = try world.begin(world.add("dan"))
        world.ambient.advance(.minutes(15))
        #expect(try sweep().event?.account?.text == "dan")
    }

    @Test func invariant_I47_theStepIsTold() throws {
        let people = try (0..<3).map { try world.enrol("p\($0)") }
        for (person, proofs) in zip(people, [[], [MethodKind.totp], [.totp, .email]]) {
            let begun = try world.begun(person)
            for kind in proofs {
                let choice = try #require(begun.methods.first { $0.kind == kind }).choice
                let code = try kind == .email ? world.sendCode(begun.handle, choice: choice) : world.appCode(person)
                try world.answer(begun.handle, choice, code)
            }
        }
        world.ambient.advance(.minutes(15))
        try world.house.endings.settleExpired()
        let steps = try world.events(.recoveryAbandoned).map { "\($0.account?.text ?? "") \($0.step?.rawValue ?? "")" }
        #expect(Set(steps) == ["p0 begun", "p1 proven", "p2 granted"])
        let now = world.now
        #expect(try world.store.read { try $0.unfinishedRecoveries(at: now, takenUntil: now, limit: 9) } == [])
    }

    @Test func invariant_I47_manyAreToldInPortions() throws {
        let alice = try world.enrol("alice")
        for _ in 0..<(2 * RecoveryEndings.atOnce + 1) { _ = try world.begin(alice) }
        world.ambient.advance(.minutes(15))
        #expect(try sweep().commits == 3)
        #expect(try world.events(.recoveryAbandoned).count == 2 * RecoveryEndings.atOnce + 1)
    }

    /// A row goes a day after its time, but not before its end is in the trail: the daemon may have been away.
    @Test func invariant_I47_noRowVanishesUnsaid() throws {
        let alice = try world.enrol("alice")
        _ = try world.begin(alice)
        let id = try #require(world.events(.recoveryBegun).last?.recovery)
        world.ambient.advance(.hours(30))
        _ = try world.begin(alice)
        #expect(try world.store.read { try $0.recovery(id) } != nil)
        try world.house.endings.settleExpired()
        #expect(try world.events(.recoveryAbandoned).map(\.recovery) == [id])
        _ = try world.begin(alice)
        #expect(try world.store.read { try $0.recovery(id) } == nil)
    }

    @Test func invariant_I47_whatEndedOtherwiseIsNotAbandoned() throws {
        let (alice, bob) = try (world.enrol("alice"), world.enrol("bob"))
        try world.reset(alice, world.grant(alice)).reply()
        try world.house.recovery.cancel(world.begin(bob), by: World.helper)
        world.ambient.advance(.hours(1))
        #expect(try sweep().commits == 0)
    }

    @Test func whatANewPasswordMakesVoidIsCancelledInTheTrail() throws {
        let alice = try world.enrol("alice")
        _ = try world.begin(alice)
        let other = try #require(world.events(.recoveryBegun).last?.recovery)
        try world.reset(alice, world.grant(alice)).reply()
        let cancelled = try world.events(.recoveryCancelled)
        #expect(cancelled.map(\.recovery) == [other] && cancelled.map(\.reason) == [.superseded])
        #expect(cancelled.map(\.account) == [alice.name] && cancelled.map(\.actor) == [World.helper])
        _ = try world.begin(alice)
        try world.house.accounts.remove(alice.name, by: World.administrator)
        #expect(try world.events(.recoveryCancelled).map(\.actor) == [World.helper, World.administrator])
    }

    @Test func whatARestoredStateMakesVoidIsCancelledInTheTrail() throws {
        let alice = try world.enrol("alice")
        _ = try world.begin(alice)
        _ = try ghost()
        let begun = try world.events(.recoveryBegun).map(\.recovery)
        _ = try world.house.startUp.settle(.older(missing: 3))
        let cancelled = try world.events(.recoveryCancelled)
        #expect(Set(cancelled.map(\.recovery)) == Set(begun) && cancelled.allSatisfy { $0.reason == .olderState })
        world.ambient.advance(.hours(1))
        #expect(try sweep().commits == 0)
    }

    @Test func theSixthRefusedPasswordIsAFailedRecovery() throws {
        let alice = try world.enrol("alice")
        let grant = try world.grant(alice)
        for _ in 1...6 { #expect(throws: Refusal.self) { try world.reset(alice, grant, "short").reply() } }
        let failed = try world.events(.recoveryFailed)
        #expect(failed.map(\.reason) == [.passwordPolicy] && failed.map(\.outcome) == [.failed])
        #expect(failed.map(\.recovery) == [try world.events(.recoveryGranted).last?.recovery])
    }

    /// The process died, or the disk was full, after a grant was taken and before anything came of it.
    @Test func invariant_I47_aGrantThatWasLostHalfWayIsAFailedRecovery() throws {
        let alice = try world.enrol("alice")
        _ = try world.grant(alice)
        let id = try #require(world.events(.recoveryGranted).last?.recovery)
        try world.store.write { tx in
            var row = try #require(try tx.recovery(id))
            row.state = .taken
            try tx.update(row)
        }
        // It may still be under way: a hash takes its time, an order longer.
        // Proving took a minute.
        world.ambient.advance(.minutes(18))
        #expect(try sweep().commits == 0)
        world.ambient.advance(.minutes(1))
        let event = try #require(try sweep().event)
        #expect(event.kind == .recoveryFailed && event.reason == .crashed && event.recovery == id)
        #expect(try sweep().commits == 0)
    }

    /// A second proof by a grant is how a recovery for managing methods ends.
    @Test func managingMethodsIsAnEndToo() throws {
        let alice = try world.enrol("alice")
        let grant = try world.grant(alice, .manage)
        _ = try world.run {
            try world.house.registration.prove(
                alice.name, Secret(text: alice.password), and: .grant(grant), by: World.helper)
        }
        let granted = try #require(world.events(.recoveryGranted).last?.recovery)
        #expect(try world.events(.registrationProven).last?.recovery == granted)
    }
}

/// What must be true of every recovery, whatever has happened to it.
extension World {
    /// Lets time end whatever is still under way; returns the recoveries that have not exactly one end in the trail.
    func recoveriesWithoutOneEnd() throws -> [RecoveryID] {
        ambient.advance(.hours(1))
        try house.endings.settleExpired()
        let events = try events()
        let ends = events.compactMap { event in
            switch (event.kind, event.outcome) {
            case (.passwordReset, .succeeded), (.accountUnlocked, .succeeded), (.registrationProven, .succeeded),
                (.passIssued, .succeeded), (.recoveryCancelled, _), (.recoveryFailed, _), (.recoveryAbandoned, _):
                event.recovery
            default: nil
            }
        }
        let counts = Dictionary(ends.map { ($0, 1) }, uniquingKeysWith: +)
        let begun = events.filter { [.recoveryBegun, .callerAsked].contains($0.kind) && $0.outcome == .succeeded }
        return begun.compactMap(\.recovery).filter { counts[$0] != 1 }
    }
}
