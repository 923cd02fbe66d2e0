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
