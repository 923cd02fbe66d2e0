import SSPRVocabulary

@testable import SSPRDomain

/// A house in which anything may happen next, and what was said of everybody at each moment of it.
struct PastWalk {
    /// What is compared of an explanation.
    struct Answer: Equatable {
        let unmet: [EligibilityRule]
        let missing: UInt32
        let blockedUntil: Timestamp?
        let groups: [GroupName]
        let graceUntil: Timestamp?
    }

    /// What was told at one moment.
    struct Told {
        let at: Timestamp
        let done: Deed?
        /// Nil for a name that was nobody's.
        let answers: [(name: AccountName, answer: Answer?)]
    }

    /// What may happen.
    enum Deed: CaseIterable {
        case add, remove, enable, disable, addGroup, removeGroup, join, leave, assign, unassign
        case addAddress, addPhone, addApp, removeMethod, mistype, unblock, issuePass, usePass, recover
        case apply, schedule, cancel, configure, settle, setClock

        /// Some need others to have come first, so those come more often.
        static let drawn =
            allCases + [
                .add, .addAddress, .addPhone, .addApp, .mistype, .mistype, .settle, .settle, .settle, .apply,
                .unassign, .unassign, .schedule, .cancel, .recover, .usePass,
            ]
    }

    let world: World
    private(set) var told: [Told] = []
    private(set) var done = 0
    /// The deeds that were not refused.
    private(set) var achieved: Set<Deed> = []
    private var random: SplitMix64
    private var people: [AccountName: Person] = [:]

    private let names: [AccountName]
    private let groups: [GroupName]
    private let plans: [PlanName]

    init(_ world: World, seed: UInt64) {
        self.world = world
        random = SplitMix64(seed: seed &* 7919)
        // Words of these tests.
        names = ["ana", "bob", "eve", "gus"].compactMap { try? AccountName($0) }
        groups = ["staff", "guests"].compactMap { try? GroupName($0) }
        plans = ["default", "gold"].compactMap { try? PlanName($0) }
    }

    /// What has not happened yet: a walk in which nobody gains or loses anything would show nothing.
    var lacks: [String] {
        func moments(_ isSo: (Answer) -> Bool) -> Int {
            told.count { $0.answers.contains { $0.answer.map(isSo) ?? false } }
        }
        let rules = EligibilityRule.allCases
        return Deed.allCases.filter { !achieved.contains($0) }.map { "\($0) was refused" }
            + rules.filter { rule in moments { $0.unmet.contains(rule) } < 5 }.map { "\($0) was hardly broken" }
            + rules.filter { rule in moments { !$0.unmet.contains(rule) } < 5 }.map { "\($0) was hardly kept" }
            + (moments { $0.graceUntil != nil } == 0 ? ["nobody recovered by grace"] : [])
    }

    /// Something happens, and some time passes.
    mutating func step() throws {
        if done == 0 {
            try world.restart()
            try world.house.licences.add(plans[1], seats: nil, by: World.administrator)
        }
        let missing = Deed.allCases.filter { !achieved.contains($0) }
        let deed = one(of: missing.isEmpty || random.next() % 2 == 0 ? Deed.drawn : missing)
        done += 1
        do {
            try perform(deed)
            achieved.insert(deed)
        } catch is Refusal {} catch is NoSuchMessage {}
        try tell(after: deed)
        // Long enough for waits to end, and short enough for some to be under way.
        for _ in 0..<2 {
            world.ambient.advance(.seconds(Int64(random.next() % 40_000)))
            try tell(after: nil)
        }
    }

    /// What is told of a name; nil for one that is nobody's.
    func explained(_ name: AccountName, at moment: Timestamp? = nil) throws -> Answer? {
        do {
            let found = try world.house.accounts.explain(name, at: moment)
            return Answer(
                unmet: found.eligibility.unmet, missing: found.eligibility.missing,
                blockedUntil: found.eligibility.blockedUntil, groups: found.groups, graceUntil: found.graceUntil)
        } catch Refusal.notFound { return nil }
    }

    private mutating func tell(after deed: Deed?) throws {
        let answers = try names.map { (name: $0, answer: try explained($0)) }
        // Of one moment the last word counts.
        if told.last?.at == world.now { told.removeLast() }
        told.append(Told(at: world.now, done: deed ?? told.last?.done, answers: answers))
    }

    private mutating func one<Element>(of elements: [Element]) -> Element {
        elements[Int(random.next() % UInt64(elements.count))]
    }

    private mutating func person() throws -> Person {
        let known = people.values.sorted { $0.name.text < $1.name.text }
        guard !known.isEmpty else { throw Refusal.notFound }
        return one(of: known)
    }

    /// The plan `default` is everyone's or nobody's.
    private mutating func holder(of plan: PlanName) throws -> Licences.Holder {
        switch random.next() % 2 {
        case _ where plan == plans[0]: .everyone
        case 1: .account(try person().name)
        default: .group(one(of: groups))
        }
    }

    private mutating func perform(_ deed: Deed) throws {
        let (house, administrator) = (world.house, World.administrator)
        switch deed {
        case .add:
            guard let name = names.first(where: { people[$0] == nil }) else { throw Refusal.conflict }
            people[name] = try world.add(name.text, role: one(of: [.user, .user, .administrator]))
        case .remove:
            // Rarely: whoever was removed has nothing any more.
            guard random.next() % 3 == 0 else { throw Refusal.notFound }
            let name = try person().name
            try house.accounts.remove(name, by: administrator)
            people[name] = nil
        case .enable: try house.accounts.setEnabled(person().name, true, by: administrator)
        case .disable: try house.accounts.setEnabled(person().name, false, by: administrator)
        case .addGroup: try house.groups.add(one(of: groups), by: administrator)
        case .removeGroup: try house.groups.remove(one(of: groups), by: administrator)
        case .join:
            let group = one(of: groups)
            do { try house.groups.add(group, by: administrator) } catch Refusal.conflict {}
            try house.groups.join(group, [person().name], by: administrator)
        case .leave: try house.groups.leave(one(of: groups), [person().name], by: administrator)
        case .assign:
            let plan = one(of: plans)
            try house.licences.assign(plan, to: holder(of: plan), by: administrator)
        case .unassign:
            let plan = one(of: plans)
            try house.licences.unassign(plan, from: holder(of: plan), by: administrator)
        case .addAddress, .addPhone, .addApp: try register(deed)
        case .removeMethod:
            let person = try person()
            let methods = try house.registration.describe(person.name, by: World.helper).methods
            guard !person.keys.isEmpty, !methods.isEmpty else { throw Refusal.notFound }
            _ = try house.registration.remove(
                world.open(person, isFull: true), one(of: methods).row.id, by: World.helper)
        case .mistype:
            let begun = try world.begun(person())
            let wrong = OneTimeCode(number: 1, digits: 8)
            for _ in 0..<(1 + random.next() % 10) { _ = try? world.answer(begun.handle, 1, wrong) }
        case .unblock: try house.accounts.unblock(person().name, by: administrator)
        case .issuePass: _ = try issuePass(person())
        case .usePass:
            let person = try person()
            let pass = try issuePass(person)
            _ = try world.run {
                try house.registration.prove(
                    person.name, Secret(text: person.password), and: .code(pass), by: World.helper)
            }
        case .recover:
            let person = try person()
            let password = "a pass phrase of \(person.name), number \(done)"
            _ = try world.reset(person, grant(person), password).reply()
            people[person.name]?.password = password
        case .apply: try apply(after: nil)
        case .schedule: try apply(after: .seconds(Int64(1 + random.next() % 200_000)))
        case .cancel:
            let newest = try house.policies.show(nil).place.newest
            try house.policies.cancel(newest, by: administrator)
        case .configure:
            var policy = Policy(
                proofsNeeded: UInt8(1 + random.next() % 2), phonesEnabled: random.next() % 2 == 0, passesEnabled: true)
            policy.enablement = one(of: [.all, .all, .none, .selected(include: [groups[0]], exclude: [groups[1]])])
            policy.administratorsRecover = random.next() % 2 == 0
            world.adopt(policy)
            try world.restart()
        case .setClock:
            world.ambient.jump(.seconds(Int64(random.next() % 400_000) - 200_000))
            guard let jump = try world.house.clock.look() else { throw Refusal.notFound }
            // What a clock shows twice is told as it was the second time, and of one moment the last word counts.
            told.removeAll { $0.at >= min(jump.from, jump.to) }
        case .settle:
            for person in people.values.sorted(by: { $0.name.text < $1.name.text }) {
                try house.accounts.setEnabled(person.name, true, by: administrator)
                try house.accounts.unblock(person.name, by: administrator)
            }
            try house.licences.assign(plans[0], to: .everyone, by: administrator)
            world.adopt(Policy(proofsNeeded: 1, phonesEnabled: true, passesEnabled: true))
            try world.restart()
        }
    }

    private mutating func issuePass(_ person: Person) throws -> OneTimeCode {
        try world.house.helpDesk.issuePass(
            person.name, minutes: UInt32(60 + random.next() % 1380), isVouchedFor: true, by: World.administrator
        ).pass
    }

    /// Proves whatever is offered and can be proven here.
    private func grant(_ person: Person) throws -> RecoveryGrant {
        let begun = try world.begun(person)
        for offer in begun.methods {
            let code: OneTimeCode
            switch offer.kind {
            case .email: code = try world.sendCode(begun.handle, choice: offer.choice)
            case .totp where !person.keys.isEmpty: code = world.appCode(person)
            default: continue
            }
            if let grant = try world.answer(begun.handle, offer.choice, code).grant { return grant }
        }
        throw NoSuchMessage()
    }

    private mutating func register(_ deed: Deed) throws {
        var person = try person()
        switch deed {
        case .addAddress: try world.addEmail(person, Contact("\(person.name)-\(done)@example.net"))
        case .addPhone: try world.addPhone(person, .mobilePhone, "+4930123456")
        default: try world.addApp(&person)
        }
        people[person.name] = person
    }

    private mutating func apply(after span: Timestamp.Span?) throws {
        let values: [String: PolicyValue] = [
            "recovery.proofs": .number(1 + Int(random.next() % 2)), "phones": .flag(random.next() % 2 == 0),
            "temporaryPass": .flag(random.next() % 3 != 0), "recovery.coolingOffHours": .number(24),
        ]
        let order = Policies.Order(
            reason: try PolicyReason("a test"), base: try world.house.policies.show(nil).place.newest,
            allowsLoss: true, effectiveAt: span.map { world.now + $0 }, graceDays: Int(random.next() % 4))
        _ = try world.house.policies.apply(PolicyDocument(values), order, by: World.administrator)
    }
}
