import SSPRDomain
import SSPRVocabulary
import Testing

/// The trail: dense, verifiable, followable, and in the same transaction as what it tells.
@Suite struct AuditTests {
    let world = World()
    let everything = Trail.Filter(account: nil, kind: nil)

    @Test func numbersAreDenseAndTheChainHolds() throws {
        let alice = try world.enrol("alice")
        try world.reset(alice, world.grant(alice)).reply()
        var numbers: [UInt64] = []
        var reached: UInt64 = 0
        while true {
            let page = try world.house.trail.read(after: reached, everything)
            numbers += page.links.map(\.sequence)
            reached = page.reached
            if page.isLast { break }
        }
        #expect(numbers == Array(1...UInt64(numbers.count)))
        let finding = try world.house.trail.verify(known: nil)
        #expect(finding.fault == nil && finding.knowsHead && finding.head.sequence == reached)
    }

    @Test func aKnownHeadIsFoundAndAForeignOneIsNot() throws {
        _ = try world.add("alice")
        let head = try world.house.trail.verify(known: nil).head
        _ = try world.add("bob")
        #expect(try world.house.trail.verify(known: head).knowsHead)
        let foreign = AuditHead(sequence: head.sequence, hash: [UInt8](repeating: 1, count: 32))
        #expect(try !world.house.trail.verify(known: foreign).knowsHead)
        let longer = AuditHead(sequence: head.sequence + 2, hash: head.hash)
        #expect(try !world.house.trail.verify(known: longer).knowsHead, "a cut tail is noticed")
        #expect(try world.house.trail.verify(known: AuditHead(sequence: 0, hash: [])).knowsHead)
    }

    @Test func aFollowerIsWokenAndAFilterSkips() throws {
        let alice = try world.add("alice")
        let reached = try world.house.trail.read(after: 0, everything).reached
        let all = world.call { try world.house.trail.follow(after: reached, everything) }
        let resets = world.call {
            try world.house.trail.follow(after: reached, Trail.Filter(account: alice.name, kind: .signInAnswered))
        }
        #expect(all.outcome == nil && resets.outcome == nil)
        _ = try world.add("bob")
        all.look()
        resets.look()
        #expect(try all.reply().links.map(\.event.kind) == [.accountAdded])
        #expect(resets.outcome == nil)
        try world.signIn(alice)
        resets.look()
        #expect(try resets.reply().links.map(\.event.kind) == [.signInAnswered])
    }

    @Test func whoFollowsInVainIsToldHowFarItLooked() throws {
        let alice = try world.add("alice")
        _ = try world.add("bob")
        let call = world.call {
            try world.house.trail.follow(after: 0, Trail.Filter(account: alice.name, kind: .passwordReset))
        }
        call.expire()
        let page = try call.reply()
        #expect(page.links.isEmpty && page.reached == 2 && page.isLast)
    }

    @Test func aPageLooksAtABoundedNumberOfRecords() throws {
        let alice = try world.add("alice")
        for _ in 1...100 { try world.signIn(alice) }
        let page = try world.house.trail.read(after: 0, Trail.Filter(account: nil, kind: .passwordReset))
        #expect(page.links.isEmpty && page.reached == 64 && !page.isLast)
        #expect(try world.house.trail.read(after: 64, everything).links.count == 37)
    }

    @Test func whatIsNotDoneIsNotInTheTrail() throws {
        let before = try world.events().count
        _ = try world.add("alice")
        #expect(throws: Refusal.conflict) { try world.add("alice") }
        #expect(try world.events().count == before + 1)
    }

    @Test func startAndEndAreRecorded() throws {
        try world.restart()
        try world.house.startUp.leave()
        let events = try world.events()
        #expect(events.map(\.kind) == [.daemonStarted, .daemonStopped])
        #expect(events.allSatisfy { $0.actor == EventActor(uid: 990, role: nil) })
    }

    @Test func noSecretStandsInTheTrail() throws {
        let alice = try world.enrol("alice")
        let handle = try world.begin(alice)
        let code = try world.sendCode(handle)
        try world.answer(handle, 1, code)
        #expect(throws: Refusal.refused) {
            try world.run {
                try world.house.signIn.authenticate(
                    AccountName("hunter2hunter2"), Secret(text: "x"), by: World.helper)
            }
        }
        let bytes = try world.house.trail.read(after: 0, everything).links.flatMap(\.bytes)
        let trail = String(decoding: bytes, as: UTF8.self)
        for secret in [code.secret.revealText() ?? "", alice.password, alice.email.text, "hunter2hunter2"] {
            #expect(!trail.contains(secret))
        }
        #expect(trail.contains("alice"))
    }
}
