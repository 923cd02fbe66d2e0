import SSPRDomain
import SSPRVocabulary
import Testing

/// A reset that goes to a directory: intent before order, and what is certain is told apart from what is not.
@Suite struct WritebackTests {
    let world = World(policy: Policy(questionsEnabled: true, passesEnabled: true))
    let shadow: TargetName
    let dave: Person

    init() throws {
        shadow = try TargetName("shadow")
        // Registered while its agent vouches for the password.
        var dave = try world.add("dave", target: shadow)
        let registration = world.house.registration
        for kind in [MethodKind.email, .totp] {
            world.attend(shadow)
            // One after the other: methods are offered in the order of their registration.
            world.ambient.advance(.seconds(1))
            let call = world.call { [dave] in
                try registration.prove(dave.name, Secret(text: "as it is there"), by: World.helper)
            }
            try world.house.desk.report(world.takeOrder(shadow).id, .changed)
            call.look()
            let handle = try call.reply().handle
            if kind == .email {
                let begun = try registration.begin(handle, .email, at: dave.email, by: World.helper)
                _ = try registration.confirm(handle, begun.enrolment, world.mailedCode(), by: World.helper)
            } else {
                let begun = try registration.beginApp(handle, by: World.helper)
                dave.keys = [try #require(begun.key)]
                _ = try registration.confirm(handle, begun.enrolment, world.appCode(dave), by: World.helper)
            }
        }
        world.ambient.advance(.hours(49))
        try world.mail()
        self.dave = dave
    }

    private func outcome(_ call: PendingCall<Void>) -> Refusal? {
        do {
            try call.reply()
            return nil
        } catch {
            return error as? Refusal ?? .malformed
        }
    }

    @Test func theIntentIsCommittedBeforeTheAgentSeesTheOrder() throws {
        let grant = try world.grant(dave)
        world.attend(shadow)
        let call = try world.reset(dave, grant)
        #expect(try world.store.read { try $0.openIntents() }.map(\.target) == [shadow])
        let order = try world.takeOrder(shadow)
        #expect(order.operation == .set && order.account == dave.name)
        #expect(order.password?.revealText() == World.newPassword && order.deadline == world.now + .seconds(20))
        #expect(try world.reset(dave, grant).outcome != nil, "the grant is taken")
        try world.house.desk.report(order.id, .changed)
        call.look()
        try call.reply()
        #expect(try world.store.read { try $0.openIntents() }.isEmpty)
        // The only address carried the code as well: nobody else could be told (attack G12).
        let kinds = try world.events().map(\.kind).suffix(4)
        #expect(kinds == [.passwordReset, .writebackSettled, .passwordReset, .noticeMissed])
        #expect(try world.mail().map(\.row.kind).contains(.passwordReset))
        #expect(outcome(try world.reset(dave, grant)) == .refused)
        #expect(throws: NoSuchMessage.self) { try world.takeOrder(shadow) }
    }

    @Test func withoutAnAgentNothingIsTakenAndTheGrantStaysGood() throws {
        let grant = try world.grant(dave)
        for _ in 1...8 { #expect(outcome(try world.reset(dave, grant)) == .unavailable) }
        #expect(try world.events(.writebackOrdered).isEmpty)
        world.attend(shadow)
        let call = try world.reset(dave, grant)
        try world.house.desk.report(world.takeOrder(shadow).id, .changed)
        call.look()
        try call.reply()
    }

    @Test func anAgentThatWasLastHeardOfTooLongAgoIsNone() throws {
        let grant = try world.grant(dave)
        world.attend(shadow)
        world.ambient.advance(.seconds(45))
        #expect(outcome(try world.reset(dave, grant)) == .unavailable)
    }

    @Test func anAgentThatLeavesBetweenIntentAndOrderLeavesNoOpenIntent() throws {
        let grant = try world.grant(dave)
        world.attend(shadow)
        world.ambient.advance(.seconds(44))
        // The grant's transaction, then the intent's: after it the agent counts as gone.
        world.store.afterCommit { [store = world.store, ambient = world.ambient] in
            store.afterCommit { ambient.advance(.seconds(10)) }
        }
        let call = try world.reset(dave, grant)
        call.expire()
        #expect(outcome(call) == .unavailable)
        #expect(try world.store.read { try $0.openIntents() }.isEmpty)
        #expect(try world.restart().uncertainOrders == 0)
        world.attend(shadow)
        #expect(try world.reset(dave, grant).outcome == nil, "and the grant is still good")
    }

    @Test func neverHandedOutIsUnavailableAndTheGrantIsBack() throws {
        let grant = try world.grant(dave)
        world.attend(shadow)
        let call = try world.reset(dave, grant)
        call.expire()
        #expect(outcome(call) == .unavailable)
        #expect(try world.events(.writebackSettled).map(\.reason) == [.targetUnavailable])
        #expect(throws: NoSuchMessage.self, "it is off the desk") { try world.takeOrder(shadow) }
        #expect(try world.reset(dave, grant).outcome == nil)
    }

    @Test func refusedByTheTargetIsToldAndTheGrantIsBackFiveTimes() throws {
        let grant = try world.grant(dave)
        for round in 1...6 {
            world.attend(shadow)
            let call = try world.reset(dave, grant)
            try #require(call.outcome == nil, "\(round)")
            try world.house.desk.report(world.takeOrder(shadow).id, .refused(.passwordPolicy, "no"))
            call.look()
            #expect(outcome(call) == .target(.passwordPolicy, text: "no"))
        }
        #expect(outcome(try world.reset(dave, grant)) == .refused)
        #expect(try world.events(.passwordReset).allSatisfy { $0.outcome == .refused })
    }

    @Test func handedOutAndSilentIsUnknownAndTheGrantIsGone() throws {
        let grant = try world.grant(dave)
        world.attend(shadow)
        let call = try world.reset(dave, grant)
        let order = try world.takeOrder(shadow)
        call.expire()
        #expect(outcome(call) == .outcomeUnknown)
        #expect(outcome(try world.reset(dave, grant)) == .refused)
        #expect(try world.events(.writebackSettled).map(\.outcome) == [.unknown])
        #expect(try world.mail().map(\.row.kind).contains(.resetUncertain))
        #expect(throws: Refusal.refused, "a late report changes nothing") {
            try world.house.desk.report(order.id, .changed)
        }
        #expect(try world.events(.passwordReset).map(\.outcome) == [.refused])
    }

    /// What may be in force is treated like what is: nothing else goes on, and its owner can say that it is not theirs (feature F4).
    @Test(arguments: ["silence", "restart"])
    func attack_A6_aResetOfUnknownOutcomeVoidsWhatWasUnderWay(_ ending: String) throws {
        let other = try world.begin(dave)
        world.attend(shadow)
        let proving = world.call {
            try world.house.registration.prove(dave.name, Secret(text: "as it is there"), by: World.helper)
        }
        try world.house.desk.report(world.takeOrder(shadow).id, .changed)
        proving.look()
        let registration = try proving.reply().handle
        _ = try world.house.helpDesk.issuePass(dave.name, minutes: 600, isVouchedFor: true, by: World.administrator)
        let grant = try world.grant(dave)
        try world.mail()
        world.attend(shadow)
        let call = try world.reset(dave, grant)
        _ = try world.takeOrder(shadow)
        if ending == "silence" { call.expire() } else { try world.restart() }
        #expect(throws: Refusal.refused) { try world.house.recovery.send(other, 1, by: World.helper) }
        #expect(throws: Refusal.refused) { try world.house.registration.beginApp(registration, by: World.helper) }
        let pass = try world.store.read { [dave] in try $0.pass(of: dave.id) }
        #expect(pass == nil)
        #expect(try world.events(.recoveryFailed).count == 1 && world.events(.recoveryCancelled).count == 1)
        let mail = try world.mail().filter { $0.row.kind == .resetUncertain }
        let code = try #require(mail.compactMap(\.code).first)
        #expect(try !world.house.undo.undo(dave.name, code, by: World.stranger), "the password is the target's")
        let methods = try world.store.read { [dave] in try $0.methods(of: dave.id) }
        #expect(methods.count == 2 && methods.allSatisfy(\.isDisabled))
        #expect(try world.events(.passwordUndone).map(\.outcome) == [.succeeded])
    }

    /// All other global administrators hear of it: somebody may act as an administrator now (feature F5).
    @Test func anAdministratorsResetOfUnknownOutcomeIsTold() throws {
        let other = try world.enrol("chief", role: .globalAdministrator)
        let admin = try world.enrol("root", role: .administrator)
        try world.store.write { [admin, shadow] tx in
            guard var row = try tx.account(admin.id) else { throw NoSuchMessage() }
            row.target = shadow
            try tx.update(row)
        }
        let grant = try world.grant(admin)
        try world.mail()
        world.attend(shadow)
        let call = try world.reset(admin, grant)
        _ = try world.takeOrder(shadow)
        call.expire()
        let told = try world.mail().filter { $0.row.kind == .administratorReset }
        #expect(told.map(\.recipient) == [.contact(other.email)] && told.map(\.account) == [admin.name])
    }

    @Test func anUnlockOfUnknownOutcomeSpeaksOfNoPassword() throws {
        for ends in ["silence", "restart"] {
            let grant = try world.grant(dave, .unlock)
            try world.mail()
            world.attend(shadow)
            let call = world.call { try world.house.recovery.unlock(dave.name, grant, by: World.helper) }
            _ = try world.takeOrder(shadow)
            if ends == "silence" { call.expire() } else { try world.restart() }
            #expect(try world.mail().map(\.row.kind) == [.unlockUncertain])
            world.ambient.advance(.hours(1))
        }
    }

    @Test func anOrderThatNobodyTakesCostsNoTry() throws {
        let grant = try world.grant(dave)
        for _ in 1...8 {
            world.attend(shadow)
            let call = try world.reset(dave, grant)
            call.expire()
            #expect(outcome(call) == .unavailable)
        }
        world.attend(shadow)
        let call = try world.reset(dave, grant)
        try world.house.desk.report(world.takeOrder(shadow).id, .changed)
        call.look()
        #expect(outcome(call) == nil)
    }

    @Test func aReportTwiceOrOfAnOrderThatWasNotHandedOutIsRefused() throws {
        let grant = try world.grant(dave)
        world.attend(shadow)
        _ = try world.reset(dave, grant)
        let intent = try #require(try world.store.read { try $0.openIntents() }.first)
        #expect(throws: Refusal.refused) { try world.house.desk.report(intent.id, .changed) }
        let order = try world.takeOrder(shadow)
        try world.house.desk.report(order.id, .changed)
        #expect(throws: Refusal.refused) { try world.house.desk.report(order.id, .refused(.other)) }
    }

    @Test func aPeerThatGoesAwaySettlesItsOrder() throws {
        let grant = try world.grant(dave)
        world.attend(shadow)
        let call = try world.reset(dave, grant)
        _ = try world.takeOrder(shadow)
        call.abandon()
        #expect(outcome(call) == .outcomeUnknown)
        #expect(try world.store.read { try $0.openIntents() }.isEmpty)
    }

    @Test func aStartFindsTheOpenIntent() throws {
        let grant = try world.grant(dave)
        try world.mail()
        world.attend(shadow)
        _ = try world.reset(dave, grant)
        let order = try world.takeOrder(shadow)
        let findings = try world.restart()
        #expect(findings.pendingAttempts == 0 && findings.uncertainOrders == 1)
        let event = try #require(try world.events(.writebackSettled).last)
        #expect(event.outcome == .unknown && event.reason == .crashed && event.account == dave.name)
        #expect(try world.mail().map(\.row.kind) == [.resetUncertain])
        #expect(throws: Refusal.refused) { try world.house.desk.report(order.id, .changed) }
        world.attend(shadow)
        #expect(outcome(try world.reset(dave, grant)) == .refused)
        #expect(try world.restart().uncertainOrders == 0, "once")
    }

    @Test func anUnlockGoesToTheTargetToo() throws {
        let grant = try world.grant(dave, .unlock)
        let unserved = world.call { try world.house.recovery.unlock(dave.name, grant, by: World.helper) }
        #expect(outcome(unserved) == .unavailable)
        #expect(try world.events(.accountUnlocked).map(\.outcome) == [.unavailable], "under its own name")
        world.attend(shadow)
        let call = world.call { try world.house.recovery.unlock(dave.name, grant, by: World.helper) }
        let order = try world.takeOrder(shadow)
        #expect(order.operation == .unlock && order.password == nil)
        try world.house.desk.report(order.id, .changed)
        call.look()
        try call.reply()
        #expect(try world.events(.accountUnlocked).map(\.outcome) == [.unavailable, .succeeded])
    }

    @Test func anAgentIsGivenOnlyItsOwnTargetsOrders() throws {
        let grant = try world.grant(dave)
        world.attend(shadow)
        _ = try world.reset(dave, grant)
        #expect(throws: NoSuchMessage.self) { try world.takeOrder(TargetName("ldap")) }
        _ = try world.takeOrder(shadow)
    }
}
