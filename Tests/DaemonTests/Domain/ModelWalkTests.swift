import SSPRDomain
import SSPRVocabulary
import Testing

/// SECURITY A2, I22: over 100,000 random calls the rules say what the reference model says, and no grant comes out without two proofs.
///
/// That the walk can fail is shown by `Tests/DaemonTests/Mutants/model_two_proofs.patch`, which asks for one proof less than it should:
/// with it applied this test must end within 10,000 steps.
@Suite struct ModelWalkTests {
    static let lives = 100
    static let stepsPerLife = 1000

    @Test func attack_A2_aHundredThousandCallsAgreeWithTheModel() throws {
        var tally = ModelWalk.Tally()
        for seed in 1...UInt64(Self.lives) {
            let walk = try ModelWalk(seed: seed)
            do {
                try walk.walk(steps: Self.stepsPerLife)
            } catch {
                Issue.record("after \(tally.steps + walk.tally.steps) steps: \(error)")
                return
            }
            tally = tally + walk.tally
        }
        print(
            "model walk: \(tally.steps) steps, \(tally.grants) grants, \(tally.resets) resets, \(tally.unlocks) unlocks,",
            "\(tally.refusals) refusals, \(tally.throttled) throttled, \(tally.restarts) restarts")
        #expect(tally.steps == 100_000)
        #expect(tally.grants >= 1000)
        #expect(tally.resets >= 500)
    }
}
