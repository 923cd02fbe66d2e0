public import SSPRVocabulary

/// A refusal that may leave the daemon: a number, and for some numbers when to come back or which rule was broken.
///
/// The set is closed; whatever else goes wrong is logged and becomes `internalError` (attack C5).
public struct Failure: Error, Codable, Hashable, Sendable {
    /// Why.
    public let code: FailureCode
    /// In how many milliseconds another try makes sense.
    public let retryAfter: UInt64?
    /// The rule that a new password breaks.
    public let rule: PasswordRule?
    /// Why a target refused.
    public let refusal: WritebackRefusal?
    /// The target's own words, for the proven owner only, or what is wrong with a document or file; printable text of at most 256 bytes.
    public let text: String?
    /// The rule that a custom question breaks.
    public let question: QuestionRule?
    /// The points of a new password, where its words are the reason; five are needed.
    public let points: UInt32?
    /// The banned words in a new password, where they are the reason.
    public let found: [BannedTerm]?
    /// The newest version of the policy.
    public let version: UInt32?
    /// How many of those accounts that can recover could not any more.
    public let losing: UInt32?
    /// How many accounts can recover.
    public let capable: UInt32?
    /// From when what was so is known.
    public let since: Timestamp?

    /// Describes a refusal.
    public init(
        _ code: FailureCode, retryAfter: UInt64? = nil, rule: PasswordRule? = nil, refusal: WritebackRefusal? = nil,
        text: String? = nil, question: QuestionRule? = nil, points: UInt32? = nil, found: [BannedTerm]? = nil,
        version: UInt32? = nil, losing: UInt32? = nil, capable: UInt32? = nil, since: Timestamp? = nil
    ) {
        self.code = code
        self.retryAfter = retryAfter
        self.rule = rule
        self.refusal = refusal
        self.text = text
        self.question = question
        self.points = points
        self.found = found
        self.version = version
        self.losing = losing
        self.capable = capable
        self.since = since
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case code = 1
        case retryAfter = 2
        case rule = 3
        case refusal = 4
        case text = 5
        case points = 6
        case found = 7
        case question = 11
        case version = 21
        case losing = 22
        case capable = 23
        case since = 24
    }
}

/// The numbers of failures; never reused.
public enum FailureCode: UInt16, Codable, Hashable, Sendable, CaseIterable {
    /// The body is not what the call's request must be. Nothing was evaluated or charged.
    case malformed = 1
    /// This peer may not make this call; the same for every call it may not make, known or not.
    case denied = 2
    /// Too much at once. Nothing was evaluated or charged; `retryAfter` says when to try again.
    case busy = 3
    /// The password, code, answer, handle or grant was not accepted. Why is in the audit trail only.
    case refused = 4
    /// A limit was reached: nothing was compared. `retryAfter` says when it ends.
    case throttled = 5
    /// Something that the call needs is not there: nothing has changed.
    case unavailable = 6
    /// The new password breaks `rule`; the grant is still good.
    case passwordRefused = 7
    /// There is no such account, method or custom question in use. Only for calls of administrators and of the proven owner.
    case notFound = 8
    /// The name or uid is taken, a method is there already or there is no room for one more, a device has been paired, 20 custom questions
    /// are in use.
    case conflict = 9
    /// Nobody knows whether the new password is in force: sign in with it, or begin again.
    case outcomeUnknown = 10
    /// The target refused and nothing has changed there; `refusal` and `text` say why.
    case targetRefused = 11
    /// A fault of the daemon's own; the log has more.
    case internalError = 12
    /// The question set or answers do not satisfy the rules of feature F2.
    case answersRefused = 13
    /// The custom question breaks the rule that `question` names; nothing has changed.
    case questionRefused = 19
    /// The policy document cannot be read, or says what may not be said; `text` names the line, what stands there and what is allowed.
    case policyRefused = 20
    /// There is another version of the policy than the one that was expected: `version`. Nothing has changed.
    case policyMoved = 21
    /// So many accounts (`losing` of `capable`) could not recover any more that it must be said once more. Nothing has changed.
    case policyLoss = 22
    /// The help desk has not made sure who is calling: `helpdesk.verify` comes first. Nothing has changed.
    case unverified = 30
    /// The policy in force, or one that comes into force later, has a section for the group. Nothing has changed.
    case groupInPolicy = 31
    /// The moment from which a version is to hold has passed, or is more than 366 days ahead. Nothing has changed.
    case policyTime = 32
    /// The version is or was in force, is cancelled, or a later one follows it. Nothing has changed.
    case policyNotScheduled = 33
    /// What was so at that moment is not known: it is from `since` on.
    case notRecorded = 34
    /// The configuration file cannot take the place of the one in force; `text` names the place, what stands there and what is allowed.
    case configurationRefused = 36

    /// The name in specification, JSON and logs.
    public var name: String { String(describing: self) }

    /// What it means and what to do next.
    public var summary: String {
        switch self {
        case .malformed: "The body is not what the call's request must be. Nothing was evaluated or charged."
        case .denied: "This peer may not make this call; the same for every call it may not make, known or not."
        case .busy: "Too much at once. Nothing was evaluated or charged; try again after `retryAfter`."
        case .refused: "The password, code, answer, handle or grant was not accepted. Why is in the audit trail only."
        case .throttled: "A limit was reached; nothing was compared. `retryAfter` says when it ends."
        case .unavailable: "Something that the call needs is not there. Nothing has changed; try again later."
        case .passwordRefused:
            "The new password breaks `rule`. The grant is still good after five of them; the sixth ends it."
        case .notFound:
            "There is no such account, method or custom question in use. Told to administrators and to the proven owner only."
        case .conflict:
            "It is there already, or there is no room for one more: a name, a uid, a method, a paired device, a custom question."
        case .outcomeUnknown:
            "Nobody knows whether the new password is in force. Try to sign in with it, or begin again."
        case .targetRefused: "The target refused and nothing has changed there; `refusal` and `text` say why."
        case .internalError: "A fault of the daemon's own. The log has more; what was answered before stays in force."
        case .answersRefused: "The questions or answers do not satisfy the rules; choose others."
        case .questionRefused: "The custom question breaks the rule that `question` names. Nothing has changed."
        case .policyRefused: "The policy document is not acceptable: `text` says where and what. Nothing has changed."
        case .policyMoved:
            "There is another version of the policy than the one that was expected: `version`. Nothing has changed; look at it and try again."
        case .policyLoss:
            "`losing` of `capable` accounts could not recover any more, which is more than 5 % or more than 10. Nothing has changed; ask with `allowsLoss` if that is meant."
        case .unverified:
            "The help desk has not made sure who is calling; `helpdesk.verify` comes first. Nothing has changed."
        case .groupInPolicy:
            "The policy has a section for this group; its members would be under weaker rules without anybody saying so. Nothing has changed."
        case .policyTime:
            "The moment is not one that the call takes: to come for a version, past for simulating, no more than 366 days away. Nothing has changed."
        case .notRecorded:
            "What was so at that moment is not known: it is from `since` on, for 366 days. Ask about a later moment, or read the audit trail."
        case .policyNotScheduled:
            "The version is or was in force, is cancelled, or a later one follows it, which is cancelled first. Nothing has changed."
        case .configurationRefused:
            "The configuration file cannot take the place of the one in force: `text` says where and what. Nothing has changed."
        }
    }
}
