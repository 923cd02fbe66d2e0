/// A hash that could not be computed, for another reason than a full queue.
public enum HashingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The stored verifier cannot be right; says what is wrong with it.
    case damagedVerifier(String)
    /// The key ring has no pepper of this number.
    case unknownPepper(UInt32)
    /// The system gave no memory for a hash of this many KiB.
    case noMemory(kibibytes: UInt32)

    /// The text for the log; never carries a secret.
    public var description: String {
        switch self {
        case .damagedVerifier(let reason): "a stored verifier is damaged: \(reason)"
        case .unknownPepper(let number):
            "a stored verifier needs pepper \(number), which the key ring does not hold:"
                + " restore the key ring's newest backup"
        case .noMemory(let kibibytes): "no memory for a hash of \(kibibytes) KiB"
        }
    }
}
