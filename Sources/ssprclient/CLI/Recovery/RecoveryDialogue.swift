import SSPRClient
import SSPRProtocol
import SSPRVocabulary

/// The conversation of a recovery: methods are offered, proofs are given, and in the end there is a grant.
///
/// It says the same to everybody: an account that does not exist is offered methods, sent codes and refused like one whose owner mistypes.
struct RecoveryDialogue {
    /// A person may mistype; five wrong proofs in a day block the account's recovery, so two proofs must not use all of them up.
    private static let tries = 2

    let console: Console
    let answers: any AnswerSource
    let account: AccountName
    let purpose: RecoveryPurpose
    /// The kinds that were chosen beforehand, one a proof.
    let methods: [MethodKind]
    /// What is being done, for errors.
    let what: String
    /// Who proves, and who sits at the terminal.
    var prover = Prover.owner

    /// The account has nothing that a code could be sent to; only the help desk is told so.
    struct NothingToAsk: Error {}

    /// Collects the proofs and hands the grant to `finish`.
    ///
    /// A person who gives up ends the recovery.
    func run<Result>(_ finish: (RecoveryGrant) throws -> Result) throws -> Result {
        let begun =
            switch prover {
            case .owner:
                try console.call(
                    BeginRecovery.self, .init(account: account, purpose: purpose), doing: what, in: prover.family)
            case .caller:
                try console.call(VerifyCaller.self, .init(account: account), doing: what, in: prover.family)
            }
        guard !begun.methods.isEmpty else { throw NothingToAsk() }
        console.say(
            "\(begun.proofsNeeded == 1 ? "One proof is" : "\(begun.proofsNeeded) proofs of different kinds are") needed. "
                + "Time for it: \(Moment.words(until: begun.expiresAt)).")
        do {
            return try finish(try prove(begun))
        } catch let failure as CommandFailure where failure.status == .cancelled {
            // By any signal: nobody goes on with it. It would end by itself in 15 minutes, so a refusal here changes nothing for the person.
            _ = try? console.call(CancelRecovery.self, .init(handle: begun.handle), doing: "cancel", in: prover.family)
            throw failure
        }
    }

    private func prove(_ begun: BeginRecovery.Reply) throws -> RecoveryGrant {
        var offered = begun.methods
        var chosen = methods[...]
        while true {
            let reply = try nextProof(begun.handle, offered, preferring: chosen.popFirst())
            if let grant = reply.grant { return grant }
            guard reply.proofsMissing > 0, !reply.methods.isEmpty else {
                throw CommandFailure(
                    .brokenProtocol("neither a grant nor a method to go on with"), doing: what, in: prover.family)
            }
            console.say("Accepted. \(reply.proofsMissing) more to go.", .ok)
            offered = reply.methods
        }
    }

    /// One accepted proof.
    private func nextProof(
        _ handle: RecoveryHandle, _ offered: [OfferedMethod], preferring kind: MethodKind?
    ) throws -> AnswerChallenge.Reply {
        var left = Self.tries
        var (choices, kind) = (offered, kind)
        while true {
            let method = try MethodChoice(console: console, answers: answers).choose(among: choices, preferring: kind)
            do {
                return try Challenge(
                    console: console, answers: answers, handle: handle, method: method, what: what,
                    hasOthers: offered.count > 1, prover: prover
                ).meet()
            } catch is Challenge.AnotherMethod {
                kind = nil
                choices = offered.filter { $0 != method }
            } catch let failure as CommandFailure
                where failure.refusal?.code == .refused && answers.isPerson && left > 1
            {
                left -= 1
                console.insist("That was not accepted. You may try again.", .warning)
            }
        }
    }
}
