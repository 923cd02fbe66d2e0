import SSPRDomain
import SSPRVocabulary
import Testing

/// Questions: only ever after another proof, three of five at random, other ones after a wrong set.
@Suite struct RecoveryQuestionTests {
    let world = World()
    let alice: Person

    init() throws {
        var alice = try world.enrol("alice")
        try world.addAnswers(&alice)
        self.alice = alice
    }

    private func answer(
        _ handle: RecoveryHandle, _ given: [GivenAnswer], choice: UInt32 = 3
    ) throws -> Recovery.Progress {
        try world.run { try world.house.recovery.answer(handle, choice, answers: given, by: World.helper) }
    }

    private func right(_ questions: [UInt32]) -> [GivenAnswer] {
        World.given(alice.answers.filter { questions.contains($0.key) })
    }

    private func drawn(_ handle: RecoveryHandle) throws -> [UInt32] {
        try world.house.recovery.send(handle, 3, by: World.helper).questions
    }

    @Test func theyAreTheSecondProof() throws {
        let handle = try world.begin(alice)
        let progress = try world.proveEmail(handle)
        #expect(progress.methods.map(\.kind) == [.totp, .questions])
        let questions = try drawn(handle)
        #expect(
            questions.count == 3 && Set(questions).isSubset(of: alice.answers.keys) && questions == questions.sorted())
        #expect(try drawn(handle) == questions, "asking again draws no others")
        #expect(try answer(handle, right(questions)).grant != nil)
    }

    @Test func theyAreNeverTheFirst() throws {
        let begun = try world.house.recovery.begin(alice.name, .reset, by: World.helper)
        #expect(begun.methods.map(\.kind) == [.email, .totp])
        #expect(throws: Refusal.refused) { try drawn(begun.handle) }
        let before = world.hasher.calls
        #expect(throws: Refusal.refused) { try answer(begun.handle, right([1, 2, 3])) }
        #expect(world.hasher.calls == before, "nothing is compared")
    }

    @Test func spellingDoesNotMatterAndEveryAnswerDoes() throws {
        let handle = try world.begin(alice)
        try world.proveEmail(handle)
        for place in 0..<3 {
            let questions = try drawn(handle)
            var answers = alice.answers.filter { questions.contains($0.key) }
            answers[questions[place]] = "zq something else"
            let before = world.hasher.calls
            #expect(throws: Refusal.refused) { try answer(handle, World.given(answers)) }
            #expect(world.hasher.calls == before + 3, "all are compared, also after a wrong one")
        }
        let others = try drawn(handle)
        let loud = World.given(
            alice.answers.filter { others.contains($0.key) }.mapValues { "  \($0.uppercased())  " })
        #expect(try answer(handle, loud).grant != nil)
    }

    @Test func afterAWrongSetTheyMustBeDrawnAgain() throws {
        let handle = try world.begin(alice)
        try world.proveEmail(handle)
        let questions = try drawn(handle)
        #expect(throws: Refusal.refused) { try answer(handle, Array(right(questions).dropLast())) }
        #expect(throws: Refusal.refused, "not drawn again yet") { try answer(handle, right(questions)) }
        #expect(try drawn(handle).count == 3)
    }

    @Test func fiveWrongSetsBlock() throws {
        let handle = try world.begin(alice)
        try world.proveEmail(handle)
        for _ in 1...5 {
            let questions = try drawn(handle)
            #expect(throws: Refusal.refused) {
                try answer(handle, World.given(Dictionary(uniqueKeysWithValues: questions.map { ($0, "zq no") })))
            }
        }
        #expect(throws: Refusal.throttled(until: world.now + .hours(24))) { try drawn(handle) }
    }

    @Test func aFullQueueIsNotCharged() throws {
        let handle = try world.begin(alice)
        try world.proveEmail(handle)
        let questions = try drawn(handle)
        world.hasher.leaveRoom(1)
        for _ in 1...6 {
            #expect(throws: HasherBusy.self) { try answer(handle, right(questions)) }
            world.hasher.leaveRoom(0)
        }
        world.hasher.leaveRoom(nil)
        #expect(try answer(handle, right(questions)).grant != nil)
    }

    @Test func anAnswerIsNotAcceptedWhenTheRecoveryIsCancelledMeanwhile() throws {
        let handle = try world.begin(alice)
        try world.proveEmail(handle)
        let questions = try drawn(handle)
        let house = world.house
        world.hasher.interrupt { try house.recovery.cancel(handle, by: World.helper) }
        #expect(throws: Refusal.refused) { try answer(handle, right(questions)) }
        #expect(try world.events(.recoveryGranted).isEmpty)
        // The charge is settled all the same: written down, and nothing pending for the next start to find.
        #expect(try world.events(.proofAnswered).last?.reason == .expired)
        #expect(try world.restart().pendingAttempts == 0)
    }

    @Test func oneAttemptAtATimeAlsoOverTwoRecoveries() throws {
        let (first, second) = (try world.begin(alice), try world.begin(alice))
        try world.proveEmail(first)
        try world.proveEmail(second)
        let questions = try drawn(first)
        let others = try drawn(second)
        let (house, bell) = (world.house, world.bell)
        let (given, waiting) = (right(others), Slot<PendingCall<Recovery.Progress>>())
        world.hasher.interrupt {
            waiting.value = PendingCall(bell) {
                try house.recovery.answer(second, 3, answers: given, by: World.helper)
            }
            #expect(waiting.value?.outcome == nil)
        }
        #expect(try answer(first, right(questions)).grant != nil)
        let call = try #require(waiting.value)
        call.look()
        #expect(try call.reply().grant != nil)
    }

    @Test func withThePolicySwitchedOffTheyAreNotOffered() throws {
        world.adopt(Policy())
        let handle = try world.begin(alice)
        #expect(try world.proveEmail(handle).methods.map(\.kind) == [.totp])
    }
}
