import SSPRDomain
import SSPRVocabulary
import Testing

/// attack C1 to C3: a registered, an unknown, an unenrolled and a disabled account are told the same and cost the same.
///
/// Structural: replies but for random tokens, transactions, hashes, computed codes, rows written and their sizes.
@Suite struct SamenessTests {
    private func enrol(_ name: String, _ shape: Shape, in world: World) throws {
        if shape == .addressAndPhone {
            let person = try world.add(name)
            try world.addEmail(person)
            // In one order for everybody: methods are offered oldest first.
            world.ambient.advance(.hours(1))
            try world.addPhone(person, .mobilePhone, "+493055512342")
            world.ambient.advance(.hours(49))
            return
        }
        let person = try world.enrol(name)
        switch shape {
        case .addressAndApp, .addressAndPhone: break
        case .twoAddressesAndApp: try world.addEmail(person, Contact("\(name)@example.net"))
        case .addressAppAndPhone: try world.addPhone(person, .mobilePhone, "+493055512342")
        case .addressAppAndDevice: _ = try world.addDevice(person)
        case .addressAppAndWokenDevice: _ = try world.addDevice(person, wakenAt: "topic")
        }
    }

    /// Whether groups have rules of their own.
    enum Scopes: CaseIterable {
        /// None has.
        case none
        /// Those who can be offered something are in a group that has; those who cannot are in another.
        case sections
        /// None has, and whoever has no app recovers by the rules of the version before.
        case grace
    }

    /// The house is less strict than the group of whoever is shown something, and that group less than the others'.
    private func divide(_ world: World, _ subject: Subject, _ name: AccountName) throws {
        let (staff, others) = (try GroupName("staff"), try GroupName("others"))
        for group in [staff, others] { try world.house.groups.add(group, by: World.administrator) }
        try world.house.groups.join(staff, [AccountName("rita")], by: World.administrator)
        switch subject {
        case .unknown: break
        case .unenrolled, .halfEnrolled: try world.house.groups.join(others, [name], by: World.administrator)
        default: try world.house.groups.join(staff, [name], by: World.administrator)
        }
        let document = PolicyDocument(
            [
                "recovery.proofs": .number(1), "temporaryPass": .flag(true), "recovery.confirmPhones": .flag(false),
                "passwords.minimumLength": .number(8),
            ],
            groups: [
                staff: [
                    "recovery.proofs": .number(2), "temporaryPass": .flag(false),
                    "recovery.confirmPhones": .flag(true), "passwords.minimumLength": .number(15),
                ],
                others: [
                    "phones": .flag(false), "devices": .flag(false), "questions": .flag(false),
                    "recovery.proofs": .number(2), "passwords.minimumLength": .number(64),
                ],
            ])
        try apply(document, in: world)
    }

    private func apply(_ document: PolicyDocument, graceDays: Int? = nil, in world: World) throws {
        let order = Policies.Order(
            reason: try PolicyReason("a test"), base: 0, allowsLoss: true, graceDays: graceDays)
        _ = try world.house.policies.apply(document, order, by: World.administrator)
    }

    private func trace(
        _ subject: Subject, _ shape: Shape, _ scopes: Scopes = .none,
        _ story: (World, AccountName, (String) -> Void) throws -> Void
    ) throws -> Trace {
        let world = World(policy: Policy(questionsEnabled: true, phonesEnabled: true, devicesEnabled: true))
        let name = try AccountName("quinn")
        // Somebody whom the others can look like.
        try enrol("rita", shape, in: world)
        switch subject {
        case .registered: try enrol("quinn", shape, in: world)
        case .unenrolled: _ = try world.add("quinn")
        case .halfEnrolled: try world.addEmail(world.add("quinn"))
        case .unknown: break
        case .disabled:
            try enrol("quinn", shape, in: world)
            try world.house.accounts.setEnabled(name, false, by: World.administrator)
        case .unlicensed:
            try enrol("quinn", shape, in: world)
            try world.unlicenseEveryone()
        case .unselected: try enrol("quinn", shape, in: world)
        }
        // Groups are read, whoever is asked for. Only now: numbers are drawn for both people first, as for everybody.
        let out = try GroupName("out")
        try world.house.groups.add(out, by: World.administrator)
        if subject == .unselected { try world.house.groups.join(out, [name], by: World.administrator) }
        var policy = world.policy
        policy.enablement = .selected(include: nil, exclude: [out])
        world.adopt(policy)
        switch scopes {
        case .none: break
        case .sections: try divide(world, subject, name)
        case .grace: try apply(PolicyDocument(["phones": .flag(false)]), graceDays: 90, in: world)
        }
        _ = try world.mail()
        world.ambient.turn(to: FakeAmbient.start + .hours(500))
        let start = Trace(
            replies: [], commits: world.store.commits, reads: world.store.reads, hashes: world.hasher.calls,
            codes: world.codes.calls, rows: world.store.rows)
        var trace = Trace()
        try story(world, name) { trace.replies.append($0) }
        trace.commits = world.store.commits - start.commits
        trace.reads = world.store.reads - start.reads
        trace.hashes = world.hasher.calls - start.hashes
        trace.codes = world.codes.calls - start.codes
        trace.rows = world.store.rows.merging(start.rows) { $0 - $1 }.filter { $0.value != 0 }
        return trace
    }

    private func expectSame(_ story: (World, AccountName, (String) -> Void) throws -> Void) throws {
        for (shape, scopes) in Shape.allCases.flatMap({ shape in Scopes.allCases.map { (shape, $0) } }) {
            let traces = try Subject.allCases.map { try trace($0, shape, scopes, story) }
            for (subject, trace) in zip(Subject.allCases, traces).dropFirst() {
                let who = "\(shape), \(scopes), \(subject)"
                #expect(trace.replies == traces[0].replies, "\(who): replies")
                #expect(trace.commits == traces[0].commits, "\(who): transactions")
                #expect(trace.reads == traces[0].reads, "\(who): snapshots")
                #expect(trace.hashes == traces[0].hashes, "\(who): hashes")
                #expect(trace.codes == traces[0].codes, "\(who): codes")
                #expect(trace.rows == traces[0].rows, "\(who): rows")
            }
        }
    }

    /// What a call said, in words that hold nothing random.
    private func told<R>(_ body: () throws -> R) -> String {
        do {
            let reply = try body()
            if let begun = reply as? Recovery.Begun {
                return "\(begun.expiresAt) \(begun.proofsNeeded) "
                    + begun.methods.map { "\($0.choice) \($0.kind) \($0.hint?.count ?? 0)" }.joined(separator: ", ")
            }
            // The number is drawn anew for everybody: that there is one is what counts.
            if var challenge = reply as? Recovery.Challenge {
                challenge.number = challenge.number.map { _ in 0 }
                return "\(challenge)"
            }
            return "\(reply)"
        } catch {
            return "\(error)"
        }
    }

    private func begin(_ world: World, _ name: AccountName, _ note: (String) -> Void) throws -> RecoveryHandle {
        let begun = try world.house.recovery.begin(name, .reset, by: World.helper)
        note(told { begun } + " \(begun.methods.map(\.confirmsContact))")
        return begun.handle
    }

    private let wrongMailed = OneTimeCode(number: 1, digits: 8)
    private let wrongShown = OneTimeCode(number: 1, digits: 6)

    @Test func attack_C1_signingIn() throws {
        try expectSame { world, name, note in
            for round in 1...12 {
                note(
                    told {
                        try world.run {
                            try world.house.signIn.authenticate(name, Secret(text: "wrong \(round)"), by: World.helper)
                        }
                    })
            }
        }
    }

    @Test func attack_C1_changingAndProving() throws {
        try expectSame { world, name, note in
            note(
                told {
                    try world.run {
                        try world.house.signIn.change(
                            name, current: Secret(text: "wrong"), new: Secret(text: "short"), by: World.helper)
                    }
                })
            note(
                told {
                    try world.run {
                        try world.house.registration.prove(name, Secret(text: "wrong"), by: World.helper)
                    }
                })
        }
    }

    @Test func attack_C1_beginningAndSending() throws {
        try expectSame { world, name, note in
            let handle = try begin(world, name, note)
            for choice in [1, 2, 3, 1] as [UInt32] {
                note(told { try world.house.recovery.send(handle, choice, by: World.helper) })
            }
            world.ambient.advance(.seconds(60))
            note(told { try world.house.recovery.send(handle, 1, by: World.helper) })
            note(told { try world.house.recovery.cancel(handle, by: World.helper) })
        }
    }

    /// Here nobody's number is typed: whose phone it is cannot be found out by trying numbers.
    @Test func attack_C1_sendingToAPhone() throws {
        try expectSame { world, name, note in
            let handle = try begin(world, name, note)
            for channel in [nil, .voice, .email, .sms] as [DeliveryChannel?] {
                let typed = try Contact("+493055512399")
                note(
                    told {
                        try world.house.recovery.send(handle, 3, via: channel, confirming: typed, by: World.helper)
                    })
                world.ambient.advance(.seconds(60))
                note(told { try world.answer(handle, 3, wrongMailed) })
            }
        }
    }

    /// Nobody answers: a stranger's device is asked as well as a real one, over and over.
    @Test func attack_C1_askingADevice() throws {
        try expectSame { world, name, note in
            let handle = try begin(world, name, note)
            for _ in 1...5 {
                note(told { try world.house.recovery.send(handle, 3, by: World.helper).expiresAt })
                let call = world.call { try world.house.recovery.awaitApproval(handle, 3, by: World.helper) }
                note("\(call.outcome == nil)")
                call.abandon()
                world.ambient.advance(.seconds(61))
            }
            world.ambient.advance(.minutes(5))
            note(told { try world.run { try world.house.recovery.awaitApproval(handle, 3, by: World.helper) } })
        }
    }

    /// Whether a device is woken cannot be told from what asking it writes.
    @Test func attack_C1_aWakeAddressDoesNotShow() throws {
        let traces = try [Shape.addressAppAndDevice, .addressAppAndWokenDevice].map { shape in
            try trace(.registered, shape) { world, name, note in
                for _ in 1...5 {
                    let handle = try begin(world, name, note)
                    note(told { try world.house.recovery.send(handle, 3, by: World.helper) })
                    note(told { try world.house.recovery.cancel(handle, by: World.helper) })
                }
            }
        }
        #expect(traces[0] == traces[1])
        #expect(traces[0].rows.contains { $0.key.contains("delivery") && $0.value == 5 }, "one row a question")
    }

    @Test func attack_C3_spendingTheBudgetOfMessages() throws {
        try expectSame { world, name, note in
            for _ in 1...8 {
                let handle = try begin(world, name, note)
                note(told { try world.house.recovery.send(handle, 1, by: World.helper) })
            }
        }
    }

    @Test func attack_C1_guessingWhatIsNotOffered() throws {
        try expectSame { world, name, note in
            let handle = try begin(world, name, note)
            for _ in 1...3 {
                note(told { try world.answer(handle, 7, wrongShown) })
                note(
                    told {
                        try world.run { try world.house.recovery.answer(handle, 3, answers: [], by: World.helper) }
                    })
            }
        }
    }

    @Test func attack_C3_guessingUntilItIsBlocked() throws {
        try expectSame { world, name, note in
            let handle = try begin(world, name, note)
            note(told { try world.answer(handle, 1, wrongMailed) })
            note(told { try world.house.recovery.send(handle, 1, by: World.helper) })
            for _ in 1...2 { note(told { try world.answer(handle, 1, wrongMailed) }) }
            for _ in 1...4 { note(told { try world.answer(handle, 2, wrongShown) }) }
            note(told { try world.house.recovery.send(handle, 1, by: World.helper) })
            note(told { try world.house.recovery.begin(name, .unlock, by: World.helper) })
            world.ambient.advance(.hours(24))
            note(told { try world.house.recovery.begin(name, .reset, by: World.helper) })
        }
    }

    @Test func attack_C1_redeemingWhatIsNoGrant() throws {
        try expectSame { world, name, note in
            let grant = try RecoveryGrant(Secret([UInt8](repeating: 9, count: 32)))
            for password in ["short", World.newPassword] {
                note(
                    told {
                        try world.run {
                            try world.house.recovery.reset(name, grant, Secret(text: password), by: World.helper)
                        }
                    })
            }
            note(told { try world.run { try world.house.recovery.unlock(name, grant, by: World.helper) } })
        }
    }

    /// Verifiers keep the cost they were made at, so an unknown name must cost what those of the known ones do.
    @Test func attack_C1_anUnknownNameCostsWhatAKnownOneDoes() throws {
        let world = World()
        let alice = try world.add("alice")
        let old = try world.hasher.verifier(for: Secret(text: alice.password))
        let dear = Verifier(passes: old.passes, memoryKiB: 262_144, salt: old.salt, tag: old.tag, pepper: old.pepper)
        try world.store.write { try $0.setPasswordVerifier(dear, of: alice.id) }
        #expect(throws: Refusal.refused) {
            try world.run {
                try world.house.signIn.authenticate(AccountName("ghost"), Secret(text: "anything"), by: World.helper)
            }
        }
        #expect(world.hasher.dearest == 262_144)
        try world.signIn(alice)
    }

    @Test func attack_C4_decoysAreStableAndOfTheSameShape() throws {
        let world = World()
        _ = try world.enrol("alice")
        for text in ["ghost", "ghost2", "alice"] {
            let name = try AccountName(text)
            let first = try world.house.recovery.begin(name, .reset, by: World.helper)
            try world.restart()
            let second = try world.house.recovery.begin(name, .unlock, by: World.stranger)
            #expect(first.methods == second.methods && first.proofsNeeded == second.proofsNeeded)
            // Addresses here begin like names, so those of strangers do as well.
            #expect(first.methods.map(\.hint) == ["\(text.prefix(1))•••@•••.org", nil])
        }
    }

    @Test func attack_C4_strangersLookLikeTheRegistered() throws {
        let world = World()
        for (name, domain) in [("alice", "org"), ("berta", "de"), ("carl", "org"), ("dora", "de")] {
            var person = try world.add(name)
            // Berta's and Dora's do not begin like their names, which is how an address may be.
            try world.addEmail(person, Contact("\(domain == "de" ? "xyz" : name)@example.\(domain)"))
            world.ambient.advance(.hours(49))
            try world.addApp(&person)
            world.ambient.advance(.hours(49))
            if name == "carl" || name == "dora" { try world.addApp(&person) }
            world.ambient.advance(.hours(49))
        }
        // One method proves nobody, so nobody is made to look like Emil.
        try world.addEmail(world.add("emil"), Contact("emil@example.com"))
        let strangers = try (1...200).map { number in
            try world.house.recovery.begin(AccountName("g\(number)"), .reset, by: World.helper).methods
        }
        let kinds = strangers.map { $0.map(\.kind) }
        #expect(Set(kinds) == [[.email, .totp], [.email, .totp, .totp]])
        #expect(Set(strangers.map { $0[0].hint }) == ["g•••@•••.org", "x•••@•••.de"])
        #expect(Set(strangers.map { "\($0[0].hint ?? "") \($0.count)" }).count == 4, "like each of the four")
    }

    /// Copied ends would tell: of two names with the same one, one would be a stranger.
    @Test func attack_C4_strangersNumbersEndAsTheyLike() throws {
        let world = World(policy: Policy(phonesEnabled: true))
        let alice = try world.enrol("alice")
        try world.addPhone(alice, .mobilePhone, "+493055512342")
        world.ambient.advance(.hours(49))
        let hints = try (1...50).map { number in
            try world.house.recovery.begin(AccountName("g\(number)"), .reset, by: World.helper).methods[2].hint ?? ""
        }
        #expect(Set(hints).count > 20 && hints.allSatisfy { $0.count == "+•• ••••••42".count })
        let again = try world.house.recovery.begin(AccountName("g1"), .unlock, by: World.stranger).methods[2].hint
        #expect(again == hints[0])
    }

    @Test func attack_C4_whileNobodyIsRegisteredTheRecommendedPairIsShown() throws {
        let world = World()
        _ = try world.add("alice")
        for name in ["alice", "ghost"] {
            let begun = try world.house.recovery.begin(AccountName(name), .reset, by: World.helper)
            #expect(begun.methods.map(\.kind) == [.email, .totp] && begun.proofsNeeded == 2)
            #expect(begun.methods[0].hint == "\(name.prefix(1))•••@•••.org")
        }
    }
}
