import SSPRDomain
import SSPRVocabulary
import Testing

@Suite("Configurations: one for each call, and what outlives them")
struct ConfigurationTests {
    private let world = World(
        policy: Policy(proofsNeeded: 1, minimumPasswordLength: 20), breached: ["known under the old"])
    private let other = Policy(proofsNeeded: 2, minimumPasswordLength: 8)

    private func renewed() -> House {
        world.house.under(
            other, given: ["recovery.proofs"], breached: FakeBreaches(known: ["known under the new one"]))
    }

    private func shown(_ house: House) throws -> [String: String] {
        try Dictionary(
            uniqueKeysWithValues: house.policies.show(nil).settings.map {
                ($0.field.text, "\($0.value) \($0.origin.rawValue)")
            })
    }

    @Test("A house keeps its configuration when another one is made of it")
    func attack_F7_aCallKeepsTheConfigurationUnderWhichItBegan() throws {
        let before = try shown(world.house)
        let new = renewed()
        #expect(try shown(world.house) == before)
        #expect(before["recovery.proofs"] == "1 release")
        #expect(try shown(new)["recovery.proofs"] == "2 configuration")
        #expect(try shown(new)["passwords.minimumLength"] == "8 release")
        let name = try AccountName("ana")
        #expect(
            try world.house.signIn.check(name, Secret(text: "known under the old"), by: World.helper).verdict.rule
                == .tooShort)
        #expect(try new.signIn.check(name, Secret(text: "known under the old"), by: World.helper).verdict.rule == nil)
        #expect(
            try new.signIn.check(name, Secret(text: "known under the new one"), by: World.helper).verdict.rule
                == .breached)
    }

    @Test("An agent that waits under the old configuration gets the order of a call under the new one")
    func waitsGoOn() throws {
        let target = try TargetName("shadow")
        let alice = try world.add("alice", target: target)
        let waiting = world.call { world.house.desk.claim(target) }
        #expect(waiting.outcome == nil)
        let new = renewed()
        let change = world.call {
            try new.signIn.authenticate(alice.name, Secret(text: "whatever it is at the target"), by: World.helper)
        }
        waiting.look()
        let order = try #require(try waiting.reply())
        try new.desk.report(order.id, .changed)
        change.look()
        #expect(change.outcome != nil)
    }

    @Test("The trail tells what has changed, and administrators when the policy in force did")
    func recorded() throws {
        let new = renewed()
        let change = try PolicyChange(
            field: PolicyFieldName("recovery.proofs"), before: PolicyText("1"), after: PolicyText("2"))
        try new.configurations.record([change], after: world.house, by: World.administrator)
        #expect(try world.events(.configurationReloaded).map(\.outcome) == [.succeeded])
        #expect(try world.events(.configurationChanged).map(\.change) == [change])
        try new.configurations.recordRefusal(.needsRestart, by: new.configurations.daemon)
        let last = try #require(try world.events(.configurationReloaded).last)
        #expect(last.outcome == .refused && last.reason == .needsRestart && last.actor.role == nil)
    }
}
