import SSPRDomain
import SSPRVocabulary
import Testing

/// Groups and licence plans (feature F1).
@Suite struct LicenceTests {
    private static let by = World.administrator

    private func world(seats: UInt32?) throws -> (World, [Person]) {
        let world = World()
        try world.unlicenseEveryone()
        try world.house.licences.add(PlanName("basic"), seats: seats, by: Self.by)
        try world.house.groups.add(GroupName("staff"), by: Self.by)
        return (world, try ["alice", "bob", "carol"].map { try world.add($0) })
    }

    private func isLicensed(_ world: World, _ person: Person) throws -> Bool {
        try !world.house.accounts.explain(person.name).eligibility.unmet.contains(.licensed)
    }

    private func taken(_ world: World) throws -> UInt32? {
        try world.house.licences.list(after: nil, limit: 9).plans.first { $0.name.text == "basic" }?.taken
    }

    @Test("A plan reaches an account by itself, by its group, and everyone at once")
    func waysToALicence() throws {
        let (world, people) = try world(seats: nil)
        let basic = try PlanName("basic")
        #expect(try people.map { try isLicensed(world, $0) } == [false, false, false])
        try world.house.licences.assign(basic, to: .account(people[0].name), by: Self.by)
        try world.join("staff", [people[1]])
        try world.house.licences.assign(basic, to: .group(GroupName("staff")), by: Self.by)
        #expect(try people.map { try isLicensed(world, $0) } == [true, true, false])
        // Two ways to one seat: it is one, and one way stays when the other ends.
        try world.join("staff", [people[0]])
        #expect(try taken(world) == 2)
        try world.house.licences.unassign(basic, from: .account(people[0].name), by: Self.by)
        #expect(try isLicensed(world, people[0]))
        try world.house.groups.leave(GroupName("staff"), [people[0].name], by: Self.by)
        #expect(try !isLicensed(world, people[0]))
        try world.house.licences.assign(basic, to: .everyone, by: Self.by)
        #expect(try people.map { try isLicensed(world, $0) } == [true, true, true])
        try world.house.licences.unassign(basic, from: .everyone, by: Self.by)
        try world.house.groups.remove(GroupName("staff"), by: Self.by)
        #expect(try people.map { try isLicensed(world, $0) } == [false, false, false])
        #expect(try taken(world) == 0)
    }

    @Test("Where no seat is left, an assignment is refused, changes nothing and is audited")
    func seatsBoundAssignments() throws {
        let (world, people) = try world(seats: 1)
        let basic = try PlanName("basic")
        try world.house.licences.assign(basic, to: .account(people[0].name), by: Self.by)
        #expect(throws: Refusal.conflict) {
            try world.house.licences.assign(basic, to: .account(people[1].name), by: Self.by)
        }
        try world.join("staff", [people[0], people[1]])
        #expect(throws: Refusal.conflict) {
            try world.house.licences.assign(basic, to: .group(GroupName("staff")), by: Self.by)
        }
        #expect(throws: Refusal.conflict) { try world.house.licences.assign(basic, to: .everyone, by: Self.by) }
        #expect(try people.map { try isLicensed(world, $0) } == [true, false, false])
        #expect(try taken(world) == 1)
        let refused = try world.events(.licenceAssigned).filter { $0.outcome == .refused }
        #expect(refused.map(\.reason) == [.noSeat, .noSeat, .noSeat])
        #expect(refused.map(\.account) == [people[1].name, nil, nil])
        #expect(refused.map(\.group) == [nil, try GroupName("staff"), nil])
    }

    @Test("Where no seat is left, nobody of a call joins, whatever the order; a seat that is given back is free")
    func attack_A10_seatsBoundMemberships() throws {
        let (world, people) = try world(seats: 2)
        let staff = try GroupName("staff")
        try world.house.licences.assign(PlanName("basic"), to: .group(staff), by: Self.by)
        try world.join("staff", [people[0]])
        for order in [[1, 2], [2, 1], [2, 0, 1]] {
            #expect(throws: Refusal.conflict) { try world.join("staff", order.map { people[$0] }) }
            #expect(try people.map { try isLicensed(world, $0) } == [true, false, false])
        }
        #expect(try world.events(.groupJoined).filter { $0.outcome == .refused && $0.reason == .noSeat }.count == 6)
        try world.house.groups.leave(staff, [people[0].name], by: Self.by)
        try world.join("staff", [people[1], people[2]])
        #expect(try people.map { try isLicensed(world, $0) } == [false, true, true])
    }

    @Test("Groups are listed page by page, joined once, and unknown names are told")
    func groupsAreKept() throws {
        let (world, people) = try world(seats: nil)
        let staff = try GroupName("staff")
        #expect(throws: Refusal.conflict) { try world.house.groups.add(staff, by: Self.by) }
        try world.join("staff", people)
        try world.join("staff", people)
        #expect(try world.events(.groupJoined).count == 3)
        let first = try world.house.groups.members(of: staff, after: nil, limit: 2)
        let second = try world.house.groups.members(of: staff, after: first.members.last?.id, limit: 2)
        #expect(!first.isLast && second.isLast)
        #expect((first.members + second.members).map(\.id) == people.map(\.id).sorted())
        #expect(throws: Refusal.notFound) { try world.join("none", people) }
        #expect(throws: Refusal.notFound) {
            try world.house.groups.join(staff, [people[0].name, AccountName("ghost")], by: Self.by)
        }
        try world.house.groups.add(GroupName("all"), by: Self.by)
        #expect(try world.house.groups.list(after: nil, limit: 9).groups.map(\.name.text) == ["all", "staff"])
    }
}
