import SSPRVocabulary
import Testing

@testable import SSPRDomain

/// Stricter values for the members of groups (feature F6, decision 29).
@Suite("Policy scopes") struct PolicyScopeTests {
    let world = World(policy: Policy(proofsNeeded: 1, questionsEnabled: true, phonesEnabled: true, passesEnabled: true))

    private func group(_ name: String, _ members: AccountName...) throws -> GroupName {
        let group = try GroupName(name)
        if try world.house.groups.list(after: nil, limit: 64).groups.allSatisfy({ $0.name != group }) {
            try world.house.groups.add(group, by: World.administrator)
        }
        if !members.isEmpty { try world.house.groups.join(group, members, by: World.administrator) }
        return group
    }

    @discardableResult
    private func apply(
        _ values: [String: PolicyValue] = [:], _ groups: [String: [String: PolicyValue]], allowsLoss: Bool = true
    ) throws -> Policies.Applied {
        let base = try world.house.policies.show(nil).version
        let named = try Dictionary(uniqueKeysWithValues: groups.map { (try GroupName($0), $1) })
        return try world.house.policies.apply(
            PolicyDocument(values, groups: named),
            Policies.Order(reason: try PolicyReason("a test"), base: base, allowsLoss: allowsLoss),
            by: World.administrator)
    }

    private func decision(_ name: AccountName, _ field: String) throws -> PolicyDecision? {
        try world.house.policies.explain(name).decisions.first { $0.field.text == field }
    }

    /// Every field that groups may have, between every two values: what holds is what `stricter` says, whatever the order of groups.
    @Test(arguments: PolicyField.all.filter(\.isForGroups).map(\.name))
    func invariant_I44_theStrictestOfHouseAndGroupsHolds(_ name: String) throws {
        let field = try #require(PolicyField.named(name))
        #expect(field.strictness != .neither, "a field without a stricter value cannot be for groups")
        let (one, two) = (try GroupName("one"), try GroupName("two"))
        let values = PolicyFieldTests.accepted(field)
        for house in values {
            for first in values {
                for second in values {
                    let document = PolicyDocument([name: house], groups: [one: [name: first], two: [name: second]])
                    let scoped = try ScopedPolicy(Policy(questionsRegistered: 5), document)
                    let strictest = field.stricter(field.stricter(house, first), second)
                    let isClamped = name == "recovery.questionsAsked"
                    for scopes in [[one, two], [two, one]] {
                        let policy = scoped.policy(for: scopes)
                        if !isClamped { #expect(field.read(policy) == strictest, "\(house) \(first) \(second)") }
                        // No group takes anything from another field.
                        for other in PolicyField.all where other.name != name && !other.name.contains("questions") {
                            #expect(other.read(policy) == other.read(scoped.house))
                        }
                    }
                    #expect(scoped.policy(for: []) == scoped.policy(for: [try GroupName("three")]))
                }
            }
        }
    }

    @Test func invariant_I44_aMembersRecoveryIsUnderItsGroupsRulesAndNobodyElses() throws {
        let (ana, ben) = (try world.enrol("ana"), try world.enrol("ben"))
        _ = try group("finance", ana.name)
        try apply([:], ["finance": ["recovery.proofs": .number(2), "temporaryPass": .flag(false)]])
        let (strict, usual) = (try world.begun(ana), try world.begun(ben))
        #expect(strict.proofsNeeded == 2 && !strict.methods.contains { $0.kind == .temporaryPass })
        #expect(usual.proofsNeeded == 1 && usual.methods.contains { $0.kind == .temporaryPass })
        #expect(throws: Refusal.refused) {
            try world.house.helpDesk.issuePass(ana.name, minutes: nil, isVouchedFor: true, by: World.administrator)
        }
        _ = try world.house.helpDesk.issuePass(ben.name, minutes: nil, isVouchedFor: true, by: World.administrator)
        // One proof is enough for one of them only.
        #expect(try world.proveEmail(strict.handle).grant == nil)
        #expect(try world.proveEmail(usual.handle).grant != nil)
    }

    /// The length of a new password, the last ones that count, and the way back: each under the rules of whose password it is.
    @Test func invariant_I44_everyRuleAboutAnAccountAsksItsGroups() throws {
        var ana = try world.enrol("ana")
        let ben = try world.enrol("ben")
        _ = try group("finance", ana.name)
        try apply(
            ["registration.askAtSignIn": .flag(false)],
            [
                "finance": [
                    "passwords.minimumLength": .number(40), "recovery.coolingOffHours": .number(72),
                    "registration.askAtSignIn": .flag(true), "recovery.proofs": .number(2), "phones": .flag(false),
                    "passwords.remembered": .number(24), "recovery.questionsRegistered": .number(5),
                ]
            ])
        let candidate = Secret(text: "a wholly new pass phrase")
        #expect(
            try world.house.signIn.check(ana.name, candidate, by: World.administrator).verdict.rule == .tooShort)
        #expect(try world.house.signIn.check(ben.name, candidate, by: World.administrator).verdict.rule == nil)
        #expect(throws: Refusal.password(.tooShort)) {
            try world.run {
                try world.house.signIn.change(
                    ana.name, current: Secret(text: ana.password), new: candidate, by: World.helper)
            }
        }
        try world.run {
            try world.house.signIn.change(
                ben.name, current: Secret(text: ben.password), new: candidate, by: World.helper)
        }
        let refused = try world.reset(ana, world.grant(ana))
        #expect(throws: Refusal.password(.tooShort)) { try refused.reply() }
        // What is registered later cools off as the group says, and phones are not to be had.
        let handle = try world.open(ana)
        #expect(throws: Refusal.notFound) {
            try world.house.registration.begin(handle, .mobilePhone, at: try Contact("+493012345678"), by: World.helper)
        }
        let added = try world.addApp(&ana)
        let usableFrom = try world.store.read { try $0.method(added)?.usableFrom }
        #expect(usableFrom == world.now + .hours(72))
        let listed = try world.house.accounts.list(after: nil, limit: 9).accounts
        #expect(listed.map(\.proofsNeeded) == [2, 1] && !listed[0].available.contains(.mobilePhone))
        #expect(try world.house.signIn.ask(ben.name) == Asked())
        let clara = try world.add("clara")
        _ = try group("finance", clara.name)
        #expect(try world.house.signIn.ask(clara.name).missing == 2)
        #expect(try world.house.accounts.explain(clara.name).eligibility.missing == 2)
    }

    @Test func invariant_I44_whatHasBegunKeepsTheGroupsOfItsBeginning() throws {
        var ana = try world.enrol("ana")
        let finance = try group("finance")
        try apply([:], ["finance": ["recovery.proofs": .number(2), "passwords.minimumLength": .number(60)]])
        let before = try world.begin(ana)
        let session = try world.open(ana)
        try world.house.groups.join(finance, [ana.name], by: World.administrator)
        // Begun as somebody who is in no group.
        let grant = try #require(try world.proveEmail(before).grant)
        #expect(throws: Never.self) { try world.reset(ana, grant).reply() }
        ana.password = World.newPassword
        let within = try world.begun(ana)
        #expect(within.proofsNeeded == 2)
        #expect(throws: Refusal.refused) {
            try world.house.registration.beginApp(session, by: World.helper)
        }
        // Whoever leaves does not take the rules with them that a recovery began under.
        try world.house.groups.leave(finance, [ana.name], by: World.administrator)
        _ = try world.proveEmail(within.handle)
        let later = try #require(try world.proveApp(within.handle, ana).grant)
        let refused = try world.reset(ana, later)
        #expect(throws: Refusal.password(.tooShort)) { try refused.reply() }
    }

    @Test func invariant_I44_aGroupThatThePolicyNamesStays() throws {
        let finance = try group("finance")
        try apply([:], ["finance": ["phones": .flag(false)]])
        #expect(throws: Refusal.groupInPolicy) {
            try world.house.groups.remove(finance, by: World.administrator)
        }
        try apply([:], [:])
        try world.house.groups.remove(finance, by: World.administrator)
        // An earlier version cannot return without it.
        func back() throws {
            _ = try world.house.policies.rollBack(
                to: 1, Policies.Order(reason: try PolicyReason("back"), base: 2, allowsLoss: true),
                by: World.administrator)
        }
        #expect { try back() } throws: { "\($0)".contains("groups.finance is no group") }
        _ = try group("finance")
        try back()
        #expect(try world.house.policies.show(nil).sections.map(\.field.text) == ["phones"])
    }

    @Test func unknownGroupsAreToldWithTheNearest() throws {
        for number in 0..<300 { _ = try group("g\(number)-filling") }
        _ = try group("zfinance")
        let document = PolicyDocument(groups: [try GroupName("zfinanse"): ["phones": .flag(false)]])
        #expect { try world.house.policies.plan(document) } throws: {
            guard case Refusal.policyDocument(let problem)? = $0 as? Refusal else { return false }
            return problem.hasPrefix("groups.zfinanse is no group; the nearest is groups.zfinance. Allowed:")
        }
        #expect(throws: Refusal.self) { try apply([:], ["zfinanse": ["phones": .flag(false)]]) }
        #expect(try world.house.policies.show(nil).version == 0)
    }

    @Test func fieldsOfTheHouseAreNotForGroupsAndContradictionsAreFound() throws {
        _ = try group("finance")
        func problem(_ values: [String: PolicyValue]) -> String {
            do {
                try apply(["recovery.questionsRegistered": .number(3)], ["finance": values])
                return "none"
            } catch {
                return "\(error)"
            }
        }
        #expect(problem(["budgets.textsPerDay": .number(1)]).contains("groups.finance.budgets.textsPerDay"))
        #expect(problem(["recovery.later": .number(1)]).contains("groups.finance.recovery.later"))
        #expect(problem(["recovery.proofs": .number(3)]).contains("groups.finance.recovery.proofs"))
        let asked = problem(["recovery.questionsAsked": .number(5)])
        #expect(asked.contains("groups.finance.recovery.questionsAsked"), "\(asked)")
        #expect(try world.house.policies.show(nil).version == 0)
    }

    @Test func changesAndTheTrailNameTheGroup() throws {
        _ = try group("finance")
        let first = try apply(["phones": .flag(false)], ["finance": ["recovery.proofs": .number(2)]])
        func told(_ changes: [PolicyChange]) -> [String] {
            changes.map { "\($0.group?.text ?? "house") \($0.field) \($0.before)>\($0.after)" }
        }
        #expect(told(first.changes) == ["house phones true>false", "finance recovery.proofs >2"])
        let events = try world.events(.policyChanged)
        #expect(events.map { $0.group?.text } == [nil, "finance"])
        #expect(events.compactMap(\.change).allSatisfy { $0.group == nil })
        let second = try apply([:], [:])
        #expect(told(second.changes) == ["house phones false>true", "finance recovery.proofs 2>"])
    }

    @Test func explainTellsWhichScopeDecidedAndWhy() throws {
        let ana = try world.enrol("ana")
        _ = try group("finance", ana.name)
        _ = try group("board", ana.name)
        _ = try group("other")
        try apply(
            ["recovery.undoHours": .number(24)],
            [
                "finance": ["recovery.undoHours": .number(48), "recovery.proofs": .number(2)],
                "board": ["recovery.undoHours": .number(12)], "other": ["recovery.undoHours": .number(72)],
            ])
        let explained = try world.house.policies.explain(ana.name)
        #expect(explained.version == 1 && explained.scopes.map(\.text) == ["board", "finance"])
        let undo = try #require(try decision(ana.name, "recovery.undoHours"))
        #expect((undo.value.text, undo.group?.text, undo.origin) == ("48", "finance", .document))
        #expect(undo.others.map { "\($0.group?.text ?? "house") \($0.value)" } == ["house 24", "board 12"])
        let phones = try #require(try decision(ana.name, "phones"))
        #expect(phones.group == nil && phones.origin == .release && phones.others.isEmpty)
        #expect(throws: Refusal.notFound) { try world.house.policies.explain(try AccountName("ghost")) }
    }

    /// Who loses recovery is counted with the groups that each account is in.
    @Test func invariant_I44_aPlanCountsWithScopes() throws {
        let people = try (0..<4).map { number in
            let person = try world.add("person\(number)")
            try world.addEmail(person)
            return person
        }
        _ = try group("finance", people[0].name, people[2].name)
        let finance = try GroupName("finance")
        let document = PolicyDocument(groups: [finance: ["recovery.proofs": .number(2)]])
        let plan = try world.house.policies.plan(document)
        #expect((plan.impact.capable, plan.impact.losing) == (4, 2))
        #expect(plan.impact.names == [people[0].name, people[2].name])
        #expect(throws: Refusal.policyLoss(losing: 2, capable: 4)) {
            try apply([:], ["finance": ["recovery.proofs": .number(2)]], allowsLoss: false)
        }
        try apply(["recovery.graceDays": .number(0)], ["finance": ["recovery.proofs": .number(2)]])
        #expect(try world.house.policies.plan(PolicyDocument()).impact.gaining == 2)
        let report = try world.house.reports.registration(after: nil)
        #expect(report.users.capable == 2)
        // And a list that brings people into the group asks the same.
        let row = Accounts.Incoming(
            name: try AccountName("new"), uid: nil, role: .user, target: nil, language: nil,
            contacts: [(.email, try Contact("new@example.org"))], groups: [finance])
        _ = try world.house.accounts.bring([row], .eachRow, by: World.administrator)
        #expect(try world.store.read { try $0.account(named: try AccountName("new"))?.registeredAt } == nil)
    }

    /// What a group's rules are tells a helper of an account without methods that there is one (attack C1).
    @Test func attack_C1_describingTellsNoGroup() throws {
        let ana = try world.add("ana")
        _ = try group("finance", ana.name)
        try apply(
            [:],
            [
                "finance": [
                    "recovery.proofs": .number(2), "phones": .flag(false), "passwords.minimumLength": .number(64),
                ]
            ])
        func shown(_ name: AccountName, _ actor: EventActor) throws -> String {
            let state = try world.house.registration.describe(name, by: actor)
            return "\(state.proofsNeeded) \(state.missing) \(state.available) \(state.questionsNeeded)"
        }
        #expect(try shown(ana.name, World.helper) == shown(try AccountName("ghost"), World.helper))
        #expect(try shown(ana.name, World.administrator).hasPrefix("2 2"))
        let lengths = try [ana.name, AccountName("ghost")].map { name in
            let checked = try world.house.signIn.check(name, Secret(text: "x"), by: World.helper)
            return checked.minimumLength
        }
        #expect(lengths[0] == lengths[1])
    }

    @Test func invariant_I33_noSectionMakesAnAdministratorNeedLess() throws {
        let chief = try world.enrol("chief", role: .administrator)
        let (weak, house) = (try GroupName("weak"), try GroupName("house"))
        for field in PolicyField.all where field.isForGroups {
            for value in PolicyFieldTests.accepted(field) {
                let document = PolicyDocument(
                    ["recovery.proofs": .number(1), "questions": .flag(true)],
                    groups: [weak: [field.name: value], house: ["recovery.proofs": .number(1)]])
                let policy = try ScopedPolicy(Policy(), document).policy(for: [house, weak])
                for role in AccountRole.allCases where role.isAdministrator {
                    #expect(policy.proofsNeeded(for: role) == 2)
                    #expect(!policy.kinds(for: role).contains(.questions))
                    for kind in MethodKind.allCases { #expect(policy.missing([kind], role: role) > 0) }
                }
            }
        }
        _ = try group("weak", chief.name)
        try apply(["recovery.proofs": .number(1)], ["weak": ["recovery.proofs": .number(1)]])
        #expect(try world.begun(chief).proofsNeeded == 2)
    }
}
