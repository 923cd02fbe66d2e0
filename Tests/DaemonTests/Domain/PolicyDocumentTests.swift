import SSPRVocabulary
import Testing

@testable import SSPRDomain

/// Changing the policy of a running house (feature F6).
@Suite("Policy documents") struct PolicyDocumentTests {
    let world = World(policy: Policy(phonesEnabled: true))

    private func order(_ base: UInt32, allowsLoss: Bool = false, _ reason: String = "a test") throws -> Policies.Order {
        Policies.Order(reason: try PolicyReason(reason), base: base, allowsLoss: allowsLoss)
    }

    @discardableResult
    private func apply(
        _ values: [String: PolicyValue], after base: UInt32 = 0, allowsLoss: Bool = false
    ) throws -> Policies.Applied {
        try world.house.policies.apply(
            PolicyDocument(values), order(base, allowsLoss: allowsLoss), by: World.administrator)
    }

    private func setting(_ name: String, _ version: UInt32? = nil) throws -> PolicySetting? {
        try world.house.policies.show(version).settings.first { $0.field.text == name }
    }

    @Test func aDocumentHoldsFromItsApplicationOnAndAfterARestart() throws {
        #expect(try world.house.policies.show(nil).version == 0)
        #expect(try setting("recovery.proofs")?.origin == .release)
        #expect(try apply(["recovery.proofs": .number(1), "phones": .flag(true)]).version == 1)
        let ana = try world.add("ana")
        try world.addEmail(ana)
        #expect(try world.house.accounts.explain(ana.name).eligibility.unmet.isEmpty, "one proof is enough now")
        try world.restart()
        #expect(try world.house.accounts.explain(ana.name).eligibility.unmet.isEmpty)
        let shown = try world.house.policies.show(nil)
        #expect(shown.version == 1 && shown.settings.count == PolicyField.all.count)
        #expect(try setting("recovery.proofs").map { "\($0.value) \($0.origin)" } == "1 document")
        #expect(try setting("phones")?.origin == .document)
        // The configuration goes on for whatever the document does not name.
        world.adopt(Policy(phonesEnabled: true, minimumPasswordLength: 20))
        #expect(try setting("passwords.minimumLength")?.value.text == "20")
        #expect(try setting("recovery.proofs")?.value.text == "1")
        #expect(throws: Refusal.notFound) { try world.house.policies.show(2) }
    }

    @Test func invariant_I30_aVersionAndItsEventsAreOne() throws {
        try apply(["recovery.coolingOffHours": .number(48), "questions": .flag(false), "phones": .flag(false)])
        let applied = try world.events(.policyApplied)
        #expect(applied.map(\.policy) == [1] && applied.map(\.outcome) == [.succeeded])
        let changed = try world.events(.policyChanged)
        // What already was so is no change.
        #expect(
            changed.compactMap(\.change).map { "\($0.field) \($0.before) \($0.after)" } == [
                "phones true false", "recovery.coolingOffHours 24 48",
            ])
        #expect(changed.allSatisfy { $0.policy == 1 && $0.actor == World.administrator })
        // A document takes the place of the one before as a whole.
        let next = try apply(["recovery.coolingOffHours": .number(48)], after: 1)
        #expect(next.changes.map { "\($0.field) \($0.before) \($0.after)" } == ["phones false true"])
    }

    @Test func invariant_I31_whoHasNotSeenTheNewestVersionChangesNothing() throws {
        try apply(["recovery.coolingOffHours": .number(1)])
        #expect(throws: Refusal.policyMoved(to: 1)) { try apply(["recovery.coolingOffHours": .number(2)]) }
        #expect(throws: Refusal.policyMoved(to: 1)) { try apply([:], after: 2) }
        #expect(throws: Refusal.policyMoved(to: 1)) {
            try world.house.policies.rollBack(to: 0, order(0), by: World.administrator)
        }
        #expect(try world.house.policies.show(nil).version == 1)
        #expect(try setting("recovery.coolingOffHours")?.value.text == "1")
        #expect(try world.events(.policyApplied).count == 1)
    }

    @Test func everyGlobalAdministratorIsTold() throws {
        let head = try world.enrol("head", role: .globalAdministrator)
        _ = try world.enrol("helper", role: .administrator)
        try apply(["recovery.coolingOffHours": .number(1)])
        #expect(throws: Refusal.policyMoved(to: 1)) { try apply([:]) }
        let mail = try world.mail()
        #expect(mail.map { "\($0.row.kind) \($0.recipient.text)" } == ["policyChanged \(head.email.text)"])
        #expect(mail.allSatisfy { $0.account == head.name && $0.code == nil })
    }

    @Test func historyKeepsEveryVersionAndOneGoesBackToAnyOfThem() throws {
        for hours in 1...3 { try apply(["recovery.coolingOffHours": .number(hours)], after: UInt32(hours - 1)) }
        #expect(try world.house.policies.rollBack(to: 1, order(3, "back"), by: World.administrator).version == 4)
        #expect(try setting("recovery.coolingOffHours")?.value.text == "1")
        #expect(try world.house.policies.rollBack(to: 0, order(4), by: World.administrator).version == 5)
        #expect(try setting("recovery.coolingOffHours").map { "\($0.value) \($0.origin)" } == "24 release")
        #expect(try setting("recovery.coolingOffHours", 2)?.value.text == "2")
        #expect(throws: Refusal.notFound) {
            try world.house.policies.rollBack(to: 6, order(5), by: World.administrator)
        }
        let first = try world.house.policies.history(before: nil, limit: 3)
        #expect(first.versions.map(\.version) == [5, 4, 3] && !first.isLast)
        #expect(first.versions.map(\.restores) == [0, 1, nil])
        #expect(first.versions.map(\.reason.text) == ["a test", "back", "a test"])
        let rest = try world.house.policies.history(before: 3, limit: 3)
        #expect(rest.versions.map(\.version) == [2, 1] && rest.isLast)
    }

    /// What is remembered of a version must not outlive a transaction that was undone: the store of these tests runs every one twice.
    @Test func invariant_I30_aVersionThatWasUndoneLeavesNothingBehind() throws {
        struct Undone: Error {}
        let book = PolicyBook(configured: Policy(), given: [])
        func row(_ id: UInt64, _ hours: Int) throws -> PolicyVersionRow {
            PolicyVersionRow(
                id: PolicyVersionID(random: id), version: 1, appliedAt: world.now, uid: 0,
                reason: try PolicyReason("x"),
                restores: nil, document: PolicyDocument(["recovery.coolingOffHours": .number(hours)]))
        }
        let (first, second) = try (row(1, 1), row(2, 2))
        let now = world.now
        #expect(throws: Undone.self) {
            try world.store.write { tx in
                try tx.insert(first)
                #expect(try book.inForce(at: now, in: tx).policy.contactCoolingOff == .hours(1))
                throw Undone()
            }
        }
        try world.store.write { try $0.insert(second) }
        #expect(try world.store.read { try book.inForce(at: now, in: $0).policy.contactCoolingOff } == .hours(2))
    }

    @Test func aStoredVersionThatThisReleaseDoesNotUnderstandStopsTheStart() throws {
        let row = PolicyVersionRow(
            id: PolicyVersionID(random: 1), version: 1, appliedAt: world.now, uid: 0, reason: try PolicyReason("x"),
            restores: nil, document: PolicyDocument(["recovery.later": .number(1)]))
        try world.store.write { try $0.insert(row) }
        world.adopt(Policy())
        #expect { try world.house.policies.check() } throws: { "\($0)".contains("recovery.later") }
    }
}

/// Whom a change concerns, and whom it does not (feature F6).
@Suite("Policy changes while people recover") struct PolicyChangeTests {
    let world = World(policy: Policy(questionsEnabled: true, phonesEnabled: true, devicesEnabled: true))

    private func apply(_ values: [String: PolicyValue], allowsLoss: Bool = true) throws {
        let base = try world.house.policies.show(nil).version
        _ = try world.house.policies.apply(
            PolicyDocument(values),
            Policies.Order(reason: try PolicyReason("a test"), base: base, allowsLoss: allowsLoss),
            by: World.administrator)
    }

    /// feature F5: one audited switch turns it off for all administrators, effective at once.
    @Test func attack_A10_theSwitchTurnsItOffForAllAdministratorsAtOnce() throws {
        let (root, head) = try (
            world.enrol("root", role: .globalAdministrator), world.enrol("head", role: .administrator)
        )
        let (begun, proven) = try (world.begin(root), world.grant(head))
        try apply(["administrators": .flag(false)])
        #expect(try world.events(.policyChanged).last?.change?.field.text == "administrators")
        #expect(throws: Refusal.refused) { try world.reset(head, proven).reply() }
        #expect(throws: NoSuchMessage.self, "nothing is sent any more") { try world.sendCode(begun) }
        #expect(throws: Refusal.refused) { try world.proveApp(begun, root) }
        #expect(try world.house.accounts.explain(root.name).eligibility.unmet == [.selected])
        #expect(throws: Refusal.self) { try world.open(head) }
        // On again, and they recover as before: with two proofs.
        try apply(["administrators": .flag(true)])
        try world.reset(root, world.grant(root)).reply()
    }

    /// The same switch, and everybody else.
    @Test func theSwitchOfAdministratorsIsNobodyElses() throws {
        let ana = try world.enrol("ana")
        try apply(["administrators": .flag(false)])
        try world.reset(ana, world.grant(ana)).reply()
    }

    @Test func invariant_I32_aRecoveryEndsUnderThePolicyThatItBeganWith() throws {
        var ana = try world.enrol("ana")
        try world.addAnswers(&ana)
        let before = try world.begin(ana)
        try apply([
            "recovery.questionsAsked": .number(5), "questions": .flag(false), "passwords.minimumLength": .number(60),
        ])
        // The one before: questions, three of them, and a password of the old length.
        #expect(try world.proveEmail(before).methods.map(\.kind) == [.totp, .questions])
        let drawn = try world.house.recovery.send(before, 3, by: World.helper).questions
        #expect(drawn.count == 3)
        let answers = World.given(ana.answers.filter { drawn.contains($0.key) })
        let proven = try world.run { try world.house.recovery.answer(before, 3, answers: answers, by: World.helper) }
        let grant = try #require(proven.grant)
        // One that begins now: no questions, and a longer password.
        let after = try world.begin(ana)
        #expect(try world.proveEmail(after).methods.map(\.kind) == [.totp])
        let later = try #require(try world.proveApp(after, ana).grant)
        let refused = try world.reset(ana, later)
        #expect(throws: Refusal.password(.tooShort)) { try refused.reply() }
        try world.reset(ana, grant).reply()
        try world.signIn(ana, World.newPassword)
    }

    @Test func invariant_I32_aPhoneIsAskedForAsTheRecoveryBegan() throws {
        let ana = try world.enrol("ana")
        try world.addPhone(ana, .mobilePhone, "+493012345678")
        world.ambient.advance(.hours(25))
        let before = try world.begun(ana)
        let phone = try #require(before.methods.first { $0.kind == .mobilePhone })
        #expect(phone.confirmsContact)
        try apply(["recovery.confirmPhones": .flag(false), "phones": .flag(true)])
        // Still the whole number, or nothing.
        #expect(throws: Refusal.malformed) {
            try world.house.recovery.send(before.handle, phone.choice, by: World.helper)
        }
        #expect(try world.begun(ana).methods.first { $0.kind == .mobilePhone }?.confirmsContact == false)
    }

    @Test func invariant_I32_aRegistrationEndsUnderThePolicyThatItBeganWith() throws {
        let ana = try world.enrol("ana")
        let before = try world.open(ana)
        try apply(["questions": .flag(false), "devices": .flag(false), "phones": .flag(false)])
        #expect(throws: Never.self) {
            try world.house.registration.registerAnswers(
                before, World.given(Dictionary(uniqueKeysWithValues: (1...5).map { ($0, "zq answer \($0)") })),
                by: World.helper)
        }
        #expect(throws: Never.self) { try world.house.registration.beginDevice(before, by: World.helper) }
        let after = try world.open(ana)
        #expect(throws: Refusal.notFound) { try world.house.registration.beginDevice(after, by: World.helper) }
        #expect(throws: Refusal.notFound) {
            try world.house.registration.begin(
                after, .mobilePhone, at: try Contact("+493012345678"), by: World.helper)
        }
    }

    @Test func invariant_I33_anAdministratorsRecoveryAsksForTwoProofsWhateverWasApplied() throws {
        let chief = try world.enrol("chief", role: .administrator)
        try apply(["recovery.proofs": .number(1), "questions": .flag(true)])
        let begun = try world.begun(chief)
        #expect(begun.proofsNeeded == 2)
        #expect(try world.proveEmail(begun.handle).grant == nil)
        let session = try world.open(chief)
        #expect(throws: Refusal.notFound) {
            try world.house.registration.registerAnswers(
                session, World.given(Dictionary(uniqueKeysWithValues: (1...5).map { ($0, "zq answer \($0)") })),
                by: World.helper)
        }
    }

    @Test func invariant_I34_takingRecoveryFromManyMustBeMeant() throws {
        // With a phone and an address: able while phones are.
        let people = try (0..<3).map { number in
            let person = try world.add("person\(number)")
            try world.addEmail(person)
            try world.addPhone(person, .mobilePhone, "+49301234567\(number)")
            return person
        }
        let keeps = try world.enrol("keeps")
        world.ambient.advance(.hours(25))
        let document = PolicyDocument(["phones": .flag(false)])
        let plan = try world.house.policies.plan(document)
        #expect((plan.impact.accounts, plan.impact.capable, plan.impact.losing, plan.impact.gaining) == (4, 4, 3, 0))
        #expect(plan.impact.names == people.map(\.name) && plan.base == 0)
        #expect(plan.changes.map(\.field.text) == ["phones"])
        #expect(throws: Refusal.policyLoss(losing: 3, capable: 4)) {
            try apply(["phones": .flag(false)], allowsLoss: false)
        }
        #expect(try world.house.policies.show(nil).version == 0)
        #expect(try world.events(.policyApplied).map(\.reason) == [.manyLose])
        #expect(try world.events(.policyChanged).isEmpty)
        // What decides nothing is nobody's loss; what gives recovery back is none either.
        try apply(["recovery.coolingOffHours": .number(0)], allowsLoss: false)
        try apply(["phones": .flag(false), "recovery.graceDays": .number(0)], allowsLoss: true)
        #expect(try world.house.accounts.explain(people[0].name).eligibility.unmet == [.registered])
        #expect(try world.house.accounts.explain(keeps.name).eligibility.unmet.isEmpty)
        let back = try world.house.policies.plan(PolicyDocument())
        #expect((back.impact.losing, back.impact.gaining) == (0, 3))
        try apply([:], allowsLoss: false)
    }

    @Test(arguments: [(1, 20, true), (1, 19, false), (10, 400, true), (11, 400, false), (0, 0, true)])
    func invariant_I34_fivePerCentOrTenAreTolerated(losing: UInt32, capable: UInt32, isTolerated: Bool) {
        var impact = PolicyImpact()
        (impact.losing, impact.capable) = (losing, capable)
        #expect(impact.isGreat == !isTolerated)
    }

    @Test func oneCountOfAllAccountsAtATime() throws {
        let book = PolicyBook(configured: Policy(), given: [])
        _ = try book.counting {
            #expect(throws: Refusal.busy) { _ = try book.counting { 1 } }
        }
        #expect(try book.counting { 1 } == 1)
    }

    @Test func budgetsAndSignInFollowAtOnce() throws {
        let ana = try world.add("ana")
        #expect(try world.house.signIn.ask(ana.name).missing == 2)
        try apply(["registration.askAtSignIn": .flag(false), "passwords.minimumLength": .number(64)])
        #expect(try world.house.signIn.ask(ana.name) == Asked())
        let checked = try world.house.signIn.check(ana.name, Secret(text: "a wholly new pass phrase"), by: World.helper)
        #expect(checked.verdict.rule == .tooShort && checked.minimumLength == 64)
    }
}
