import SSPRDomain
import SSPRVocabulary
import Testing

/// What became of messages, as their recipients and administrators are told (feature F8, decision 0016).
@Suite struct TraceTests {
    let world: World
    let alice: Person

    init() throws {
        world = World(policy: Policy(questionsEnabled: true, phonesEnabled: true))
        alice = try world.enrol("alice")
    }

    private func claim() throws -> LeasedDelivery {
        try #require(try world.call { try world.house.deliveries.claim(by: World.courier) }.reply())
    }

    private func report(
        _ leased: LeasedDelivery, _ outcome: DeliveryOutcome, _ fault: DeliveryFault? = nil
    ) throws {
        try world.house.deliveries.report(
            leased.row.id, lease: leased.row.lease, outcome, because: fault, by: World.courier)
    }

    private func entries(_ filter: Traces.Filter = .init()) throws -> [Traces.Entry] {
        var entries: [Traces.Entry] = []
        var reached: UInt64 = 0
        while true {
            let page = try world.house.traces.list(after: reached, filter, limit: 4)
            entries += page.entries
            reached = page.reached
            if page.isLast { return entries }
        }
    }

    private func newest() throws -> Traces.Entry { try #require(try entries().last) }

    private func registering() throws -> (RegistrationHandle, EnrolmentID) {
        let handle = try world.open(alice)
        let begun = try world.house.registration.begin(
            handle, .email, at: Contact("new@example.org"), by: World.helper)
        return (handle, begun.enrolment)
    }

    // MARK: Administrators

    /// Of a block four messages are written, one for her address; what makes their number full is no message to anybody who looks.
    @Test func whatOnlyFillsIsNotShownOrCounted() throws {
        let before = try entries().count
        let start = world.now
        let begun = try world.begun(alice)
        for _ in 0..<5 {
            #expect(throws: Refusal.refused) { try world.answer(begun.handle, 1, OneTimeCode(number: 1, digits: 8)) }
        }
        let rows = try world.store.read { try $0.traces(after: 0, of: nil, limit: 1000) }.map(\.row)
        #expect(rows.filter { $0.aim == .filler }.map(\.channel) == [.email, .sms, .sms])
        let shown = try entries().dropFirst(before)
        #expect(shown.map(\.row.kind) == [.recoveryBlocked] && shown.first?.account == alice.name)
        let figures = try world.house.reports.deliveries(from: start, to: world.now + .seconds(1), after: 0).channels
        #expect(figures.map(\.channel) == [.email] && figures.first?.queued == 1 && figures.first?.withheld == 0)
    }

    /// By the clock, and without a message that comes.
    @Test func whatIsOlderThan96HoursGoes() throws {
        _ = try world.house.recovery.send(world.begin(alice), 1, by: World.helper)
        world.ambient.advance(.hours(95))
        try world.house.traces.forgetOld()
        #expect(try entries().map(\.row.kind) == [.recoveryCode], "those of her registration have gone")
        world.ambient.advance(.hours(2))
        #expect(try entries().isEmpty, "not shown from the moment on")
        #expect(try !world.store.read { try $0.traces(after: 0, of: nil, limit: 1) }.isEmpty)
        try world.house.traces.forgetOld()
        #expect(try world.store.read { try $0.traces(after: 0, of: nil, limit: 1) }.isEmpty)
        try world.house.traces.forgetOld()
    }

    @Test func aMessageIsFollowedFromQueueToRelay() throws {
        let handle = try world.begin(alice)
        _ = try world.house.recovery.send(handle, 1, by: World.helper)
        let queued = try newest()
        #expect(queued.fate == .init(state: .queued, reason: nil, settledAt: nil) && queued.account == alice.name)
        #expect(queued.row.kind == .recoveryCode && queued.row.queuedAt == world.now && queued.row.attempts == 0)
        world.ambient.advance(.seconds(2))
        let leased = try claim()
        let taken = try newest()
        #expect(taken.fate.state == .taken && taken.row.takenAt == world.now && taken.row.attempts == 1)
        world.ambient.advance(.seconds(3))
        try report(leased, .accepted)
        let accepted = try newest()
        #expect(accepted.fate == .init(state: .accepted, reason: nil, settledAt: world.now))
        #expect(accepted.row.delivery == leased.row.id)
        // Long after the message itself would have died.
        world.ambient.advance(.hours(48))
        #expect(try newest().fate == accepted.fate)
    }

    @Test(arguments: DeliveryFault.allCases)
    func theReasonOfEachAttemptIsKept(_ fault: DeliveryFault) throws {
        _ = try world.house.recovery.send(world.begin(alice), 1, by: World.helper)
        try report(claim(), .retry, fault)
        #expect(try newest().fate == .init(state: .queued, reason: fault.reason, settledAt: nil))
        #expect(try world.events(.deliverySettled).last?.reason == fault.reason)
        world.ambient.advance(.seconds(10))
        try report(claim(), .rejected, fault)
        #expect(try newest().fate == .init(state: .failed, reason: fault.reason, settledAt: world.now))
        let event = try #require(try world.events(.deliverySettled).last)
        #expect(event.reason == fault.reason && event.outcome == .failed)
        #expect(try newest().row.attempts == 2)
    }

    @Test func anAcceptedMessageHasNoReason() throws {
        _ = try world.house.recovery.send(world.begin(alice), 1, by: World.helper)
        let leased = try claim()
        #expect(throws: Refusal.malformed) { try report(leased, .accepted, .timedOut) }
        try report(leased, .accepted)
    }

    @Test func whatNobodyTookWasLackingACourier() throws {
        _ = try world.house.recovery.send(world.begin(alice), 1, by: World.helper)
        let end = world.now + .minutes(10)
        world.ambient.turn(to: end)
        #expect(try newest().fate == .init(state: .failed, reason: .noCourier, settledAt: end))
    }

    @Test func whatNobodyReportedHasExpiredAndWhatFailedLastSaysWhy() throws {
        _ = try world.house.recovery.send(world.begin(alice), 1, by: World.helper)
        _ = try claim()
        let other = try world.begin(alice)
        _ = try world.house.recovery.send(other, 1, by: World.helper)
        try report(claim(), .retry, .unreachable)
        world.ambient.advance(.minutes(10))
        #expect(try entries().suffix(2).map(\.fate.reason) == [.expired, .unreachable])
        #expect(try entries().suffix(2).map(\.fate.state) == [.failed, .failed])
    }

    @Test func whyNobodyWasSentAnythingIsTold() throws {
        try world.addPhone(alice, .mobilePhone, "+493055512342")
        world.ambient.advance(.hours(49))
        try world.mail()
        _ = try world.house.recovery.send(
            world.begin(alice), 3, confirming: Contact("+493055512399"), by: World.helper)
        let ghost = try world.house.recovery.begin(AccountName("ghost"), .reset, by: World.helper).handle
        _ = try world.house.recovery.send(ghost, 1, by: World.helper)
        let handle = try world.begin(alice)
        try world.house.accounts.setEnabled(alice.name, false, by: World.administrator)
        _ = try world.house.recovery.send(handle, 1, by: World.helper)
        let told = try entries().suffix(3)
        #expect(told.map(\.fate.reason) == [.unconfirmed, .noRecipient, .outOfUse])
        #expect(told.map(\.account) == [alice.name, nil, alice.name])
        #expect(told.allSatisfy { $0.fate.state == .failed && $0.row.state == .queued && $0.row.reason == nil })
    }

    @Test func aSpentBudgetIsTold() throws {
        try world.addPhone(alice, .mobilePhone, "+493055512342")
        world.ambient.advance(.hours(49))
        try world.mail()
        world.adopt(Policy(phonesEnabled: true, confirmsPhones: false, dailyTexts: 1))
        _ = try world.house.recovery.send(world.begin(alice), 3, by: World.helper)
        try world.mail()
        let handle = try world.begin(alice)
        try world.proveEmail(handle)
        _ = try world.house.recovery.send(handle, 3, by: World.helper)
        #expect(try newest().fate.reason == .tooManyMessages)
        let told = try world.run { try world.house.recovery.trace(handle, 3, by: World.helper) }
        #expect(told.isExact && told.state == .failed)
    }

    @Test func pagesAndFiltersHoldWhatTheySay() throws {
        let bob = try world.enrol("bob")
        for _ in 1...5 { _ = try world.house.recovery.send(world.begin(alice), 1, by: World.helper) }
        let leased = try claim()
        try report(leased, .rejected)
        let all = try entries()
        #expect(all.count > 5 && all.map(\.row.queuedAt) == all.map(\.row.queuedAt).sorted())
        let ofBob = try entries(.init(account: bob.name))
        #expect(!ofBob.isEmpty && ofBob.count < all.count && ofBob.allSatisfy { $0.account == bob.name })
        let failed = try entries(.init(state: .failed))
        #expect(failed.contains { $0.row.delivery == leased.row.id } && failed.count < all.count)
        #expect(failed.allSatisfy { $0.fate.state == .failed })
        #expect(try entries(.init(channel: .voice)).isEmpty)
        #expect(throws: Refusal.notFound) { try entries(.init(account: AccountName("ghost"))) }
    }

    // MARK: Recipients

    @Test func whoeverRegistersFollowsTheirCode() throws {
        let (handle, enrolment) = try registering()
        func trace(_ known: DeliveryState? = nil) throws -> Step<Traces.Told> {
            try world.house.registration.trace(handle, enrolment, known: known, by: World.helper)
        }
        #expect(try world.run { try trace() }.state == .queued)
        let waiting = world.call { try trace(.queued) }
        #expect(waiting.outcome == nil && waiting.deadline == world.now + .seconds(30))
        let leased = try claim()
        waiting.look()
        let taken = try waiting.reply()
        #expect(taken.state == .taken && taken.isExact && taken.takenAt == world.now && taken.isServed)
        let accepting = world.call { try trace(.taken) }
        try report(leased, .accepted)
        accepting.look()
        #expect(try accepting.reply().state == .accepted)
        // What is known to be old is told at once.
        #expect(try world.run { try trace(.queued) }.state == .accepted)
        #expect(throws: Refusal.refused) {
            try world.run { try world.house.registration.trace(handle, enrolment, by: World.stranger) }
        }
    }

    @Test func aWaitEndsWithItsTimeAndWithTheMessages() throws {
        let (handle, enrolment) = try registering()
        let first = world.call {
            try world.house.registration.trace(handle, enrolment, known: .queued, by: World.helper)
        }
        world.ambient.advance(.seconds(30))
        first.expire()
        #expect(try first.reply().state == .queued)
        world.ambient.advance(.minutes(9))
        let second = world.call {
            try world.house.registration.trace(handle, enrolment, known: .queued, by: World.helper)
        }
        world.ambient.advance(.seconds(29))
        #expect(second.outcome == nil)
        world.ambient.advance(.seconds(1))
        second.expire()
        // Registration and message end together here: what ends first is told.
        #expect(throws: Refusal.refused) { try second.reply() }
    }

    @Test func oneWaitAHandleAndItsPlaceIsGivenBack() throws {
        let (handle, enrolment) = try registering()
        func wait() -> PendingCall<Traces.Told> {
            world.call { try world.house.registration.trace(handle, enrolment, known: .queued, by: World.helper) }
        }
        let first = wait()
        #expect(throws: Refusal.busy) { try wait().reply() }
        first.abandon()
        let second = wait()
        #expect(second.outcome == nil)
        second.abandon()
    }

    @Test func afterTheFirstProofTheMessagesOwnStateIsTold() throws {
        let handle = try world.begin(alice)
        try world.proveApp(handle, alice)
        _ = try world.house.recovery.send(handle, 1, by: World.helper)
        func told() throws -> Traces.Told {
            try world.run { try world.house.recovery.trace(handle, 1, by: World.helper) }
        }
        #expect(try told().isExact && told().state == .queued)
        try report(claim(), .rejected, .unknownRecipient)
        #expect(try told().state == .failed && told().settledAt == world.now)
        // Nothing is sent for an app.
        #expect(throws: Refusal.refused) {
            try world.run { try world.house.recovery.trace(handle, 2, by: World.helper) }
        }
    }

    @Test func beforeTheFirstProofOnlyTheChannelIsTold() throws {
        let handle = try world.begin(alice)
        _ = try world.house.recovery.send(handle, 1, by: World.helper)
        func told() throws -> Traces.Told {
            try world.run { try world.house.recovery.trace(handle, 1, by: World.helper) }
        }
        let before = try told()
        #expect(before.state == .queued && !before.isExact && before.queuedAt == nil)
        try report(claim(), .accepted)
        #expect(try told() == before)
    }

    @Test func howAChannelDoesComesFromMessagesToTheProven() throws {
        let before = try #require(try world.store.read { try $0.channel(.email) }?.usual).milliseconds
        _ = try registering()
        world.ambient.advance(.seconds(4))
        try report(claim(), .accepted)
        let handle = try world.begin(alice)
        func told() throws -> Traces.Told {
            try world.run { try world.house.recovery.trace(handle, 1, by: World.helper) }
        }
        #expect(try told().isWorking == true && told().usual?.milliseconds == (before * 3 + 4000) / 4)
        world.ambient.advance(.seconds(60))
        _ = try registering()
        let waiting = world.call {
            try world.house.recovery.trace(handle, 1, known: .queued, by: World.helper)
        }
        try report(claim(), .retry, .unreachable)
        waiting.look()
        #expect(try waiting.reply().isWorking == false)
    }

    @Test func aCourierThatHasGoneIsMissed() throws {
        try world.mail()
        let handle = try world.begin(alice)
        let waiting = world.call {
            try world.house.recovery.trace(handle, 1, known: .queued, by: World.helper)
        }
        world.ambient.advance(.seconds(89))
        #expect(waiting.outcome == nil)
        waiting.expire()
        #expect(try waiting.reply().isServed)
        world.ambient.advance(.seconds(1))
        let missing = world.call {
            try world.house.recovery.trace(handle, 1, known: .queued, by: World.helper)
        }
        #expect(missing.outcome == nil)
        try world.mail()
        missing.look()
        #expect(try missing.reply().isServed)
    }

    @Test func everyFaultHasItsReasonOfTheSameName() {
        for fault in DeliveryFault.allCases { #expect(fault.reason.rawValue == fault.rawValue) }
    }

    @Test func onlyWhatNeedsAProofIsToldToStrangers() {
        #expect(
            MessageKind.allCases.filter(\.isCausedByProof) == [
                .confirmationCode, .passwordReset, .passwordChanged, .accountUnlocked, .methodAdded, .methodRemoved,
            ])
    }
}
