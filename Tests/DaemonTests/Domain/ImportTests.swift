import SSPRDomain
import SSPRVocabulary
import Testing

/// Accounts of a list (feature F1).
@Suite struct ImportTests {
    private func row(
        _ name: String, uid: UInt32? = nil, email: String? = nil, mobile: String? = nil, groups: [String] = []
    ) throws -> Accounts.Incoming {
        var contacts: [(kind: MethodKind, contact: Contact)] = []
        if let email { contacts.append((.email, try Contact(email))) }
        if let mobile { contacts.append((.mobilePhone, try Contact(mobile))) }
        return Accounts.Incoming(
            name: try AccountName(name), uid: uid, role: .user, target: nil, language: nil, contacts: contacts,
            groups: try groups.map { try GroupName($0) })
    }

    private func bring(
        _ world: World, _ rows: [Accounts.Incoming], _ mode: ImportMode = .eachRow
    ) throws -> [ImportRefusal?] {
        try world.house.accounts.bring(rows, mode, by: World.administrator)
    }

    @Test(
        "Each row is taken or refused with its reason; a rehearsal and a whole batch tell the same and change nothing")
    func rowsAreAnswered() throws {
        let world = World()
        _ = try world.add("old", uid: 7)
        try world.house.groups.add(GroupName("staff"), by: World.administrator)
        let rows = [
            try row("new", uid: 8, groups: ["staff", "staff"]), try row("old"), try row("other", uid: 7),
            try row("new"), try row("lost", groups: ["nowhere"]), try row("odd", mobile: "+493055512342;ext=1"),
            try row("fine"),
        ]
        let expected: [ImportRefusal?] = [nil, .nameTaken, .uidTaken, .nameTaken, .unknownGroup, .badContact, nil]
        let before = try world.events().count
        #expect(try bring(world, rows, .rehearsal) == expected)
        #expect(try bring(world, rows, .allOrNone) == expected)
        #expect(try world.events().count == before)
        #expect(try world.house.accounts.list(after: nil, limit: 9).accounts.count == 1)
        #expect(try bring(world, rows) == expected)
        let names = try world.house.accounts.list(after: nil, limit: 9).accounts.map(\.account.name.text)
        #expect(names == ["fine", "new", "old"])
        #expect(try world.house.accounts.explain(AccountName("new")).groups.map(\.text) == ["staff"])
    }

    @Test("Seats bound an import as well, row by row")
    func seatsBoundImports() throws {
        let world = World()
        try world.house.groups.add(GroupName("staff"), by: World.administrator)
        try world.house.licences.add(PlanName("two"), seats: 2, by: World.administrator)
        try world.house.licences.assign(PlanName("two"), to: .group(GroupName("staff")), by: World.administrator)
        let rows = try ["a", "b", "c"].map { try row($0, groups: ["staff"]) }
        // A rehearsal says so and leaves no record; a list that is taken whole or not at all leaves that record and nothing else.
        func refusals() throws -> [AccountName?] {
            try world.events(.accountAdded).filter { $0.outcome == .refused && $0.reason == .noSeat }.map(\.account)
        }
        #expect(try bring(world, rows, .rehearsal) == [nil, nil, .noSeat])
        #expect(try refusals().isEmpty)
        #expect(try bring(world, rows, .allOrNone) == [nil, nil, .noSeat])
        #expect(try refusals().map { $0?.text } == ["c"])
        #expect(try world.house.accounts.list(after: nil, limit: 9).accounts.isEmpty)
        #expect(try bring(world, rows) == [nil, nil, .noSeat])
        #expect(try refusals().map { $0?.text } == ["c", "c"])
    }

    @Test("What an administrator has filled in is enough to recover, and its owner's first code confirms it")
    func prefilledContacts() throws {
        let world = World(policy: Policy(phonesEnabled: true, passesEnabled: true))
        #expect(try bring(world, [row("alice", email: "alice@example.org", mobile: "+493055512342")]) == [nil])
        let name = try AccountName("alice")
        let found = try world.house.accounts.show(name, by: World.administrator)
        #expect(found.methods.map(\.row.isPrefilled) == [true, true])
        #expect(found.missing == 0)
        #expect(try world.house.accounts.explain(name).eligibility.unmet.isEmpty)
        #expect(try world.mail().isEmpty, "nobody is written to by an import")
        let begun = try world.house.recovery.begin(name, .reset, by: World.helper)
        let email = try #require(begun.methods.first { $0.kind == .email }?.choice)
        _ = try world.house.recovery.send(begun.handle, email, by: World.helper)
        let code = try world.mailedCode()
        #expect(
            try world.house.recovery.answer(begun.handle, email, code: code, by: World.helper).proofsMissing == 1)
        // With a pass its owner registers what is filled in already: nothing is the owner's own yet.
        let pass = try world.house.helpDesk.issuePass(name, minutes: nil, isVouchedFor: true, by: World.administrator)
            .pass
        try world.mail()
        let handle = try world.house.registration.prove(name, pass: pass, by: World.helper).handle
        let enrolment = try world.house.registration.begin(
            handle, .email, at: Contact("alice@example.org"), by: World.helper
        ).enrolment
        _ = try world.house.registration.confirm(handle, enrolment, world.mailedCode(), by: World.helper)
        let after = try world.house.accounts.show(name, by: World.administrator)
        #expect(after.methods.filter { $0.row.kind == .email }.map(\.row.isPrefilled) == [false])
        #expect(after.methods.count == 2)
        // It is the owner's now, and so there already.
        #expect(throws: Refusal.conflict) {
            try world.house.registration.begin(handle, .email, at: Contact("alice@example.org"), by: World.helper)
        }
    }

    @Test("What is filled in is reminded of once it is its owner's")
    func prefilledContactsAreReminded() throws {
        let world = World(policy: Policy(passesEnabled: true))
        #expect(try bring(world, [row("alice", email: "alice@example.org")]) == [nil])
        let name = try AccountName("alice")
        world.ambient.advance(.hours(180 * 24))
        #expect(try !world.house.accounts.show(name, by: World.administrator).isReviewDue)
        try world.house.reminders.sendDue()
        #expect(try world.house.reminders.remind(name, by: World.administrator) == 0)
        #expect(try world.mail().isEmpty, "nobody has said yet whose address it is")
        let pass = try world.house.helpDesk.issuePass(name, minutes: nil, isVouchedFor: true, by: World.administrator)
            .pass
        try world.mail()
        let handle = try world.house.registration.prove(name, pass: pass, by: World.helper).handle
        let begun = try world.house.registration.begin(
            handle, .email, at: Contact("alice@example.org"), by: World.helper)
        _ = try world.house.registration.confirm(handle, begun.enrolment, world.mailedCode(), by: World.helper)
        #expect(try !world.house.accounts.show(name, by: World.administrator).isReviewDue)
        try world.mail()
        world.ambient.advance(.hours(180 * 24))
        try world.house.reminders.sendDue()
        #expect(try world.mail().map(\.row.kind) == [.reminder])
    }
}
