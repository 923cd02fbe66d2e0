import SSPRDomain
import SSPRVocabulary
import Testing

/// Accounts whose password lives elsewhere: signing in and changing through the desk.
@Suite struct TargetTests {
    let world = World()
    let shadow: TargetName
    let dave: Person

    init() throws {
        shadow = try TargetName("shadow")
        dave = try world.add("dave", target: shadow)
    }

    private func attempt(_ password: String = "whatever it is there") -> PendingCall<Void> {
        world.call { try world.house.signIn.authenticate(dave.name, Secret(text: password), by: World.helper) }
    }

    @Test func theAgentIsAskedAndItsWordCounts() throws {
        world.attend(shadow)
        let call = attempt()
        let order = try world.takeOrder(shadow)
        #expect(order.operation == .verify && order.account == dave.name)
        #expect(order.password?.revealText() == "whatever it is there")
        try world.house.desk.report(order.id, .changed)
        call.look()
        try call.reply()
        #expect(world.hasher.calls == 0)
    }

    @Test func attack_A15_anOrderNamesItsAccountByNumbersToo() throws {
        let eve = try world.add("eve", uid: 1507, target: shadow)
        world.attend(shadow)
        let call = world.call {
            try world.house.signIn.authenticate(eve.name, Secret(text: "hers there"), by: World.helper)
        }
        let order = try world.takeOrder(shadow)
        #expect(order.account == eve.name && order.number == eve.id && order.uid == 1507)
        #expect(call.outcome == nil)
        world.attend(shadow)
        let other = attempt()
        let second = try world.takeOrder(shadow)
        #expect(second.number == dave.id && second.uid == nil && other.outcome == nil)
    }

    @Test func aWrongPasswordThereLocksHere() throws {
        for round in 1...10 {
            world.attend(shadow)
            let call = attempt("wrong \(round)")
            try world.house.desk.report(world.takeOrder(shadow).id, .refused(.wrongOldPassword))
            call.look()
            #expect(throws: Refusal.refused) { try call.reply() }
        }
        #expect(throws: Refusal.throttled(until: world.now + .seconds(60))) { try attempt().reply() }
    }

    @Test func withoutAnAgentItIsUnavailableAndNobodyIsLockedOut() throws {
        for _ in 1...12 { #expect(throws: Refusal.unavailable) { try attempt().reply() } }
        world.attend(shadow)
        let wrong = attempt("wrong")
        try world.house.desk.report(world.takeOrder(shadow).id, .refused(.wrongOldPassword))
        wrong.look()
        #expect(throws: Refusal.refused) { try wrong.reply() }
        #expect(attempt().outcome == nil, "one wrong password is one: what compared nothing is not counted")
    }

    @Test(arguments: [WritebackRefusal.misconfigured, .noPermission, .other])
    func whatSaysNothingAboutThePasswordIsNotCounted(refusal: WritebackRefusal) throws {
        for _ in 1...12 {
            world.attend(shadow)
            let call = attempt()
            try world.house.desk.report(world.takeOrder(shadow).id, .refused(refusal))
            call.look()
            #expect(throws: Refusal.unavailable) { try call.reply() }
        }
        let wrong = attempt("wrong")
        try world.house.desk.report(world.takeOrder(shadow).id, .refused(.wrongOldPassword))
        wrong.look()
        #expect(attempt().outcome == nil, "one wrong password is one")
    }

    @Test func aSilentAgentIsUnavailableAndTheNextAttemptGetsItsTurn() throws {
        world.attend(shadow)
        let first = attempt()
        let second = attempt()
        _ = try world.takeOrder(shadow)
        first.expire()
        #expect(throws: Refusal.unavailable) { try first.reply() }
        world.attend(shadow)
        second.look()
        let order = try world.takeOrder(shadow)
        try world.house.desk.report(order.id, .changed)
        second.look()
        try second.reply()
    }

    @Test func aPeerThatGoesAwayLeavesNoOrderAndNoClosedGate() throws {
        world.attend(shadow)
        attempt().abandon()
        #expect(throws: NoSuchMessage.self) { try world.takeOrder(shadow) }
        let call = attempt()
        #expect(try world.takeOrder(shadow).operation == .verify)
        #expect(call.outcome == nil)
    }

    @Test func aChangeIsVerifiedThenSet() throws {
        world.attend(shadow)
        let call = world.call {
            try world.house.signIn.change(
                dave.name, current: Secret(text: "the old one there"), new: Secret(text: World.newPassword),
                by: World.helper)
        }
        try world.house.desk.report(world.takeOrder(shadow).id, .changed)
        call.look()
        let order = try world.takeOrder(shadow)
        #expect(order.operation == .set && order.password?.revealText() == World.newPassword)
        #expect(try world.events(.writebackOrdered).count == 1, "the intent is in the trail before the order ends")
        try world.house.desk.report(order.id, .changed)
        call.look()
        try call.reply()
        #expect(try world.events(.passwordChanged).map(\.target) == [shadow])
    }

    @Test func theTargetsOwnPolicyIsToldInItsWords() throws {
        world.attend(shadow)
        let call = world.call {
            try world.house.signIn.change(
                dave.name, current: Secret(text: "the old one there"), new: Secret(text: World.newPassword),
                by: World.helper)
        }
        try world.house.desk.report(world.takeOrder(shadow).id, .changed)
        call.look()
        try world.house.desk.report(world.takeOrder(shadow).id, .refused(.passwordPolicy, "too simple"))
        call.look()
        #expect(throws: Refusal.target(.passwordPolicy, text: "too simple")) { try call.reply() }
        #expect(try world.events(.passwordChanged).isEmpty)
    }
}
