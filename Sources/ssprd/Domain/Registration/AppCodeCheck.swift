import SSPRVocabulary

/// Compares a code with what an authenticator app shows now (RFC 6238: steps T and T-1, each once).
struct AppCodeCheck: Sendable {
    let world: Surroundings

    /// What a code turned out to be.
    enum Verdict: Equatable {
        /// Right, and never used: the step to remember.
        case fresh(step: UInt64)
        /// Right, but this step or a later one was used before.
        case used
        /// Wrong.
        case wrong
    }

    /// Length of a time step (RFC 6238 section 4).
    static let stepSeconds: UInt64 = 30

    /// The step that it is now.
    var currentStep: UInt64 { UInt64(max(0, world.now.milliseconds)) / 1000 / Self.stepSeconds }

    /// Compares against both steps in any case, so that the time taken tells nothing.
    func verdict(_ code: OneTimeCode, seed: Secret, floor: UInt64) -> Verdict {
        let current = currentStep
        var verdict = Verdict.wrong
        for step in [current - min(1, current), current]
        where world.codes.code(seed: seed, step: step).secret == code.secret {
            verdict = step > floor ? .fresh(step: step) : .used
        }
        return verdict
    }

    /// Opens a registered app's seed.
    func seed(of method: MethodRow) throws -> Secret {
        try world.sealer.open(
            method.payload, for: RowIdentity(.method, row: method.id.number, account: method.account.number))
    }
}
