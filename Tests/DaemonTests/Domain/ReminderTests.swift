import SSPRDomain
import SSPRVocabulary
import Testing

/// feature F8: reminders to register or to look at contacts again.
@Suite struct ReminderTests {
    private static let period = Timestamp.Span.hours(180 * 24)
    private static let pause = Timestamp.Span.hours(14 * 24)

    private func reminded(_ world: World) throws -> [Recipient] {
        try world.mail().filter { $0.row.kind == .reminder }.map(\.recipient)
    }

    private func review(_ world: World, _ person: Person) throws {
        _ = try world.house.registration.review(world.open(person), by: World.helper)
    }

    @Test func aReminderIsSentWhenContactsAreDueAndNotASecondBefore() throws {
        let world = World()
        let alice = try world.add("alice")
        try world.addEmail(alice)
        try world.mail()
        let due = world.now + Self.period
        world.ambient.turn(to: due + .seconds(-1))
        try world.house.reminders.sendDue()
        #expect(try reminded(world) == [])
        world.ambient.turn(to: due)
        try world.house.reminders.sendDue()
        #expect(try reminded(world) == [.contact(alice.email)])
        let events = try world.events(.accountReminded)
        #expect(events.map(\.account) == [alice.name] && events.map(\.actor.uid) == [990])
    }

    @Test func lookingForWhomToRemindWritesNothingWhenNobodyIs() throws {
        let world = World()
        let alice = try world.enrol("alice")
        let commits = world.store.commits
        try world.house.reminders.sendDue()
        #expect(world.store.commits == commits)
        world.ambient.advance(Self.period)
        try world.house.reminders.sendDue()
        #expect(world.store.commits == commits + 1)
        for _ in 1...3 { try world.house.reminders.sendDue() }
        #expect(world.store.commits == commits + 1)
        #expect(try reminded(world) == [.contact(alice.email)])
    }

    @Test func invariant_I5_aReminderComesOnceInFourteenDays() throws {
        let world = World()
        let alice = try world.enrol("alice")
        let state = try world.house.registration.describe(alice.name, by: World.helper)
        world.ambient.turn(to: try #require(state.reviewDueAt))
        try world.house.reminders.sendDue()
        let sent = world.now
        #expect(try reminded(world).count == 1)
        world.ambient.turn(to: sent + Self.pause + .seconds(-1))
        try world.restart()
        try world.house.reminders.sendDue()
        #expect(try reminded(world) == [])
        world.ambient.turn(to: sent + Self.pause)
        try world.house.reminders.sendDue()
        #expect(try reminded(world).count == 1)
    }

    @Test func aClockSetBackRepeatsNoReminder() throws {
        let world = World()
        _ = try world.enrol("alice")
        world.ambient.advance(Self.period)
        try world.house.reminders.sendDue()
        #expect(try reminded(world).count == 1)
        world.ambient.advance(.hours(-24))
        try world.house.reminders.sendDue()
        #expect(try reminded(world) == [])
    }

    @Test func aReviewEndsRemindersUntilTheNextPeriod() throws {
        let world = World()
        let alice = try world.enrol("alice")
        world.ambient.advance(Self.period)
        try world.house.reminders.sendDue()
        try world.mail()
        try review(world, alice)
        let reviewed = world.now
        world.ambient.turn(to: reviewed + Self.period + .seconds(-1))
        try world.house.reminders.sendDue()
        #expect(try reminded(world) == [])
        world.ambient.turn(to: reviewed + Self.period)
        try world.house.reminders.sendDue()
        #expect(try reminded(world).count == 1)
    }

    @Test func aShortPeriodKeepsRemindersFourteenDaysApart() throws {
        let world = World(policy: Policy(reviewPeriod: .hours(24)))
        let alice = try world.enrol("alice")
        var days: [Int] = []
        for day in 1...30 {
            world.ambient.advance(.hours(24))
            try world.house.reminders.sendDue()
            if try !reminded(world).isEmpty { days.append(day) }
            try review(world, alice)
        }
        #expect(days == [1, 15, 29])
    }

    @Test func anotherPeriodCountsAtOnce() throws {
        let world = World(policy: Policy(reviewPeriod: nil))
        _ = try world.enrol("alice")
        world.ambient.advance(.hours(100 * 24))
        try world.house.reminders.sendDue()
        #expect(try reminded(world) == [])
        world.adopt(Policy(reviewPeriod: .hours(90 * 24)))
        try world.house.reminders.sendDue()
        #expect(try reminded(world).count == 1)
        world.adopt(Policy(reviewPeriod: .hours(730 * 24)))
        world.ambient.advance(Self.pause)
        try world.house.reminders.sendDue()
        #expect(try reminded(world) == [])
    }

    @Test func attack_F5_remindersByTheClockGoByMailOnly() throws {
        let world = World(policy: Policy(phonesEnabled: true, dailyTexts: 10))
        let alice = try world.enrol("alice")
        try world.addPhone(alice, .mobilePhone, "+493055512342")
        let bob = try world.add("bob")
        try world.addPhone(bob, .mobilePhone, "+493055512343")
        try world.mail()
        world.ambient.advance(Self.period)
        try world.house.reminders.sendDue()
        #expect(try reminded(world) == [.contact(alice.email)])
        #expect(try world.events(.accountReminded).map(\.account) == [alice.name])
        try world.house.reminders.sendDue()
        #expect(try reminded(world) == [])
    }

    @Test(arguments: EligibilityTests.Barrier.allCases)
    func whoeverMayNotRegisterIsNotReminded(_ barrier: EligibilityTests.Barrier) throws {
        let world = World()
        let alice = try world.enrol("alice")
        try barrier.raise(world, alice.name)
        world.ambient.advance(Self.period)
        try world.house.reminders.sendDue()
        #expect(try reminded(world) == [])
        #expect(throws: Refusal.refused) {
            try world.house.reminders.remind(alice.name, by: World.administrator)
        }
    }

    @Test func manyAreRemindedAPortionAtATime() throws {
        let world = World()
        for number in 1...70 { try world.addEmail(world.add("p\(number)")) }
        try world.mail()
        world.ambient.advance(Self.period)
        try world.house.reminders.sendDue()
        #expect(try reminded(world).count == 64)
        try world.house.reminders.sendDue()
        #expect(try reminded(world).count == 6)
    }

    @Test func anAdministratorRemindsNowByMailAndText() throws {
        let world = World(policy: Policy(phonesEnabled: true))
        let alice = try world.enrol("alice")
        try world.addPhone(alice, .mobilePhone, "+493055512342")
        try world.mail()
        #expect(try world.house.reminders.remind(alice.name, by: World.administrator) == 2)
        #expect(try reminded(world).count == 2)
        let events = try world.events(.accountReminded)
        #expect(events.map(\.outcome) == [.succeeded] && events.map(\.actor) == [World.administrator])
    }

    @Test func aReminderByAnAdministratorKeepsTheClockQuiet() throws {
        let world = World()
        let alice = try world.enrol("alice")
        world.ambient.advance(Self.period)
        _ = try world.house.reminders.remind(alice.name, by: World.administrator)
        #expect(try reminded(world).count == 1)
        try world.house.reminders.sendDue()
        #expect(try reminded(world) == [])
        world.ambient.advance(Self.pause)
        try world.house.reminders.sendDue()
        #expect(try reminded(world).count == 1)
    }

    @Test func anAdministratorIsToldWhenThereIsNoAddressOrNoAccount() throws {
        let world = World()
        let alice = try world.add("alice")
        #expect(try world.house.reminders.remind(alice.name, by: World.administrator) == 0)
        #expect(try world.events(.accountReminded).map(\.outcome) == [.unavailable])
        #expect(throws: Refusal.notFound) {
            try world.house.reminders.remind(AccountName("ghost"), by: World.administrator)
        }
    }
}
