/// Whether a state that was opened is the newest that this host has seen (attack G5, invariant I19).
public enum StateProvenance: Sendable, Equatable {
    /// The first start: nothing has ever been written.
    case new
    /// Nothing is missing.
    case newest
    /// An older copy: so many records that this host has seen are missing.
    case older(missing: UInt64)
    /// A state with another past: a copy that went on elsewhere, or somebody else's.
    case foreign
    /// This host has not seen any state: a backup on a new machine, or the witness is lost.
    case unknown

    /// True when what was used up since may be good again in it.
    public var mayRevive: Bool {
        switch self {
        case .new, .newest: false
        case .older, .foreign, .unknown: true
        }
    }
}
