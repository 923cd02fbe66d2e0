import SSPRDomain
import SSPRVocabulary
import Testing

/// attack C1, C2: what a person without a proof is told of a message does not depend on whether there is one (decision 0016).
///
/// Structural: equal replies, equal waits and equal costs for a stranger and for somebody registered, whatever the courier does.
@Suite struct TraceSamenessTests {
    /// What the courier does between two looks.
    enum Courier: CaseIterable {
        case absent, idle, delivering, accepting, refusing, putOff, dead
    }

    /// What was told and what telling it cost.
    struct Story: Equatable {
        var told: [String] = []
        var commits = 0
        var reads = 0
        var rows: RowTally = [:]
    }

    private static let name = "quinn"
    private static let number = "+493055512342"

    private func registered(_ name: String, in world: World) throws {
        let person = try world.enrol(name)
        try world.addPhone(person, .mobilePhone, Self.number)
        world.ambient.advance(.hours(49))
        try world.mail()
    }

    private func world(knows isKnown: Bool) throws -> World {
        let world = World(policy: Policy(phonesEnabled: true))
        // Somebody whom a stranger looks like.
        try registered("rita", in: world)
        // Registering is done by somebody proven, and counts for the channel: as many have done so in both worlds.
        try registered(isKnown ? Self.name : "sam", in: world)
        world.ambient.turn(to: FakeAmbient.start + .hours(500))
        return world
    }

    private func act(_ courier: Courier, in world: World) throws {
        let claim = courier == .absent ? nil : world.call { try world.house.deliveries.claim(by: World.courier) }
        guard courier != .idle, let outcome = claim?.outcome, let leased = try outcome.get() else { return }
        func report(_ outcome: DeliveryOutcome, _ fault: DeliveryFault?) throws {
            try world.house.deliveries.report(
                leased.row.id, lease: leased.row.lease, outcome, because: fault, by: World.courier)
        }
        switch courier {
        case .absent, .idle, .delivering, .dead: break
        case .accepting: try report(.accepted, nil)
        case .refusing: try report(.rejected, .unknownRecipient)
        case .putOff: try report(.retry, .unreachable)
        }
    }

    /// Runs one story and notes what the person is told; only the person's own calls are counted.
    private func story(
        _ isKnown: Bool, _ courier: Courier, choice: UInt32, typing number: String? = nil
    ) throws -> Story {
        let world = try world(knows: isKnown)
        var story = Story()
        func person<R>(_ body: () throws -> R) rethrows -> R {
            let (commits, reads, rows) = (world.store.commits, world.store.reads, world.store.rows)
            let result = try body()
            story.commits += world.store.commits - commits
            story.reads += world.store.reads - reads
            story.rows.merge(world.store.rows.merging(rows) { $0 - $1 }.filter { $0.value != 0 }, uniquingKeysWith: +)
            return result
        }
        if courier == .idle { try act(.idle, in: world) }
        let handle = try person {
            try world.house.recovery.begin(AccountName(Self.name), .reset, by: World.helper).handle
        }
        let typed = try number.map { try Contact($0) }
        _ = try person { try world.house.recovery.send(handle, choice, confirming: typed, by: World.helper) }
        func look(_ known: DeliveryState? = nil) -> PendingCall<Traces.Told> {
            world.call { try world.house.recovery.trace(handle, choice, known: known, by: World.helper) }
        }
        func note(_ call: PendingCall<Traces.Told>) {
            story.told.append("\(call.outcome.map { "\($0)" } ?? "waits until \(call.deadline.map { "\($0)" } ?? "")")")
        }
        for _ in 1...3 {
            person { note(look()) }
            let waiting = person { look(.queued) }
            note(waiting)
            try act(courier, in: world)
            person { waiting.look() }
            note(waiting)
            if courier == .dead { world.ambient.advance(.seconds(90)) } else { world.ambient.advance(.seconds(30)) }
            person { waiting.expire() }
            note(waiting)
        }
        // Its code and its message have died.
        world.ambient.advance(.minutes(9))
        person { note(look()) }
        return story
    }

    @Test(arguments: Courier.allCases)
    func attack_C2_aTraceBeforeAProofIsTheSameForAStranger(_ courier: Courier) throws {
        let known = try story(true, courier, choice: 1)
        let stranger = try story(false, courier, choice: 1)
        #expect(known.told == stranger.told && known.told.count == 13)
        #expect(known == stranger)
        #expect(known.told.allSatisfy { !$0.contains("isExact: true") })
    }

    /// Neither name nor number are told on by what becomes of a text message.
    @Test(arguments: Courier.allCases)
    func attack_C2_aTraceTellsNoNumber(_ courier: Courier) throws {
        let right = try story(true, courier, choice: 3, typing: Self.number)
        let wrong = try story(true, courier, choice: 3, typing: "+493055512399")
        let stranger = try story(false, courier, choice: 3, typing: "+493055512399")
        #expect(right.told == wrong.told && wrong == stranger)
    }

    /// With the budget spent a right number leaves no code and a wrong one does: the trace looks at neither.
    @Test func attack_C2_aTraceTellsNoNumberWhenTheBudgetIsSpent() throws {
        let world = try world(knows: true)
        func begin() throws -> RecoveryHandle {
            try world.house.recovery.begin(AccountName(Self.name), .reset, by: World.helper).handle
        }
        for _ in 1...5 { _ = try world.house.recovery.send(begin(), 1, by: World.helper) }
        let told = try [Self.number, "+493055512399"].map { number in
            let handle = try begin()
            _ = try world.house.recovery.send(handle, 3, confirming: Contact(number), by: World.helper)
            return try world.run { try world.house.recovery.trace(handle, 3, by: World.helper) }
        }
        #expect(told[0] == told[1])
    }

    /// After one proof the number is still what has to be known.
    @Test func attack_C2_aTraceTellsNoNumberAfterAProof() throws {
        let world = World(policy: Policy(phonesEnabled: true))
        let alice = try world.enrol("alice")
        try world.addPhone(alice, .mobilePhone, Self.number)
        world.ambient.advance(.hours(49))
        try world.mail()
        let told = try [Self.number, "+493055512399"].map { number in
            let handle = try world.begin(alice)
            try world.proveEmail(handle)
            _ = try world.house.recovery.send(handle, 3, confirming: Contact(number), by: World.helper)
            try world.mail()
            return try world.run { try world.house.recovery.trace(handle, 3, by: World.helper) }
        }
        #expect(told[0] == told[1] && !told[0].isExact)
    }

    /// On a quiet host a stranger would see in how the channel does whether the message before went to anybody.
    @Test(arguments: Courier.allCases)
    func attack_C2_theChannelTellsNothingOfWhatStrangersCause(_ courier: Courier) throws {
        func told(after isKnown: Bool) throws -> [Traces.Told] {
            let world = try world(knows: isKnown)
            let handle = try world.house.recovery.begin(AccountName(Self.name), .reset, by: World.helper).handle
            _ = try world.house.recovery.send(handle, 1, by: World.helper)
            try act(courier, in: world)
            // Wrong codes until the account is blocked: its owner is told, and the channel is not.
            for _ in 1...5 { _ = try? world.answer(handle, 1, OneTimeCode(number: 1, digits: 8)) }
            world.ambient.advance(.seconds(5))
            for _ in 1...3 { try act(courier, in: world) }
            let other = try world.house.recovery.begin(AccountName("ghost"), .reset, by: World.helper).handle
            return try [1, 3].map { choice in
                try world.run { try world.house.recovery.trace(other, choice, by: World.helper) }
            }
        }
        #expect(try told(after: true) == told(after: false))
    }
}
