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

    /// Reads what is registered and how much is needed.
    init(_ state: DescribeRegistration.Reply) {
        let needed = Int(state.proofsNeeded)
        isEnough = state.missing == 0
        // What counts is ssprd's to say: a set of questions alone does not.
        let classes = Set(state.methods.filter { !$0.isDisabled }.map(\.kind.proofClass)).count
        number = (isEnough ? classes : needed - min(Int(state.missing), needed)) + 1
        total = needed + 1
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
