import SSPRVocabulary
import Testing

@testable import SSPRDomain

/// Every throttle of the table is driven to a limit that is not its default: a constant that was left behind would show (feature F11).
@Suite("Throttles") struct ThrottleTableTests {
    /// How many are let through in a house with these numbers.
    private typealias Drive = @Sendable (World) throws -> Int

    private static let drives: [String: Drive] = [
        "wrongProofs": { world in
            let alice = try world.enrol("alice")
            return try count { try wrongProof(world, alice) }
        },
        "codeTries": { world in
            let alice = try world.add("alice")
            for tries in 0... {
                // Whether so many wrong tries leave one for the right code.
                world.ambient.advance(.hours(25))
                let handle = try world.open(alice)
                let begun = try world.house.registration.begin(
                    handle, .email, at: Contact("a\(tries)@example.org"), by: World.helper)
                let code = try world.mailedCode()
                func confirm(_ code: OneTimeCode) throws {
                    _ = try world.house.registration.confirm(handle, begun.enrolment, code, by: World.helper)
                }
                for _ in 0..<tries { #expect(throws: Refusal.refused) { try confirm(code.spoiled) } }
                do { try confirm(code) } catch Refusal.refused { return tries }
                // An account has room for two addresses.
                try world.store.write { tx in
                    for method in try tx.methods(of: alice.id) { try tx.remove(method.id) }
                }
            }
            return 0
        },
        "methodFailures": { world in
            let alice = try world.enrol("alice")
            for failures in 1... {
                while try !wrongProof(world, alice) { world.ambient.advance(.hours(1)) }
                if try !world.events(.methodDisabled).isEmpty { return failures }
            }
            return 0
        },
        "codeMessages": { world in
            let alice = try world.enrol("alice")
            return try count {
                _ = try world.house.recovery.send(world.begin(alice), email(world, alice), by: World.helper)
                return try !world.mail().isEmpty
            }
        },
        "notices": { world in
            let alice = try world.enrol("alice")
            return try count { try world.house.reminders.remind(alice.name, by: World.administrator) > 0 }
        },
        "destination": { world in
            let shared = try Contact("+493055512342")
            return try count(upTo: 70) { number in
                let person = try world.add("p\(number)")
                let begin = {
                    _ = try world.house.registration.begin(
                        world.open(person), .mobilePhone, at: shared, by: World.helper)
                }
                do { try begin() } catch Refusal.throttled { return false }
                return true
            }
        },
        "prompts": { world in
            let alice = try world.enrol("alice")
            _ = try world.addDevice(alice)
            world.ambient.advance(.hours(25))
            return try count {
                let begun = try world.begun(alice)
                let choice = try #require(begun.methods.first { $0.kind == .push }).choice
                _ = try world.house.recovery.send(begun.handle, choice, by: World.helper)
                return try world.events(.proofRequested).last?.outcome == .succeeded
            }
        },
        "signIn": { world in
            let alice = try world.add("alice")
            for failures in 1... {
                #expect(throws: Refusal.refused) { try world.signIn(alice, "wrong pass phrase \(failures)") }
                if try !world.events(.signInLocked).isEmpty { return failures }
            }
            return 0
        },
        "refusedPasswords": { world in
            let alice = try world.enrol("alice")
            let grant = try world.grant(alice)
            for refused in 0... {
                #expect(throws: Refusal.self) { try world.reset(alice, grant, "short").reply() }
                if try !world.events(.recoveryFailed).isEmpty { return refused }
            }
            return 0
        },
    ]

    private static func count(upTo most: Int = 200, _ isLetThrough: (Int) throws -> Bool) throws -> Int {
        for number in 0..<most where try !isLetThrough(number) { return number }
        return most
    }

    private static func count(_ isLetThrough: () throws -> Bool) throws -> Int { try count { _ in try isLetThrough() } }

    private static func email(_ world: World, _ person: Person) throws -> UInt32 {
        try #require(world.begun(person).methods.first { $0.kind == .email }).choice
    }

    /// A wrong proof in a recovery of its own; false when it is not even compared.
    private static func wrongProof(_ world: World, _ person: Person) throws -> Bool {
        do {
            let begun = try world.begun(person)
            let choice = try #require(begun.methods.first { $0.kind == .totp }).choice
            try world.answer(begun.handle, choice, world.appCode(person).spoiled)
            return true
        } catch Refusal.refused {
            return true
        } catch Refusal.throttled {
            return false
        }
    }

    /// A house with one number changed, and those that would get in its way at their widest.
    private static func world(_ changes: [(ThrottleNumber, Int)]) -> World {
        var policy = Policy(questionsEnabled: true, phonesEnabled: true, devicesEnabled: true)
        for (number, value) in changes { policy.throttles[number] = value }
        return World(policy: policy)
    }

    static let limits: [(String, Int)] = Throttle.all.flatMap { throttle in
        let (range, standard) = (throttle.limit.range, throttle.limit.standard)
        return [range.lowerBound, standard + 1, range.upperBound].filter { $0 != standard }.map { (throttle.name, $0) }
    }

    @Test(arguments: limits)
    func invariant_I49_everyLimitIsThePolicys(_ name: String, _ limit: Int) throws {
        let throttle = try #require(Throttle.all.first { $0.name == name })
        let drive = try #require(Self.drives[name], "a throttle that nobody drives")
        #expect(try drive(Self.world([(throttle.limit, limit)])) == limit, "\(name)")
    }

    @Test(arguments: Throttle.all.map(\.name))
    func everyDefaultIsTheTables(_ name: String) throws {
        let throttle = try #require(Throttle.all.first { $0.name == name })
        #expect(try Self.drives[name]?(Self.world([])) == throttle.limit.standard)
    }

    /// Windows that the same drive can look at: spent in one moment, free again when the window is over, and not a second before.
    @Test(arguments: ["wrongProofs", "codeMessages", "notices", "prompts"])
    func invariant_I49_everyWindowIsThePolicys(_ name: String) throws {
        let throttle = try #require(Throttle.all.first { $0.name == name })
        let window = try #require(throttle.window)
        for value in [window.range.lowerBound, window.standard + 1, window.range.upperBound] {
            let world = Self.world([(window, value)])
            let drive = try #require(Self.drives[name])
            _ = try drive(world)
            world.ambient.advance(.init(milliseconds: world.policy.throttles.span(window).milliseconds - 1000))
            let again = try Self.again(name, world)
            #expect(!again, "\(name) \(value)")
            world.ambient.advance(.seconds(1))
            #expect(try Self.again(name, world), "\(name) \(value)")
        }
    }

    /// One more by alice, who was driven to the limit.
    private static func again(_ name: String, _ world: World) throws -> Bool {
        let alice = try AccountName("alice")
        func begun() throws -> Recovery.Begun { try world.house.recovery.begin(alice, .reset, by: World.helper) }
        switch name {
        case "wrongProofs":
            do { _ = try begun() } catch Refusal.throttled { return false }
            return true
        case "notices": return try world.house.reminders.remind(alice, by: World.administrator) > 0
        default:
            let begun = try begun()
            let kind: MethodKind = name == "prompts" ? .push : .email
            let choice = try #require(begun.methods.first { $0.kind == kind }).choice
            _ = try world.house.recovery.send(begun.handle, choice, by: World.helper)
            return try world.events(.proofRequested).last?.outcome == .succeeded
        }
    }

    @Test func invariant_I49_theWindowOfADestinationIsThePolicys() throws {
        let window = try #require(Throttle.destination.window)
        let world = Self.world([(Throttle.destination.limit, 5), (window, 45)])
        #expect(try Self.drives["destination"]?(world) == 5)
        func again(_ name: String) throws -> Bool {
            let person = try world.add(name)
            do {
                _ = try world.house.registration.begin(
                    world.open(person), .mobilePhone, at: Contact("+493055512342"), by: World.helper)
            } catch Refusal.throttled { return false }
            return true
        }
        world.ambient.advance(.seconds(45 * 60 - 1))
        #expect(try !again("late"))
        world.ambient.advance(.seconds(1))
        #expect(try again("later"))
    }

    @Test func invariant_I49_thePausesAreThePolicys() throws {
        let world = Self.world([
            (try #require(Throttle.codeMessages.pause), 90), (try #require(Throttle.prompts.pause), 45),
            (try #require(Throttle.signIn.pause), 600), (try #require(Throttle.signIn.longestPause), 15),
            (Throttle.signIn.limit, 6),
        ])
        let alice = try world.enrol("alice")
        let device = try world.addDevice(alice)
        world.ambient.advance(.hours(25))
        let begun = try world.begun(alice)
        let sent = try world.house.recovery.send(begun.handle, Self.email(world, alice), by: World.helper)
        #expect(sent.resendAt == world.now + .seconds(90))

        let push = try #require(begun.methods.first { $0.kind == .push }).choice
        _ = try world.house.recovery.send(begun.handle, push, by: World.helper)
        try world.decide(device, #require(world.approvals(of: device).first), .deny)
        world.ambient.advance(.seconds(45 * 60 - 1))
        #expect(try !Self.again("prompts", world))
        world.ambient.advance(.seconds(1))
        #expect(try Self.again("prompts", world))

        for number in 1...6 { #expect(throws: Refusal.refused) { try world.signIn(alice, "wrong \(number)") } }
        #expect(throws: Refusal.throttled(until: world.now + .seconds(600))) { try world.signIn(alice) }
        world.ambient.advance(.seconds(600))
        #expect(throws: Refusal.refused) { try world.signIn(alice, "wrong 7") }
        // Twice as long, but no longer than the longest.
        #expect(throws: Refusal.throttled(until: world.now + .minutes(15))) { try world.signIn(alice) }
    }

    /// A code that was sent in a recovery, where the account's own limit is higher.
    @Test func aCodeOfARecoveryHasThePolicysTriesToo() throws {
        let world = Self.world([(Throttle.codeTries.limit, 3)])
        let alice = try world.enrol("alice")
        let begun = try world.begun(alice)
        let choice = try #require(begun.methods.first { $0.kind == .email }).choice
        let code = try world.sendCode(begun.handle, choice: choice)
        for _ in 1...3 { #expect(throws: Refusal.refused) { try world.answer(begun.handle, choice, code.spoiled) } }
        #expect(throws: Refusal.refused) { try world.answer(begun.handle, choice, code) }
        #expect(try world.events(.proofAnswered).last?.reason == .superseded)
    }

    @Test func theTableIsWhole() throws {
        #expect(Set(Throttle.all.map(\.name)) == Set(Self.drives.keys))
        #expect(Set(Throttle.all.map(\.name)).count == Throttle.all.count)
        for number in Throttle.all.flatMap(\.numbers) {
            #expect(number.range.contains(number.standard), "\(number.field)")
            #expect(number.range.lowerBound >= 1, "nothing can be switched off: \(number.field)")
            let field = try #require(PolicyField.named(number.field))
            #expect(field.read(Policy()) == .number(number.standard))
            #expect(ThrottlePage.text(fixed: []).contains("`\(number.field)`"), "\(number.field)")
        }
        // What guesses may cost at most, whatever a document says.
        #expect(Throttle.wrongProofs.limit.range == 3...10 && Throttle.codeTries.limit.range == 3...10)
        #expect(try #require(Throttle.wrongProofs.window).range.lowerBound >= 12)
    }
}
