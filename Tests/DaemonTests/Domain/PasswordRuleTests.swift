import SSPRVocabulary
import Testing

@testable import SSPRDomain

/// The rules of new passwords, wherever one is set or asked about (feature F7).
@Suite struct PasswordRuleTests {
    private static let site = BannedTerms.common.adding(["contoso", "blank"].map(term))

    private static func term(_ text: String) -> BannedTerm {
        do { return try BannedTerm(text) } catch { preconditionFailure("\(text): \(error)") }
    }

    private func verdict(_ text: String, minimum: Int = 8, for name: String = "alice") throws -> PasswordVerdict {
        var policy = Policy(minimumPasswordLength: minimum)
        policy.banned = Self.site
        policy.organisation = "Northwind"
        return policy.verdict(
            on: Secret(text: text), codePoints: text.unicodeScalars.count, account: try AccountName(name))
    }

    private static let examples: [(String, PasswordRule?)] = [
        ("C0ntos0Blank12", PasswordRule.banned), ("ContoS0Bl@nkf9!", nil), ("my al1ce lives in a wood", .containsName),
        ("we build n0rthwind daily", .containsOrganisation), ("seven77", .tooShort), ("passwordpassword", .banned),
        ("Summer2024!!Winter", nil), ("summer winter spring!", nil), ("zwölf boxkämpfer jagen", nil),
    ]

    @Test(arguments: examples) func rules(text: String, rule: PasswordRule?) throws {
        #expect(try verdict(text).rule == rule)
    }

    @Test func aShortNameIsPartOfTooMuch() throws {
        #expect(try verdict("our bob sings loudly", for: "bob").rule == nil)
    }

    @Test func aRefusalSaysPointsAndWords() throws {
        let verdict = try verdict("C0ntos0Blank12")
        #expect(verdict.points == 4 && verdict.found.map(\.text) == ["contoso", "blank"])
        #expect(throws: Refusal.passwordRefused(verdict)) { try verdict.accept() }
    }

    @Test func theLongestIsLookedIntoAndALongerOneIsNot() throws {
        #expect(try verdict(String(repeating: "z1", count: 128)).points != nil)
        #expect(try verdict(String(repeating: "z", count: 257)) == PasswordVerdict(.tooLong))
    }

    @Test("All that set a password refuse the same, and only the proven owner is told why")
    func everyDoor() throws {
        let world = World()
        let weak = Secret(text: "passwordpassword")
        let alice = try world.enrol("alice")
        let told = try world.house.signIn.check(alice.name, weak, by: World.helper).verdict
        #expect(told.rule == .banned && told.points == 2)
        #expect(throws: Refusal.passwordRefused(told)) {
            try world.run {
                try world.house.signIn.change(
                    alice.name, current: Secret(text: alice.password), new: weak, by: World.helper)
            }
        }
        #expect(throws: Refusal.refused) {
            try world.run {
                try world.house.signIn.change(alice.name, current: Secret(text: "wrong"), new: weak, by: World.helper)
            }
        }
        #expect(throws: Refusal.passwordRefused(told)) {
            try world.reset(alice, try world.grant(alice), "passwordpassword").reply()
        }
        #expect(throws: Refusal.passwordRefused(told)) {
            try world.house.accounts.add(
                AccountName("carol"), uid: nil, role: .user, password: weak, target: nil, by: World.helper)
        }
    }

    @Test("Asking tells neither whether there is an account nor whether that is its password")
    func askingComparesNothing() throws {
        let world = World()
        let alice = try world.add("alice")
        let hashes = world.hasher.calls
        let own = try world.house.signIn.check(alice.name, Secret(text: alice.password), by: World.helper).verdict
        let stranger = try world.house.signIn.check(
            try AccountName("a1ice-2"), Secret(text: alice.password), by: World.helper
        ).verdict
        #expect(own == stranger && own.rule == nil)
        #expect(world.hasher.calls == hashes)
    }
}
