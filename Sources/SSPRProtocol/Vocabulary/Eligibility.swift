/// What must be true of an account before it can recover, in the order in which it is told (feature F1).
public enum EligibilityRule: String, WireChoice, Hashable {
    /// An administrator has not stopped the account.
    case enabled
    /// It has a licence: a plan that is everybody's, its own, or one of its groups'.
    case licensed
    /// Recovery is on for its groups; for administrators it always is (feature F5).
    case selected
    /// It has as many usable methods of different classes as a recovery asks for.
    case registered
    /// Wrong proofs have not blocked it.
    case notBlocked
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
