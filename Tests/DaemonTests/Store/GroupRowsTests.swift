import SSPRDomain
import SSPRVocabulary
import Testing

/// Groups, plans and seats: both stores follow the same ways to a seat, in any order of joining, assigning and their ends.
@Suite struct GroupRowsTests {
    @Test(arguments: StoreUnderTest.Kind.allCases)
    func aNewStoreHasThePlanThatEverybodyHas(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        try store.read { tx throws in
            let plans = try tx.plans(after: nil, limit: 9)
            #expect(plans.map(\.name.text) == ["default"])
            #expect(plans.first?.isForEveryone == true && plans.first?.seats == nil)
            #expect(try tx.isLicensed(AccountID(random: 77)))
        }
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func rowsComeBackAndNamesAreUnique(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        let staff = GroupRow(id: GroupID(random: 4), name: try GroupName("staff"), addedAt: Sample.at(3))
        let plan = PlanRow(id: PlanID(random: 5), name: try PlanName("basic"), seats: 3)
        try store.write { tx in
            try tx.insert(staff)
            try tx.insert(plan)
        }
        try store.read { tx throws in
            #expect(try tx.group(named: staff.name) == staff)
            #expect(try tx.groups(after: nil, limit: 9) == [staff])
            #expect(try tx.groups(after: staff.name, limit: 9).isEmpty)
            #expect(try tx.plan(named: plan.name) == plan)
            #expect(try tx.plans(after: plan.name, limit: 9).map(\.name.text) == ["default"])
        }
        let sameGroup = GroupRow(id: GroupID(random: 9), name: staff.name, addedAt: Sample.at(3))
        let samePlan = PlanRow(id: PlanID(random: 9), name: plan.name, seats: nil)
        #expect(throws: RowConflict.self) { try store.write { try $0.insert(sameGroup) } }
        #expect(throws: RowConflict.self) { try store.write { try $0.insert(samePlan) } }
    }

    @Test("A thousand random steps, in both stores at once")
    func bothStoresAgree() throws {
        let stores = try StoreUnderTest.Kind.allCases.map { try StoreUnderTest($0) }
        let accounts = try (1...4).map { try Sample.account($0, "person\($0)") }
        let groups = try (1...3).map {
            GroupRow(id: GroupID(random: $0), name: try GroupName("group\($0)"), addedAt: Sample.at(1))
        }
        let plans = try (1...3).map { PlanRow(id: PlanID(random: $0), name: try PlanName("plan\($0)"), seats: 9) }
        for store in stores {
            try store.write { tx in
                for account in accounts { try tx.insert(account) }
                for group in groups { try tx.insert(group) }
                for plan in plans { try tx.insert(plan) }
                _ = try tx.unassign(PlanID(random: 0), from: .everyone)
            }
        }
        let ambient = FakeAmbient(seed: 7)
        func pick<T>(_ values: [T]) -> T { values[Int(ambient.number(below: UInt64(values.count)))] }
        for step in 0..<1000 {
            let (account, group, plan) = (pick(accounts).id, pick(groups), pick(plans).id)
            let holder: PlanHolder = pick([.account(account), .group(group.id)])
            let choice = ambient.number(below: 9)
            let changed = try stores.map { store in
                try store.write { tx -> Bool in
                    switch choice {
                    case 0...3: return try tx.join(group.id, account)
                    case 4: return try tx.leave(group.id, account)
                    case 5...6: return try tx.assign(plan, to: holder)
                    case 7: return try tx.unassign(plan, from: holder)
                    default:
                        try tx.remove(group.id)
                        try tx.insert(group)
                        return true
                    }
                }
            }
            #expect(changed[0] == changed[1], "step \(step)")
            let seen = try stores.map { store in
                try store.read { tx in
                    "\(try tx.plans(after: nil, limit: 9)) \(try accounts.map { try tx.isLicensed($0.id) })"
                        + "\(try accounts.map { try tx.groups(of: $0.id) })"
                        + "\(try groups.map { try tx.members(of: $0.id, after: accounts[0].id, limit: 2).map(\.id) })"
                        + "\(try groups.map { try tx.plans(of: $0.id) })"
                }
            }
            try #require(seen[0] == seen[1], "step \(step)")
        }
    }
}
