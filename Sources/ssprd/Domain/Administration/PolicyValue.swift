public import SSPRVocabulary

/// A value of one field of the policy.
public enum PolicyValue: Sendable, Equatable, Hashable {
    /// Whether something is so.
    case flag(Bool)
    /// How much of something.
    case number(Int)
    /// A word.
    case word(String)

    /// The value as documents, pages and the trail spell it.
    public var text: String {
        switch self {
        case .flag(let isSo): isSo ? "true" : "false"
        case .number(let number): "\(number)"
        case .word(let word): word
        }
    }
}

/// What a policy document says: values of some fields, by their names.
///
/// Typed and in range where it was read with the table; what the store gives back is compared with the table again.
public struct PolicyDocument: Sendable, Equatable {
    /// The values; fields that are not there keep the configuration's.
    public var values: [String: PolicyValue]
    /// What the sections of groups say: values of fields that a group may have of its own.
    public var groups: [GroupName: [String: PolicyValue]]

    /// Joins values; an empty document says nothing.
    public init(_ values: [String: PolicyValue] = [:], groups: [GroupName: [String: PolicyValue]] = [:]) {
        self.values = values
        self.groups = groups
    }

    /// Values that the sections of all groups may have together: so many still fit into one reply.
    public static let maximumGroupValues = 200
}

/// Why a document cannot be a policy.
public struct PolicyFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// The field, as documents spell it.
    public let field: String
    /// What stands there.
    public let value: String
    /// What may stand there.
    public let allowed: String

    /// One sentence for people.
    public var description: String { "\(field) cannot be \"\(value)\". Allowed: \(allowed)." }
}

extension Policy {
    /// This policy with what a document says in the place of its own.
    ///
    /// Throws `PolicyFault` for a field that this release does not have and for a value that it does not accept.
    public func applying(_ document: PolicyDocument) throws(PolicyFault) -> Policy {
        var policy = self
        for (name, value) in document.values {
            guard let field = PolicyField.named(name) else {
                throw PolicyFault(field: name, value: value.text, allowed: "fields of this release")
            }
            guard field.write(&policy, value) else {
                throw PolicyFault(field: name, value: value.text, allowed: field.allowed)
            }
        }
        return policy
    }

    /// What of two fields does not fit together, such as more questions asked than there are registered; nil where all does.
    public var contradiction: PolicyFault? {
        questionsAsked <= questionsRegistered
            ? nil
            : PolicyFault(
                field: "recovery.questionsAsked", value: "\(questionsAsked)",
                allowed: "\(PolicyField.questions.lowerBound) to \(questionsRegistered), as many as are registered")
    }
}
