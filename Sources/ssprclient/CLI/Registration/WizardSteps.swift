import SSPRProtocol
import SSPRVocabulary

/// How far a person is with registering: as many methods of different classes as are needed, and one more in case one is lost.
struct WizardSteps {
    /// The step that comes next, from 1.
    let number: Int
    /// How many there are, the advised one included.
    let total: Int
    /// What can be added, classes that are not there yet first: an empty answer takes a step forward.
    let choices: [MethodKind]
    /// True when nothing is missing.
    let isEnough: Bool
    private let hasFresh: Bool

    /// Reads what is registered; how many methods are needed is known for sure from an `earlier` state to which some were missing.
    init(_ state: DescribeRegistration.Reply, after earlier: Self? = nil) {
        let usable = state.methods.filter { !$0.isDisabled }.map(\.kind)
        // Questions alone count for nothing: they are never the first proof.
        let done = usable.allSatisfy { $0 == .questions } ? 0 : Set(usable.map(\.proofClass)).count
        let missing = Int(state.missing)
        isEnough = missing == 0
        number = done + 1
        // ssprd asks for one or two proofs.
        total = earlier?.total ?? (missing > 0 ? done + missing : min(done, 2)) + 1
        let there = Set(state.methods.map(\.kind.proofClass))
        let fresh = state.available.filter { !there.contains($0.proofClass) }
        hasFresh = !fresh.isEmpty
        // A set takes the place of the one before, and that needs a second proof.
        let replaced: Set<MethodKind> = [.questions, .recoveryCodes]
        choices = fresh + state.available.filter { there.contains($0.proofClass) && !replaced.contains($0) }
    }

    /// True when nothing is missing and nothing more is advised.
    var isFinished: Bool { isEnough && (number > total || !hasFresh) }

    /// What to ask before another method is added that is not needed.
    func question(_ isOwnWish: Bool) -> String? {
        guard isEnough else { return nil }
        return isOwnWish
            ? "Nothing is missing. Add another method? [y/N]"
            : "Step \(number) of \(total), advised: one more, in case one gets lost. Add it now? [Y/n]"
    }
}
