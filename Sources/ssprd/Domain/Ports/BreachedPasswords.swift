public import SSPRVocabulary

/// Passwords that have become known, as the site keeps them (feature F7).
public protocol BreachedPasswords: Sendable {
    /// True for a normalised password that is one of them, and by mistake for one of 16 million others.
    ///
    /// Throws when the list can no longer be read.
    func contains(_ password: Secret) throws -> Bool
}

/// For a site without a list.
public struct NoBreachedPasswords: BreachedPasswords {
    /// Knows none.
    public init() {}

    /// Always false.
    public func contains(_ password: Secret) -> Bool { false }
}
