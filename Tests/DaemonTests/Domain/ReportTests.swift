import SSPRDomain
import SSPRVocabulary
import Testing

/// Figures of reports, each counted from what was done just before (feature F10, spec/reports.md).
@Suite struct ReportTests {
    private func activity(_ world: World, from: Timestamp, by bucket: ReportBucket = .day) throws
        -> Reports.ActivityPage
    {
        try world.house.reports.activity(from: from, to: world.ambient.now + .seconds(1), by: bucket, after: nil)
    }

    private func count(_ page: Reports.ActivityPage, _ kind: EventKind, _ outcome: EventOutcome = .succeeded) -> UInt32
    {
        page.tallies.filter { $0.kind == kind && $0.outcome == outcome }.reduce(0) { $0 + $1.count }
    }

    @Test("Registration counts what accounts explain says, administrators apart")
    func registration() throws {
        let world = World()
        _ = try world.enrol("alice")
        _ = try world.enrol("carol", role: .administrator)
        _ = try world.add("bob")
        let dave = try world.enrol("dave")
        try world.house.accounts.setEnabled(dave.name, false, by: World.administrator)
        let page = try world.house.reports.registration(after: nil)
        #expect(page.reached == nil)
        #expect(page.users.accounts == 3)
        #expect(page.users.enabled == 2)
        #expect(page.users.licensed == 3)
        #expect(page.users.registered == 2)
        #expect(page.users.capable == 1)
        #expect(page.users.methods == [MethodTally(kind: .email, accounts: 2), MethodTally(kind: .totp, accounts: 2)])
        #expect(page.administrators.accounts == 1)
        #expect(page.administrators.capable == 1)
        try world.unlicenseEveryone()
        #expect(try world.house.reports.registration(after: nil).users.licensed == 0)
        #expect(try world.house.reports.registration(after: nil).users.capable == 0)
    }

    @Test("A page looks at 1024 accounts and says where it ended")
    func pagesAddUp() throws {
        let world = World()
        for number in 0..<1030 { _ = try world.add("p\(number)") }
        let first = try world.house.reports.registration(after: nil)
        #expect(first.users.accounts == 1024)
        let second = try world.house.reports.registration(after: first.reached)
        #expect(second.users.accounts == 6)
        #expect(second.reached == nil)
    }

    @Test("A reset, a recovery that was left and one that blocked are told apart, with the time that the reset took")
    func activityOfRecoveries() throws {
        let world = World()
        let alice = try world.enrol("alice")
        let bob = try world.enrol("bob")
        let start = world.ambient.now
        let grant = try world.grant(alice)
        world.ambient.advance(.seconds(30))
        try world.run {
            try world.house.recovery.reset(alice.name, grant, Secret(text: World.newPassword), by: World.helper)
        }
        try world.proveEmail(try world.begin(bob))
        let handle = try world.begin(bob)
        for _ in 0..<5 { _ = try? world.answer(handle, 2, world.appCode(bob).spoiled) }
        _ = try world.house.recovery.begin(AccountName("ghost"), .reset, by: World.helper)

        let page = try activity(world, from: start)
        #expect(page.isLast)
        #expect(count(page, .passwordReset) == 1)
        #expect(count(page, .recoveryBlocked) == 1)
        #expect(count(page, .recoveryBegun) == 4)
        #expect(count(page, .proofAnswered) == 3)
        #expect(count(page, .proofAnswered, .refused) == 5)
        #expect(page.recoveries.count == 4)
        #expect(page.recoveries.filter { $0.isStrangers == true }.count == 1)
        #expect(page.recoveries.filter { $0.proofs == 1 }.count == 1)
        let done = try #require(page.recoveries.first { $0.finishedAt != nil })
        #expect(done.proofs == 2)
        // `proveApp` waits a minute for a fresh code.
        #expect(try #require(done.finishedAt) - #require(done.begunAt) == .seconds(90))
        #expect(page.origins == [OriginTally(actor: World.helper, refused: 5, throttled: 0)])
    }

    @Test("What lies before the time is not counted, and what began in it is read to its end")
    func invariant_I43_whatLiesOutsideItsTimeIsNotCounted() throws {
        let world = World()
        let alice = try world.enrol("alice")
        let grant = try world.grant(alice)
        world.ambient.advance(.seconds(10))
        let middle = world.ambient.now
        try world.run {
            try world.house.recovery.reset(alice.name, grant, Secret(text: World.newPassword), by: World.helper)
        }
        let after = try activity(world, from: middle)
        #expect(count(after, .passwordReset) == 1)
        #expect(count(after, .recoveryBegun) == 0)
        #expect(after.recoveries.allSatisfy { $0.begunAt == nil })
        let before = try world.house.reports.activity(from: middle + .hours(-1), to: middle, by: .hour, after: nil)
        #expect(count(before, .passwordReset) == 0)
        #expect(before.recoveries.contains { $0.begunAt != nil && $0.finishedAt != nil })
    }

    @Test("Beginning after a page's end gives the rest")
    func activityPages() throws {
        let world = World()
        _ = try world.enrol("alice")
        let from = Timestamp(milliseconds: 0)
        let whole = try activity(world, from: from)
        let rest = try world.house.reports.activity(
            from: from, to: world.ambient.now + .seconds(1), by: .day, after: whole.reached)
        #expect(rest.tallies.isEmpty)
        #expect(rest.isLast)
    }

    @Test(arguments: [
        (ReportBucket.hour, Int64(5_400_000), Int64(3_600_000)), (.day, 90_000_000, 86_400_000),
        // 1970-01-05 was the first Monday.
        (.week, 345_600_000, 345_600_000), (.week, 345_599_999, -259_200_000), (.day, -1, -86_400_000),
    ])
    func bucketsBeginInUTC(_ bucket: ReportBucket, _ moment: Int64, _ start: Int64) {
        #expect(bucket.start(of: Timestamp(milliseconds: moment)) == Timestamp(milliseconds: start))
    }

    @Test("A blocked account is listed with what is blocked, since when and until when; afterwards it is not")
    func blocked() throws {
        let world = World()
        let bob = try world.enrol("bob")
        _ = try world.enrol("alice")
        let handle = try world.begin(bob)
        for _ in 0..<5 { _ = try? world.answer(handle, 2, world.appCode(bob).spoiled) }
        let now = world.ambient.now
        let page = try world.house.reports.blocked(after: nil)
        #expect(page.reached == nil)
        #expect(
            page.accounts == [
                BlockedAccount(account: bob.name, use: .recovery, failures: 5, since: now, until: now + .hours(24))
            ])
        #expect(try world.house.reports.registration(after: nil).users.blocked == 1)
        world.ambient.advance(.hours(24))
        #expect(try world.house.reports.blocked(after: nil).accounts.isEmpty)
    }

    @Test("Messages are counted by what became of them; what no courier was given is not among those queued")
    func deliveries() throws {
        let world = World()
        let alice = try world.enrol("alice")
        let start = world.ambient.now
        let handle = try world.begin(alice)
        _ = try world.house.recovery.send(handle, 1, by: World.helper)
        world.ambient.advance(.seconds(4))
        try world.mail()
        let ghost = try world.house.recovery.begin(AccountName("ghost"), .reset, by: World.helper)
        _ = try world.house.recovery.send(ghost.handle, 1, by: World.helper)
        world.ambient.advance(.seconds(61))
        _ = try world.house.recovery.send(handle, 1, by: World.helper)
        func figures() throws -> ChannelFigures {
            let page = try world.house.reports.deliveries(from: start, to: world.ambient.now + .seconds(1), after: 0)
            #expect(page.isLast)
            return try #require(page.channels.first)
        }
        var now = try figures()
        #expect((now.queued, now.accepted, now.waiting, now.expired, now.failed) == (2, 1, 1, 0, 0))
        #expect(now.withheld == 1)
        #expect(now.delays == [4000])
        world.ambient.advance(.hours(1))
        now = try figures()
        #expect((now.queued, now.accepted, now.waiting, now.expired, now.failed) == (2, 1, 0, 1, 0))
    }
}
