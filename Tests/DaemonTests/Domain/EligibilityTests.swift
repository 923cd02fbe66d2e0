import SSPRDomain
import SSPRVocabulary
import Testing

/// Who may recover and register, decided in one place (feature F1).
@Suite struct EligibilityTests {
    private func unmet(_ world: World, _ name: AccountName) throws -> [EligibilityRule] {
        try world.house.accounts.explain(name).eligibility.unmet
    }

    @Test("A registered account of a new installation keeps all rules")
    func nothingIsInTheWay() throws {
        let world = World()
        let alice = try world.enrol("alice")
        #expect(try unmet(world, alice.name).isEmpty)
        #expect(throws: Refusal.notFound) { try world.house.accounts.explain(AccountName("ghost")) }
    }

    @Test("All reasons are told, not only the first")
    func allReasonsAtOnce() throws {
        var policy = Policy()
        policy.enablement = .none
        let world = World(policy: policy)
        let alice = try world.add("alice")
        try world.house.accounts.setEnabled(alice.name, false, by: World.administrator)
        try world.unlicenseEveryone()
        #expect(try unmet(world, alice.name) == [.enabled, .licensed, .selected, .registered])
        #expect(try world.house.accounts.explain(alice.name).eligibility.missing == 2)
    }

    @Test("Wrong proofs block, which is told with its end")
    func blockedIsTold() throws {
        let world = World()
        let alice = try world.enrol("alice")
        let handle = try world.begin(alice)
        for _ in 0..<5 { _ = try? world.answer(handle, 2, world.appCode(alice).spoiled) }
        let found = try world.house.accounts.explain(alice.name).eligibility
        #expect(found.unmet == [.notBlocked])
        #expect(found.blockedUntil == world.now + .hours(24))
    }

    /// What an administrator may take away from an account.
    enum Barrier: CaseIterable {
        case licence, enablement, flag

        func raise(_ world: World, _ name: AccountName) throws {
            switch self {
            case .licence: try world.unlicenseEveryone()
            case .enablement:
                var policy = world.policy
                policy.enablement = .none
                world.adopt(policy)
            case .flag: try world.house.accounts.setEnabled(name, false, by: World.administrator)
            }
        }

        var reason: EventReason {
            switch self {
            case .licence: .unlicensedAccount
            case .enablement: .unselectedAccount
            case .flag: .disabledAccount
            }
        }
    }

    @Test("What is taken away ends a recovery that has begun, a grant, and a registration", arguments: Barrier.allCases)
    func attack_A10_whatAnAdministratorTakesAwayEndsWhatHasBegun(_ barrier: Barrier) throws {
        let world = World()
        let alice = try world.enrol("alice")
        let grant = try world.grant(alice)
        let begun = try world.begin(alice)
        let registration = try world.open(alice)
        try barrier.raise(world, alice.name)
        #expect(throws: Refusal.refused) { try world.reset(alice, grant).reply() }
        world.ambient.advance(.seconds(60))
        #expect(throws: Refusal.refused) { try world.answer(begun, 2, world.appCode(alice)) }
        #expect(throws: Refusal.refused) { try world.house.registration.beginApp(registration, by: World.helper) }
        #expect(throws: Refusal.refused) { try world.open(alice) }
        _ = try world.begin(alice)
        #expect(try world.events(.recoveryBegun).last?.reason == barrier.reason)
        #expect(try world.events(.registrationProven).last?.reason == barrier.reason)
        #expect(try world.house.signIn.ask(alice.name) == Asked(), "nobody is asked to register what may not be")
        try world.signIn(alice)
    }

    @Test("Recovery is on for the included, but not for whoever is excluded as well")
    func attack_A10_toBeExcludedWins() throws {
        let world = World()
        for group in ["staff", "trial"] { try world.house.groups.add(GroupName(group), by: World.administrator) }
        let (alice, bob, carol) = (try world.add("alice"), try world.add("bob"), try world.add("carol"))
        try world.join("staff", [alice, bob])
        try world.join("trial", [bob])
        let staff = [try GroupName("staff")]
        let trial = [try GroupName("trial")]
        func selected(_ enablement: Enablement) throws -> [Bool] {
            var policy = Policy()
            policy.enablement = enablement
            world.adopt(policy)
            return try [alice, bob, carol].map { try !unmet(world, $0.name).contains(.selected) }
        }
        #expect(try selected(.all) == [true, true, true])
        #expect(try selected(.none) == [false, false, false])
        #expect(try selected(.selected(include: staff, exclude: [])) == [true, true, false])
        #expect(try selected(.selected(include: staff, exclude: trial)) == [true, false, false])
        #expect(try selected(.selected(include: nil, exclude: trial)) == [true, false, true])
    }

    @Test("Administrators' own accounts are not asked about enablement", arguments: AccountRole.allCases)
    func administratorsAreEnabled(_ role: AccountRole) throws {
        var policy = Policy()
        policy.enablement = .none
        let world = World(policy: policy)
        let person = try world.add("person", role: role)
        #expect(try unmet(world, person.name).contains(.selected) == (role == .user))
    }
}

extension World {
    /// Licences are counted from now on: nobody has one.
    func unlicenseEveryone() throws {
        try house.licences.unassign(PlanName("default"), from: .everyone, by: Self.administrator)
    }

    func join(_ group: String, _ people: [Person]) throws {
        try house.groups.join(GroupName(group), people.map(\.name), by: Self.administrator)
    }
}
