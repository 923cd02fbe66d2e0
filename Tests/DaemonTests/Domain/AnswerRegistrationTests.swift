import SSPRDomain
import SSPRVocabulary
import Testing

/// feature F2: five answers of 3 to 40 characters, no two alike, none contained in its question; never for administrators.
@Suite struct AnswerRegistrationTests {
    let world = World()
    static let good: [UInt32: String] = [1: "zq one", 2: "zq two", 3: "zq three", 4: "zq four", 5: "zq five"]

    private func register(_ answers: [GivenAnswer]) throws {
        let alice = try world.add("alice")
        _ = try world.house.registration.registerAnswers(world.open(alice), answers, by: World.helper)
    }

    @Test func fiveDifferentAnswersAreRegistered() throws {
        try register(World.given(Self.good))
        #expect(world.hasher.calls == 5 + 2, "a password set and proven, five answers hashed")
    }

    @Test(
        arguments: [
            ("too short", [1: "ab"]), ("too short after blanks", [1: "  a   "]),
            ("too long", [1: String(repeating: "x", count: 41)]), ("alike", [1: "zq two"]),
            ("alike after folding", [1: "  ZQ   Two "]),
            ("alike after compatibility mapping", [1: "\u{ff3a}\u{ff31} two"]),
            ("contained in its question", [1: "Town"]), ("no text", [1: "a\u{202e}bc"]), ("empty", [1: ""]),
        ] as [(String, [UInt32: String])])
    func aSetThatBreaksARuleIsRefused(what: String, change: [UInt32: String]) throws {
        let answers = Self.good.merging(change) { $1 }
        #expect(throws: Refusal.answers, "\(what)") { try register(World.given(answers)) }
    }

    @Test func fourAnswersSixAnswersOneQuestionTwiceOrAnUnknownQuestionAreRefused() throws {
        let alice = try world.add("alice")
        let handle = try world.open(alice)
        var four = Self.good
        four[5] = nil
        var foreign = four
        foreign[36] = "zq six"
        let twice = World.given(four) + World.given([1: "zq other"])
        let six = World.given(Self.good) + World.given([6: "zq six"])
        for answers in [World.given(four), World.given(foreign), twice, six, []] {
            #expect(throws: Refusal.answers) {
                try world.house.registration.registerAnswers(handle, answers, by: World.helper)
            }
        }
    }

    @Test func lengthsAtTheLimitsAreAccepted() throws {
        try register(World.given(Self.good.merging([1: "zqx", 2: String(repeating: "z", count: 40)]) { $1 }))
    }

    @Test(arguments: [AccountRole.administrator, .globalAdministrator])
    func administratorsHaveNoQuestions(role: AccountRole) throws {
        let alice = try world.add("alice", role: role)
        #expect(throws: Refusal.notFound) {
            try world.house.registration.registerAnswers(
                world.open(alice), World.given(Self.good), by: World.helper)
        }
        #expect(
            try world.house.registration.describe(alice.name, by: World.helper).available == [
                .email, .totp, .recoveryCodes,
            ])
    }

    @Test func theyAreOffInTheDefaultPolicy() throws {
        world.adopt(Policy())
        #expect(throws: Refusal.notFound) { try register(World.given(Self.good)) }
    }

    @Test func aSecondSetTakesThePlaceOfTheFirst() throws {
        var alice = try world.enrol("alice")
        try world.addAnswers(&alice)
        let handle = try world.open(alice, isFull: true)
        _ = try world.house.registration.registerAnswers(handle, World.given(Self.good), by: World.helper)
        #expect(
            try world.house.registration.describe(alice.name, by: World.helper).methods.map(\.row.kind) == [
                .email, .totp, .questions,
            ])
    }

    @Test func questionsAloneAreNoRegistration() throws {
        var alice = try world.add("alice")
        try world.addAnswers(&alice)
        #expect(try world.house.registration.describe(alice.name, by: World.helper).missing == 2)
    }

    @Test func aFullQueueRegistersNothing() throws {
        var alice = try world.add("alice")
        world.hasher.leaveRoom(4)
        #expect(throws: HasherBusy.self) { try world.addAnswers(&alice) }
        #expect(try world.house.registration.describe(alice.name, by: World.helper).methods.isEmpty)
    }
}
