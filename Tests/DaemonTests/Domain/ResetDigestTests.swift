import SSPRDomain
import SSPRVocabulary
import Testing

/// A reset of an administrator's password: a hundred global administrators are told at once, all others once a day (feature F8).
@Suite struct ResetDigestTests {
    let world = World()
    private static let readers = 130
    private let (root, admin): (Person, Person)

    init() throws {
        // In the order of names: root is one of those who are told late.
        for number in 0..<Self.readers {
            try world.addEmail(world.add(Self.name(number), role: .globalAdministrator))
        }
        root = try world.enrol("root", role: .globalAdministrator)
        admin = try world.enrol("admin", role: .administrator)
        try world.mail()
    }

    /// Letters, or some passwords of `World.add` would hold their account's name.
    private static func name(_ number: Int, _ title: String = "chief") -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        return "\(title).\(letters[number / 26])\(letters[number % 26])"
    }

    private func name(_ number: Int) -> String { Self.name(number) }

    private func reset(_ person: Person, _ password: String) throws {
        let grant = try world.grant(person)
        try world.mail()
        try world.reset(person, grant, password).reply()
    }

    private func sendDue() throws -> [LeasedDelivery] {
        try world.house.digests.sendDue()
        return try world.mail()
    }

    @Test func invariant_I48_aHundredAreToldAtOnceAndAllOthersOnceADay() throws {
        try reset(admin, "first pass phrase of theirs")
        let first = try world.mail().filter { $0.row.kind == .administratorReset }
        #expect(first.map(\.recipient.text).sorted() == (0..<100).map { "\(name($0))@example.org" })
        #expect(first.allSatisfy { $0.account == admin.name })
        #expect(try sendDue().isEmpty)
        world.ambient.advance(.hours(2))
        try reset(admin, "second pass phrase of theirs")
        #expect(try world.mail().filter { $0.row.kind == .administratorReset }.count == 100)
        try reset(root, "one that only they know")
        #expect(try world.mail().filter { $0.row.kind == .administratorReset }.count == 100)
        world.ambient.advance(.hours(21))
        #expect(try sendDue().isEmpty)
        world.ambient.advance(.hours(1))
        let told = try sendDue()
        #expect(told.allSatisfy { $0.row.kind == .administratorResets && $0.code == nil })
        #expect(
            told.map(\.recipient.text).sorted() == (100..<Self.readers).map { "\(name($0))@example.org" } + [
                root.email.text
            ])
        for message in told {
            // Nobody is told of their own.
            let isRoot = message.account == root.name
            #expect(message.resets?.count == (isRoot ? 2 : 3))
            #expect(message.resets?.accounts == (isRoot ? [admin.name] : [admin.name, root.name]))
        }
        // Once: there is nothing more to tell, today or later.
        #expect(try sendDue().isEmpty)
        world.ambient.advance(.hours(24 * 30))
        #expect(try sendDue().isEmpty)
        try reset(admin, "third pass phrase of theirs")
        try world.mail()
        world.ambient.advance(.hours(24))
        #expect(try sendDue().map(\.resets?.count) == [UInt32?](repeating: 1, count: 31))
    }

    /// The daemon dies between two portions: whoever was told is not told again, and nobody is left out.
    @Test func invariant_I48_aDigestThatWasCutOffGoesOn() throws {
        for number in 0..<70 { try world.addEmail(world.add(Self.name(number, "deputy"), role: .globalAdministrator)) }
        try world.mail()
        try reset(admin, "first pass phrase of theirs")
        try world.mail()
        world.ambient.advance(.hours(24))
        let house = world.house
        let before = world.store.commits
        // The first portion is looked for among those who have been told already, and writes nobody anything.
        world.store.afterCommit { [store = world.store] in store.fail(1) }
        #expect(throws: StoreError.unavailable) { try house.digests.sendDue() }
        #expect(world.store.commits == before + 1)
        try world.restart()
        let told = try sendDue()
        #expect(told.count == 31 + 70 && Set(told.map(\.recipient.text)).count == told.count)
        #expect(try sendDue().isEmpty)
    }

    @Test func aMessageNamesTwentyAndCountsAll() throws {
        let names = try (0..<25).map { try AccountName("n\(100 + $0)") }
        let (now, last) = (world.now, try AccountName(name(99)))
        for about in names + [names[0]] {
            try world.store.write { try $0.insert(ResetNoteRow(about: about, happenedAt: now, toldUntil: last)) }
        }
        world.ambient.advance(.hours(24))
        let told = try sendDue()
        #expect(told.count == 31 && told.allSatisfy { $0.resets?.count == 26 })
        #expect(told.allSatisfy { $0.resets?.accounts == Array(names.prefix(20)) })
        #expect(told.allSatisfy { $0.resets?.unnamed == UInt32(names.count - 20) })
    }

    @Test func aHouseOfFewHasNoDigest() throws {
        let small = World()
        let admin = try small.enrol("admin", role: .administrator)
        try small.addEmail(small.add("chief", role: .globalAdministrator))
        try small.mail()
        let grant = try small.grant(admin)
        try small.mail()
        try small.reset(admin, grant).reply()
        #expect(try small.mail().filter { $0.row.kind == .administratorReset }.count == 1)
        #expect(small.store.rows["insert reset note"] == nil)
    }
}
