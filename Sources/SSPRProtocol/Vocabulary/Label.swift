/// The name of something that an administrator made: a group, a licence plan.
///
/// It is spelled like an account's.
public struct Label<Kind>: Sendable, CustomStringConvertible {
    /// The name's text.
    public let text: String

    /// Accepts what an account's name may be; throws `WordError` otherwise.
    public init(_ text: String) throws {
        guard (try? AccountName(text)) != nil else { throw WordError("name", AccountName.form) }
        self.text = text
    }

    /// The name's text.
    public var description: String { text }

    private init(unchecked text: String) { self.text = text }
}

extension Label: TextWord {
    /// Text of 1 to 64 bytes.
    public static var wireShape: WireShape { .text(bytes: 1...AccountName.maximumLength, form: AccountName.form) }
    /// The name `a`.
    public static var wireSample: Label { Label(unchecked: "a") }
}

extension RowKind {
    /// People who are treated alike.
    public enum Group {}
    /// A number of people who may take part.
    public enum Plan {}
}

/// Names a group.
public typealias GroupID = Identifier<RowKind.Group>
/// What people call a group.
public typealias GroupName = Label<RowKind.Group>
/// Names a licence plan.
public typealias PlanID = Identifier<RowKind.Plan>
/// What people call a licence plan.
public typealias PlanName = Label<RowKind.Plan>
