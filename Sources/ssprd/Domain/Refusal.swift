public import SSPRVocabulary

/// What the rules say no with.
///
/// The server maps each to a numbered failure; nothing else of the domain leaves the process.
public enum Refusal: Error, Sendable, Equatable {
    /// The request contradicts itself.
    case malformed
    /// A proof, code, handle or grant was not accepted.
    case refused
    /// A limit was reached; ends at the moment.
    case throttled(until: Timestamp)
    /// Too much at once.
    case busy
    /// Something that is needed is not there; nothing has changed.
    case unavailable
    /// The new password breaks a rule.
    case passwordRefused(PasswordVerdict)
    /// No such account, method or custom question in use.
    case notFound
    /// The name or uid is taken, or there is no room for one more.
    case conflict
    /// Nobody knows whether the new password is in force.
    case outcomeUnknown
    /// The target refused; nothing has changed there.
    case target(WritebackRefusal, text: String?)
    /// The questions or answers do not satisfy the rules.
    case answers
    /// A custom question breaks a rule.
    case question(QuestionRule)
    /// A policy document is none: what is wrong with it and where, in words for administrators.
    case policyDocument(String)
    /// There is another version of the policy than the one that was expected.
    case policyMoved(to: UInt32)
    /// So many of those accounts that can recover could not any more.
    case policyLoss(losing: UInt32, capable: UInt32)
    /// The configuration file cannot take the place of the one in force: what is wrong and where, in words for administrators.
    case configuration(String)
    /// Nobody has made sure who is calling the help desk.
    case unverified
    /// The policy in force, or one that comes into force later, has a section for the group.
    case groupInPolicy
    /// The moment from which a version is to hold has passed, or is too far ahead.
    case policyTime
    /// What was so at the moment is not known; it is from another one on.
    case notRecorded(since: Timestamp)
    /// The version does not come into force later, or another one follows it.
    case policyNotScheduled

    /// The new password breaks a rule that needs no more words.
    public static func password(_ rule: PasswordRule) -> Refusal { .passwordRefused(PasswordVerdict(rule)) }
}
