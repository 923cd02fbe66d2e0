import SSPRDomain
import SSPRVocabulary
import Testing

/// attack A2, I22: over 100,000 random calls the rules say what the reference model says, and no grant comes out without its proofs,
/// while policies change in the middle of recoveries and registrations (feature F6).
///
/// That the walk can fail is shown by `Tests/DaemonTests/Mutants/A2-inside.patch`, which asks for one proof less than it should:
/// with it applied this test must end within 10,000 steps.
@Suite struct ModelWalkTests {
    static let lives = 200
    static let stepsPerLife = 500

    @Test func attack_A2_aHundredThousandCallsAgreeWithTheModel() async throws {
        let tally = try await withThrowingTaskGroup(of: ModelWalk.Tally.self) { group in
            for seed in 1...UInt64(Self.lives) {
                group.addTask {
                    let walk = try ModelWalk(seed: seed)
                    try walk.walk(steps: Self.stepsPerLife)
                    // Whatever happened to a recovery, the trail has one end of it (invariant I47).
                    try #require(walk.world.recoveriesWithoutOneEnd() == [])
                    return walk.tally
                }
            }
            return try await group.reduce(ModelWalk.Tally(), +)
        }
        print(
            "model walk: \(tally.steps) steps, \(tally.grants) grants, \(tally.resets) resets, \(tally.unlocks) unlocks,",
            "\(tally.refusals) refusals, \(tally.throttled) throttled, \(tally.restarts) restarts,",
            "\(tally.policies) policies")
        #expect(tally.steps == 100_000)
        #expect(tally.grants >= 1000)
        #expect(tally.resets >= 500)
        #expect(tally.policies >= 500)
    }
}
