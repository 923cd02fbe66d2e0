/// Names a field of the policy as the configuration file and policy documents spell it: `recovery.proofs`.
public struct PolicyFieldName: Sendable, CustomStringConvertible {
    /// The name's text.
    public let text: String

    /// The longest name in bytes.
    public static let maximumLength = 48

    /// Accepts letters in parts that are joined by points; throws `WordError` otherwise.
    public init(_ text: String) throws {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isName = parts.allSatisfy { part in
            !part.isEmpty && part.allSatisfy { ("a"..."z").contains($0) || ("A"..."Z").contains($0) }
        }
        guard isName, text.utf8.count <= Self.maximumLength else { throw WordError("policy field", Self.form) }
        self.text = text
    }

    /// The name's text.
    public var description: String { text }

    private init(unchecked text: String) { self.text = text }

    private static let form = "letters in parts that are joined by points"
}

extension PolicyFieldName: TextWord {
    /// Text of 1 to 48 bytes.
    public static var wireShape: WireShape { .text(bytes: 1...maximumLength, form: form) }
    /// The name `a`.
    public static var wireSample: PolicyFieldName { PolicyFieldName(unchecked: "a") }
}

/// Lets the words above compare bytes with letters.
extension ClosedRange where Bound == Unicode.Scalar {
    fileprivate func contains(_ byte: UInt8) -> Bool { contains(Unicode.Scalar(byte)) }
}

/// A value of a policy field as a document spells it: `true`, `24`, `de`; empty for none.
public struct PolicyText: Sendable, CustomStringConvertible {
    /// The value's text.
    public let text: String

    /// Accepts visible text of up to 256 bytes; throws `WordError` otherwise.
    public init(_ text: String) throws {
        guard text.isPrintable else { throw WordError("policy value", Self.form) }
        self.text = text
    }

    /// The value's text.
    public var description: String { text }

    private init(unchecked text: String) { self.text = text }

    private static let form = "visible text"
}

extension PolicyText: TextWord {
    /// Text of 0 to 256 bytes.
    public static var wireShape: WireShape { .text(bytes: 0...WireLimit.textBytes, form: form) }
    /// No text at all.
    public static var wireSample: PolicyText { PolicyText(unchecked: "") }
}

/// Why an administrator changes the policy, in their own words.
public struct PolicyReason: Sendable, CustomStringConvertible {
    /// The reason's text.
    public let text: String

    /// The longest reason in characters.
    public static let maximumCharacters = 200

    /// Accepts 1 to 200 visible characters that are not all blanks; throws `WordError` otherwise.
    public init(_ text: String) throws {
        let scalars = text.unicodeScalars
        guard (1...Self.maximumCharacters).contains(scalars.count), !scalars.contains(where: \.isHidden),
            !scalars.allSatisfy(\.properties.isWhitespace)
        else { throw WordError("reason", Self.form) }
        self.text = text
    }

    /// The reason's text.
    public var description: String { text }

    private init(unchecked text: String) { self.text = text }

    private static let form = "1 to 200 visible characters"
}

extension PolicyReason: TextWord {
    /// Text of up to 200 characters of four bytes.
    public static var wireShape: WireShape { .text(bytes: 1...(4 * maximumCharacters), form: form) }
    /// The reason `a`.
    public static var wireSample: PolicyReason { PolicyReason(unchecked: "a") }
}

/// A policy document as it was written: YAML or JSON.
///
/// Here stands only how long it may be; the daemon reads it and says what is wrong with it.
public struct PolicySource: Sendable, CustomStringConvertible {
    /// The document.
    public let text: String

    /// The longest document in bytes.
    public static let maximumLength = 65_536

    /// Accepts up to 64 KiB; throws `WordError` otherwise.
    public init(_ text: String) throws {
        guard text.utf8.count <= Self.maximumLength else { throw WordError("policy document", Self.form) }
        self.text = text
    }

    /// The document.
    public var description: String { text }

    private init(unchecked text: String) { self.text = text }

    private static let form = "a document of up to 64 KiB"
}

extension PolicySource: TextWord {
    /// Text of 0 to 65536 bytes.
    public static var wireShape: WireShape { .text(bytes: 0...maximumLength, form: form) }
    /// An empty document.
    public static var wireSample: PolicySource { PolicySource(unchecked: "") }
}

/// How far a version of the policy is.
public enum PolicyState: String, WireChoice, Hashable {
    /// It holds.
    case inForce
    /// It comes into force later.
    case scheduled
    /// A later one holds.
    case past
    /// It was cancelled or overtaken before it came into force.
    case cancelled
}

/// Where the value of a policy field comes from.
public enum PolicyOrigin: String, WireChoice, Hashable {
    /// Nobody has said anything: the release's own value.
    case release
    /// The configuration file says it.
    case configuration
    /// A policy document says it.
    case document
}

/// One field of the policy with its value.
public struct PolicySetting: Codable, Hashable, Sendable {
    /// Which field.
    public let field: PolicyFieldName
    /// Its value.
    public let value: PolicyText
    /// Where the value comes from.
    public let origin: PolicyOrigin
    /// The group whose section it stands in; nil for the house.
    public let group: GroupName?

    /// Describes a field.
    public init(field: PolicyFieldName, value: PolicyText, origin: PolicyOrigin, group: GroupName? = nil) {
        self.field = field
        self.value = value
        self.origin = origin
        self.group = group
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case field = 1
        case value = 2
        case origin = 3
        case group = 4
    }
}

/// What a document changes of one field, or the configuration file of one key.
public struct PolicyChange: Codable, Hashable, Sendable {
    /// Which field.
    public let field: PolicyFieldName
    /// Its value in the policy in force; empty where a group's section does not name it.
    public let before: PolicyText
    /// Its value in the new policy; empty where a group's section does not name it.
    public let after: PolicyText
    /// The group in whose section it changes; nil for the house, and in the trail, where the event names the group.
    public let group: GroupName?

    /// Describes a change.
    public init(field: PolicyFieldName, before: PolicyText, after: PolicyText, group: GroupName? = nil) {
        self.field = field
        self.before = before
        self.after = after
        self.group = group
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case field = 1
        case before = 2
        case after = 3
        case group = 4
    }
}

/// What holds for one account of one field, and by which of the scopes that concern it.
public struct PolicyDecision: Codable, Hashable, Sendable {
    /// Which field.
    public let field: PolicyFieldName
    /// The value that holds: the strictest of all.
    public let value: PolicyText
    /// Where that value comes from.
    public let origin: PolicyOrigin
    /// The group that says it; nil for the house.
    public let group: GroupName?
    /// What the other scopes say; none where only the house says something.
    public let others: [PolicySetting]

    /// Describes a decision.
    public init(
        field: PolicyFieldName, value: PolicyText, origin: PolicyOrigin, group: GroupName?, others: [PolicySetting]
    ) {
        self.field = field
        self.value = value
        self.origin = origin
        self.group = group
        self.others = others
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case field = 1
        case value = 2
        case origin = 3
        case group = 4
        case others = 5
    }
}
