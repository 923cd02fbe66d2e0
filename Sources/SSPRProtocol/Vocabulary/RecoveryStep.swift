/// How far a recovery had come when its time was over (feature F4).
public enum RecoveryStep: String, WireChoice, Hashable {
    /// Nothing was answered rightly.
    case begun
    /// Something was proven, and more was needed.
    case proven
    /// All was proven, and the grant was not used.
    case granted
}
