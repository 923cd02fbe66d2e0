import SSPRProtocol
import SSPRVocabulary

/// The daemon's refusals in words for people. Recovery has one sentence for all that may not be told apart.
extension CommandFailure {
    init(_ failure: Failure, doing what: String, in family: Family) {
        func make(_ status: ExitStatus, _ short: String, _ why: String, _ next: String?) -> Self {
            Self(status, "cannot \(what): \(short)", why: why, next: next, refusal: failure)
        }
        let soon = failure.retryAfter.map { "try again in \(Moment.words(milliseconds: $0))" } ?? "try again later"
        switch failure.code {
        case .malformed:
            self = make(
                family == .tool ? .badData : .brokenProtocol, "not understood",
                "ssprd does not accept the request's form; ssprclient and ssprd may be of different releases.",
                "compare: ssprclient --version and ssprclient protocol call service.hello")
        case .denied: self = make(.refused, "not allowed", Self.whyDenied(family), Self.nextWhenDenied(family))
        case .busy: self = make(.tryLater, "ssprd has too much to do", "Nothing was evaluated or counted.", soon)
        case .refused: self = make(.refused, "not accepted", Self.whyRefused(family), "begin again")
        case .throttled:
            self = make(.tryLater, "too many tries", "A limit was reached; nothing was compared.", soon)
        case .unavailable:
            self = make(.tryLater, "something that it needs is not there", "Nothing has changed.", soon)
        case .passwordRefused:
            self = make(
                .badData, "the new password is not acceptable", Self.words(for: failure.rule) + Self.points(failure),
                "choose another one")
        case .notFound:
            self = make(
                .notFound, "no such account or method", "ssprd does not know it.",
                family == .registration ? "ssprclient status" : "ssprclient accounts list")
        case .conflict:
            self = make(.badData, "the name or the uid is taken", "Another account has it.", "ssprclient accounts list")
        case .outcomeUnknown:
            self = make(
                .tryLater, "the outcome is not known", "Nobody can say whether the new password is in force.",
                "sign in with the new password; if that does not work, begin again")
        case .targetRefused:
            let isRule = failure.refusal == .passwordPolicy
            self = make(
                isRule ? .badData : .refused, "the directory refused and nothing has changed there",
                Self.words(for: failure.refusal, failure.text),
                isRule ? "choose another password" : "ask the administrator of this host")
        case .internalError:
            self = make(.software, "a fault of ssprd's own", "Its log has more.", "journalctl -u ssprd")
        case .answersRefused:
            self = make(
                .badData, "the questions or answers are not acceptable",
                "Different questions of the list; answers of 3 to 40 characters, no two alike, none part of its question.",
                "choose others")
        case .questionRefused:
            self = make(
                .badData, "the question is not acceptable", Self.words(for: failure.question),
                "ssprclient questions list")
        case .policyRefused:
            self = make(
                .badData, "the document is not acceptable", failure.text ?? "It breaks a rule.",
                "ssprclient policy show lists the fields and their values")
        case .policyMoved:
            self = make(
                .tryLater, "another policy is in force",
                "Somebody has applied version \(failure.version ?? 0) meanwhile.",
                "ssprclient policy show, then the same command once more")
        case .policyLoss:
            self = make(
                .refused, "many could not recover any more",
                "It would take that from \(failure.losing ?? 0) of \(failure.capable ?? 0) accounts. Nothing has changed.",
                "ssprclient policy plan FILE names them; --allow-loss if it is meant")
        case .configurationRefused:
            self = make(
                .badData, "the configuration is not acceptable",
                (failure.text ?? "It breaks a rule.") + " Nothing has changed.",
                "ssprd check-config looks at a file without using it")
        case .unverified:
            self = make(
                .refused, "nobody has made sure who is calling",
                "The account has an address, a phone or a device that can be asked.", "ssprclient helpdesk verify NAME")
        case .groupInPolicy:
            self = make(
                .refused, "the policy names the group",
                "Its members would be under weaker rules without anybody saying so. Nothing has changed.",
                "ssprclient policy show --document, then apply it without the group's section")
        case .policyTime:
            self = make(
                .badData, "not for that moment",
                "It must be to come, or past for a simulation, and no more than 366 days away.",
                "date -u tells what time it is for ssprd")
        case .notRecorded:
            self = make(
                .badData, "nobody knows what was so then",
                "It is known from \(failure.since.map(Moment.text) ?? "a later moment") on.",
                "ssprclient audit tells what happened before")
        case .policyNotScheduled:
            self = make(
                .refused, "it does not come into force later",
                "It is or was in force, is cancelled, or a later one follows it. Nothing has changed.",
                "ssprclient policy history")
        }
    }

    private static func words(for rule: QuestionRule?) -> String {
        switch rule {
        case .tooShort: "It has fewer than 3 characters."
        case .tooLong: "It has more than 200 characters."
        case .hiddenCharacter: "It has a character that cannot be seen."
        case .alike: "Another question in use reads like it."
        case .languages: "It needs one text for each of 1 to 8 languages."
        case nil: "It breaks a rule."
        }
    }

    private static func whyDenied(_ family: Family) -> String {
        switch family {
        case .administration: "That needs the role administrator, which the configuration gives to uids and groups."
        case .helpDesk:
            "That needs the role helpdesk or administrator, which the configuration gives to uids and groups."
        case .audit: "That needs the role auditor or administrator, which the configuration gives to uids and groups."
        case .tool: "You may not make this call; ssprd says the same of calls that do not exist."
        case .signIn, .registration, .recovery:
            "You may act for the account that carries your own uid, and for no other."
        }
    }

    private static func nextWhenDenied(_ family: Family) -> String {
        switch family {
        case .administration, .audit, .helpDesk: "the same command with sudo"
        case .tool: "ssprclient protocol calls"
        case .signIn, .registration, .recovery: "run it as that user, or ask the administrator of this host"
        }
    }

    private static func whyRefused(_ family: Family) -> String {
        switch family {
        case .recovery: "What was given is wrong, too old or already used, or this account cannot be recovered."
        case .signIn: "The password is wrong, or there is no such account."
        case .registration: "The password or the code is wrong, too old or already used."
        case .administration, .audit, .tool: "ssprd does not say why; the audit trail does."
        case .helpDesk:
            "The code is wrong or too old, the account may not recover (ssprclient accounts explain NAME), or it is an administrator's."
        }
    }

    private static func words(for rule: PasswordRule?) -> String {
        switch rule {
        case .tooShort: "It is too short: at least 15 characters, unless the policy says otherwise. A sentence is good."
        case .tooLong: "It is longer than 256 characters."
        case .notText: "It has characters that cannot be seen, or that are not assigned; some emoji are made with such."
        case .sameAsCurrent: "It is the present password."
        case .usedBefore: "It was this account's password before."
        case .breached: "It is known from breaches: such passwords are the first that an attacker tries."
        case .containsName: "It contains the account's name."
        case .containsOrganisation: "It contains the organisation's name."
        case .banned: "It is made of words that are easily guessed."
        case .directoryPolicy: "The directory's own rules refuse it."
        case nil: "It breaks a rule."
        }
    }

    /// How the banned words count, for whoever wants to know what to change.
    private static func points(_ failure: Failure) -> String {
        guard let points = failure.points, let found = failure.found else { return "" }
        let words = found.map { Printable.escaped($0.text) }.joined(separator: ", ")
        return
            " It has \(points) of \(BannedTerm.pointsNeeded) points: each of these words counts one (\(words)), like any other character."
    }

    /// Why a directory refused, with its own words when it has some.
    private static func words(for refusal: WritebackRefusal?, _ text: String?) -> String {
        let reason =
            switch refusal {
            case .noSuchUser: "It does not know the account."
            case .otherUser: "The name belongs to somebody else there: its number is not the one that ssprd knows."
            case .severalUsers: "It knows several accounts of that name."
            case .noPermission: "It does not let ssprd change this account."
            case .accountDisabled: "The account is disabled there."
            case .accountLocked: "The account is locked there."
            case .wrongOldPassword: "The present password is wrong."
            case .passwordPolicy: "Its rules refuse the new password."
            case .misconfigured: "The connection to it is not configured correctly."
            case .other, nil: "It gives no reason that ssprd knows."
            }
        return text.map { "\(reason) It says: \($0)" } ?? reason
    }
}
