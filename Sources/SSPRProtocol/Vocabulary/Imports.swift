/// How many rows of an import are taken.
public enum ImportMode: String, WireChoice, Hashable {
    /// Each row that can be.
    case eachRow
    /// All of them or none.
    case allOrNone
    /// None: it is only told what would be.
    case rehearsal
}

/// Why a row of an import was not taken.
public enum ImportRefusal: String, WireChoice, Hashable {
    /// An account of this name is there.
    case nameTaken
    /// Another account has this uid.
    case uidTaken
    /// A group that it names is not there.
    case unknownGroup
    /// A plan of one of its groups has no seat left.
    case noSeat
    /// A contact is of another kind than its place says: an address, a mobile phone, an office phone, which alone may have an extension.
    case badContact
}
