import SSPRDomain
import SSPRVocabulary
import Testing

/// The outbox as couriers see it: leased, at least once, fenced.
@Suite struct DeliveryTests {
    let world = World()
    let alice: Person

    init() throws {
        alice = try world.enrol("alice")
        _ = try world.house.recovery.send(world.begin(alice), 1, by: World.helper)
    }

    private func claim() -> PendingCall<LeasedDelivery?> {
        world.call { try world.house.deliveries.claim(by: World.courier) }
    }

    private func report(_ leased: LeasedDelivery, _ outcome: DeliveryOutcome) throws {
        try world.house.deliveries.report(leased.row.id, lease: leased.row.lease, outcome, by: World.courier)
    }

    @Test func aMessageSaysWhatTheCourierNeeds() throws {
        let leased = try #require(try claim().reply())
        #expect(leased.recipient == .contact(alice.email) && leased.account == alice.name)
        #expect(leased.row.kind == .recoveryCode)
        #expect(leased.code?.secret.count == 8 && leased.happenedAt == world.now && leased.row.lease == 1)
        #expect(leased.row.expiresAt == world.now + .minutes(10))
    }

    @Test func anAcceptedMessageIsGone() throws {
        try report(try #require(try claim().reply()), .accepted)
        #expect(claim().outcome == nil)
        #expect(try world.events(.deliverySettled).last?.outcome == .succeeded)
    }

    @Test func underALeaseNobodyElseGetsItAndAfterwardsUnderTheSameId() throws {
        let first = try #require(try claim().reply())
        world.ambient.advance(.seconds(59))
        #expect(claim().outcome == nil)
        world.ambient.advance(.seconds(1))
        let second = try #require(try claim().reply())
        #expect(
            second.row.id == first.row.id && second.row.lease == 2
                && second.code?.secret.copy == first.code?.secret.copy)
        #expect(throws: Refusal.refused, "the late courier is fenced off") { try report(first, .accepted) }
        try report(second, .accepted)
        #expect(throws: Refusal.refused) { try report(second, .accepted) }
    }

    @Test func aRejectedMessageIsGoneAndAudited() throws {
        try report(try #require(try claim().reply()), .rejected)
        world.ambient.advance(.seconds(120))
        #expect(claim().outcome == nil)
        let event = try #require(try world.events(.deliverySettled).last)
        #expect(event.outcome == .failed && event.account == alice.name)
    }

    @Test func repeatsBackOffUpToAnHour() throws {
        // A notice lives three days: long enough to see the longest pause.
        try world.mail()
        try world.reset(alice, world.grant(alice)).reply()
        var leased = try #require(try claim().reply())
        try #require(leased.row.kind == .passwordReset)
        for seconds in [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600] as [Int64] {
            try report(leased, .retry)
            #expect(throws: Refusal.refused, "reported once") { try report(leased, .accepted) }
            world.ambient.advance(.seconds(seconds - 1))
            #expect(claim().outcome == nil)
            world.ambient.advance(.seconds(1))
            leased = try #require(try claim().reply(), "after \(seconds) s")
        }
    }

    @Test func whatHasExpiredIsNotDelivered() throws {
        world.ambient.advance(.minutes(10))
        #expect(claim().outcome == nil)
    }

    @Test func invariant_I5_whatDiesInTheOutboxIsWrittenDown() throws {
        let ghost = try world.house.recovery.begin(AccountName("ghost"), .reset, by: World.helper).handle
        _ = try world.house.recovery.send(ghost, 1, by: World.helper)
        world.ambient.advance(.seconds(599))
        let before = world.store.commits
        try world.house.deliveries.forgetExpired()
        #expect(world.store.commits == before, "nothing has died")
        world.ambient.advance(.seconds(1))
        try world.house.deliveries.forgetExpired()
        let told = try world.events(.deliverySettled).filter { $0.reason == .expired }
        #expect(told.map(\.outcome) == [.failed], "decoys die in silence")
        #expect(told.map(\.account) == [alice.name] && told.allSatisfy { $0.delivery != nil })
        let now = world.now
        #expect(try world.store.read { try $0.expiredDeliveries(at: now, limit: 9) } == [])
    }

    @Test func whatDiesUnderALeaseMayHaveBeenDelivered() throws {
        world.ambient.advance(.seconds(570))
        let leased = try #require(try claim().reply())
        world.ambient.advance(.seconds(59))
        let before = try world.events().count
        try world.house.deliveries.forgetExpired()
        #expect(try world.events().count == before, "a report may come as long as the lease holds")
        world.ambient.advance(.seconds(1))
        try world.house.deliveries.forgetExpired()
        let told = try #require(try world.events(.deliverySettled).last)
        #expect(told.outcome == .unknown && told.reason == .expired && told.delivery == leased.row.id)
        #expect(throws: Refusal.refused) { try report(leased, .accepted) }
    }

    @Test(arguments: [DeliveryOutcome.accepted, .retry, .rejected])
    func aReportAfterTheExpirySettlesTheMatter(_ outcome: DeliveryOutcome) throws {
        world.ambient.advance(.seconds(599))
        let leased = try #require(try claim().reply())
        world.ambient.advance(.seconds(1))
        try report(leased, outcome)
        let told = try #require(try world.events(.deliverySettled).last)
        #expect(told.outcome == (outcome == .accepted ? .succeeded : .failed))
        #expect(told.reason == (outcome == .accepted ? nil : .expired))
        #expect(try world.store.read { try $0.delivery(leased.row.id) } == nil)
    }

    @Test func aMessageThatCannotBeReadStandsInNobodysWay() throws {
        try world.mail()
        let owner = alice.id
        let bad: DeliveryID = world.ambient.identifier()
        var layout = [UInt8](repeating: 0, count: 2 + 254 + 1 + 8 + 8 + 8)
        // An address of four bytes that is none.
        layout.replaceSubrange(0..<6, with: [0, 4] + Array("no a".utf8))
        let identity = RowIdentity(.delivery, row: bad.number, account: owner.number)
        let payload = try world.sealer.seal(Secret(layout), for: identity)
        let now = world.now
        try world.store.write { tx in
            try tx.insert(
                DeliveryRow(
                    id: bad, account: owner, channel: .email, kind: .passwordReset, payload: payload, queuedAt: now,
                    expiresAt: now + .hours(1), dueAt: now, lease: 0, leasedUntil: nil))
        }
        world.ambient.advance(.seconds(1))
        _ = try world.sendCode(world.begin(alice))
        #expect(try world.store.read { try $0.delivery(bad) } == nil)
        #expect(try world.events(.deliverySettled).contains { $0.delivery == bad && $0.outcome == .failed })
    }

    @Test func aDecoysMessageIsNeverHandedOut() throws {
        try world.mail()
        let ghost = try world.house.recovery.begin(AccountName("ghost"), .reset, by: World.helper).handle
        _ = try world.house.recovery.send(ghost, 1, by: World.helper)
        let call = claim()
        #expect(call.outcome == nil)
        world.ambient.advance(.seconds(30))
        call.expire()
        #expect(try call.reply() == nil)
    }

    @Test func aWaitingCourierIsWokenByANewMessage() throws {
        try world.mail()
        let call = claim()
        #expect(call.outcome == nil && call.deadline == world.now + .seconds(30))
        _ = try world.house.recovery.send(world.begin(alice), 1, by: World.helper)
        call.look()
        #expect(try call.reply()?.row.kind == .recoveryCode)
    }

    @Test func anIdleCourierWritesNothing() throws {
        try world.mail()
        let before = world.store.commits
        let call = claim()
        call.expire()
        #expect(world.store.commits == before)
    }

    @Test func attack_G12_noticesGoToEveryAddressAndHaveABudgetOfTheirOwn() throws {
        try world.mail()
        let other = try Contact("other@example.net")
        try world.addEmail(alice, other)
        world.ambient.advance(.hours(1))
        try world.mail()
        // All five codes of the hour, then a reset still tells.
        let handles = try (1...5).map { _ in try world.begin(alice) }
        for handle in handles { _ = try world.house.recovery.send(handle, 1, by: World.helper) }
        try world.mail()
        try world.run {
            try world.house.signIn.change(
                alice.name, current: Secret(text: alice.password), new: Secret(text: World.newPassword),
                by: World.helper)
        }
        let told = try world.mail()
        #expect(told.map(\.row.kind) == [.passwordChanged, .passwordChanged])
        #expect(Set(told.map(\.recipient)) == [.contact(alice.email), .contact(other)])
    }
}
