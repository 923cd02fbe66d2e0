import SSPRDomain
import SSPRVocabulary
import Testing

/// Passwords that have become known (feature F7).
@Suite struct BreachedPasswordTests {
    private static let known = "correct horse battery staple"
    private let world = World(breached: [known, "\u{e9}tait une fois un roi", "short"])

    @Test func invariant_I42_everyDoorRefusesThemByName() throws {
        let alice = try world.enrol("alice")
        let secret = Secret(text: Self.known)
        let told = try world.house.signIn.check(alice.name, secret, by: World.helper).verdict
        #expect(told.rule == .breached && told.points != nil)
        #expect(throws: Refusal.password(.breached)) {
            try world.run {
                try world.house.signIn.change(
                    alice.name, current: Secret(text: alice.password), new: secret, by: World.helper)
            }
        }
        #expect(throws: Refusal.refused, "to nobody who is not proven") {
            try world.run {
                try world.house.signIn.change(alice.name, current: Secret(text: "wrong"), new: secret, by: World.helper)
            }
        }
        let grant = try world.grant(alice)
        #expect(throws: Refusal.password(.breached)) { try world.reset(alice, grant, Self.known).reply() }
        #expect(try world.events(.passwordReset).map(\.reason) == [.passwordPolicy])
        try world.reset(alice, grant).reply()
        #expect(throws: Refusal.password(.breached)) {
            try world.house.accounts.add(
                AccountName("carol"), uid: nil, role: .user, password: secret, target: nil, by: World.administrator)
        }
    }

    /// The form that is hashed is looked up; case and blanks make another password.
    @Test(
        arguments: [
            ("e\u{301}tait une fois un roi", PasswordRule.breached), ("\u{e9}tait\u{a0}une fois un roi", .breached),
            ("Correct Horse Battery Staple", nil), ("correct horse battery staple ", nil),
        ] as [(String, PasswordRule?)])
    func theFormThatIsHashedIsLookedUp(text: String, rule: PasswordRule?) throws {
        #expect(
            try world.house.signIn.check(AccountName("alice"), Secret(text: text), by: World.helper).verdict.rule
                == rule)
    }

    @Test func otherRulesAreNamedFirst() throws {
        #expect(
            try world.house.signIn.check(AccountName("alice"), Secret(text: "short"), by: World.helper).verdict.rule
                == .tooShort)
    }
}
