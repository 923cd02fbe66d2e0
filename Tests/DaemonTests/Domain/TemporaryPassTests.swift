import SSPRDomain
import SSPRVocabulary
import Testing

/// Temporary passes: the help desk's word (feature F2, F3).
@Suite("Temporary passes") struct TemporaryPassTests {
    private static let policy = Policy(passesEnabled: true)

    @Test func issuingIsToldAndAuditedAndTheNewestCounts() throws {
        let world = World(policy: Self.policy)
        let alice = try world.enrol("alice")
        let first = try world.pass(alice)
        #expect(try world.mail().contains { $0.row.kind == .temporaryPassIssued })
        #expect(try world.events().contains { $0.kind == .passIssued && $0.account == alice.name })
        let second = try world.pass(alice)
        let begun = try world.begun(alice)
        let choice = try world.passChoice(begun)
        #expect(throws: Refusal.refused) {
            try world.house.recovery.answer(begun.handle, choice, code: first, by: World.helper)
        }
        #expect(
            try world.house.recovery.answer(begun.handle, choice, code: second, by: World.helper).proofsMissing == 1)
    }

    @Test func whereItIsNotInUseNobodyGetsOneAndNobodyIsOfferedIt() throws {
        let world = World()
        let alice = try world.enrol("alice")
        #expect(throws: Refusal.notFound) { try world.pass(alice) }
        #expect(try !world.begun(alice).methods.map(\.kind).contains(.temporaryPass))
    }

    @Test func itEndsWithItsTimeWithAResetAndWithTheAccount() throws {
        let world = World(policy: Self.policy)
        let alice = try world.enrol("alice")
        for end in 0..<3 {
            let pass = try world.pass(alice)
            switch end {
            case 0: world.ambient.advance(.minutes(61))
            case 1: try world.changePassword(alice, "another one that is long")
            default:
                try world.house.accounts.setEnabled(alice.name, false, by: World.administrator)
                try world.house.accounts.setEnabled(alice.name, true, by: World.administrator)
            }
            let begun = try world.begun(alice)
            #expect(throws: Refusal.refused, "end \(end)") {
                try world.house.recovery.answer(
                    begun.handle, world.passChoice(begun), code: pass, by: World.helper)
            }
        }
    }

    /// A person whose phone is gone has one method left: with the help desk's word it is enough.
    @Test func itStandsInForAMethodThatIsMissing() throws {
        let world = World(policy: Self.policy)
        var bob = try world.add("bob")
        try world.addApp(&bob)
        world.ambient.advance(.hours(25))
        let pass = try world.pass(bob)
        let begun = try world.begun(bob)
        let app = try #require(begun.methods.first { $0.kind == .totp }?.choice)
        _ = try world.house.recovery.answer(begun.handle, world.passChoice(begun), code: pass, by: World.helper)
        let progress = try world.house.recovery.answer(begun.handle, app, code: world.appCode(bob), by: World.helper)
        let grant = try #require(progress.grant)
        try world.run {
            try world.house.recovery.reset(bob.name, grant, Secret(text: "a new one that is long"), by: World.helper)
        }
    }

    @Test func attack_A2_itIsNeverEnoughForAnAdministrator() throws {
        let world = World(policy: Policy(proofsNeeded: 1, passesEnabled: true))
        let root = try world.enrol("root", role: .administrator)
        let pass = try world.pass(root)
        let begun = try world.begun(root)
        let progress = try world.house.recovery.answer(
            begun.handle, world.passChoice(begun), code: pass, by: World.helper)
        #expect(progress.grant == nil)
        #expect(progress.proofsMissing == 1)
    }

    /// Everybody is offered to use one: who has one cannot be seen, and wrong ones cost the same.
    @Test func attack_C1_whoHasAPassCannotBeSeen() throws {
        let world = World(policy: Self.policy)
        let alice = try world.enrol("alice")
        let stranger = try AccountName("nobody")
        let before = try world.begun(alice).methods
        try world.pass(alice)
        #expect(try world.begun(alice).methods == before)
        let decoy = try world.house.recovery.begin(stranger, .reset, by: World.helper)
        #expect(decoy.methods.map(\.kind) == before.map(\.kind))
        for name in [alice.name, stranger] {
            var tries = 0
            while true {
                do {
                    let begun = try world.house.recovery.begin(name, .reset, by: World.helper)
                    let made = OneTimeCode(.temporaryPass, random: [UInt8](repeating: UInt8(tries), count: 12))
                    #expect(throws: Refusal.refused) {
                        try world.house.recovery.answer(
                            begun.handle, world.passChoice(begun), code: made, by: World.helper)
                    }
                    tries += 1
                } catch {
                    break
                }
            }
            #expect(tries == 5)
        }
    }

    @Test func withIttheFirstMethodsAreRegisteredWithoutAPassword() throws {
        let world = World(policy: Self.policy)
        let carol = try world.add("carol")
        let pass = try world.pass(carol)
        let opened = try world.run {
            .done(try world.house.registration.prove(carol.name, pass: pass, by: World.helper))
        }
        let begun = try world.house.registration.begin(opened.handle, .email, at: carol.email, by: World.helper)
        _ = try world.house.registration.confirm(opened.handle, begun.enrolment, world.mailedCode(), by: World.helper)
        #expect(throws: Refusal.refused) {
            try world.house.registration.prove(carol.name, pass: pass, by: World.helper)
        }
    }

    @Test func attack_A11_whereMethodsAreRegisteredThePassAloneOpensNothing() throws {
        let world = World(policy: Self.policy)
        let alice = try world.enrol("alice")
        let pass = try world.pass(alice)
        #expect(throws: Refusal.refused) {
            try world.house.registration.prove(alice.name, pass: pass, by: World.helper)
        }
        // Beside the password it is a second proof.
        let email = try #require(
            try world.house.registration.describe(alice.name, by: World.helper).methods.first?.row.id)
        let full = try world.run {
            try world.house.registration.prove(
                alice.name, Secret(text: alice.password), and: .code(pass), by: World.helper)
        }
        #expect(throws: Never.self) {
            try world.house.registration.remove(full.handle, email, by: World.helper)
        }
    }

    @Test func attack_B4_wrongPassesAtRegistrationBlockToo() throws {
        let world = World(policy: Self.policy)
        let carol = try world.add("carol")
        let stranger = try AccountName("nobody")
        for name in [carol.name, stranger] {
            for round in 0..<5 {
                let made = OneTimeCode(.temporaryPass, random: [UInt8](repeating: UInt8(round), count: 12))
                #expect(throws: Refusal.refused) {
                    try world.house.registration.prove(name, pass: made, by: World.helper)
                }
            }
            let made = OneTimeCode(.temporaryPass, random: [UInt8](repeating: 9, count: 12))
            let refusal = #expect(throws: Refusal.self) {
                try world.house.registration.prove(name, pass: made, by: World.helper)
            }
            guard case .throttled = refusal else {
                Issue.record("not throttled but \(String(describing: refusal))")
                continue
            }
        }
    }

    @Test func onlyLivesBetweenTenMinutesAndThirtyDays() throws {
        let world = World(policy: Self.policy)
        let alice = try world.enrol("alice")
        for minutes: UInt32 in [0, 9, 43_201, .max] {
            #expect(throws: Refusal.malformed) {
                try world.house.helpDesk.issuePass(
                    alice.name, minutes: minutes, isVouchedFor: true, by: World.administrator)
            }
        }
        for minutes: UInt32 in [10, 43_200] {
            let issued = try world.house.helpDesk.issuePass(
                alice.name, minutes: minutes, isVouchedFor: true, by: World.administrator)
            #expect(issued.expiresAt == world.now + .minutes(Int64(minutes)))
        }
    }
}

extension World {
    @discardableResult
    func pass(_ person: Person) throws -> OneTimeCode {
        try house.helpDesk.issuePass(
            person.name, minutes: nil, isVouchedFor: true, by: Self.administrator
        ).pass
    }

    fileprivate func passChoice(_ begun: Recovery.Begun) throws -> UInt32 {
        guard let offer = begun.methods.first(where: { $0.kind == .temporaryPass }) else { throw NoSuchMessage() }
        return offer.choice
    }

    fileprivate func changePassword(_ person: Person, _ new: String) throws {
        try run {
            try house.signIn.change(
                person.name, current: Secret(text: person.password), new: Secret(text: new), by: Self.helper)
        }
    }
}
