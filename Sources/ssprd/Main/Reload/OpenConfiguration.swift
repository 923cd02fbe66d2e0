import SSPRCrypto
import SSPRDomain

/// A configuration, and the files that it names opened: what a start or a reload needs before it changes anything.
struct OpenConfiguration: Sendable {
    let values: Configuration
    /// The passwords that have become known; nil without a file of them.
    let breached: PasswordFilter?

    /// Opens and looks through what the configuration names; throws `FilterError`.
    init(_ values: Configuration) throws {
        self.values = values
        breached = try values.breached.map(PasswordFilter.init(at:))
    }

    /// What the rules ask.
    var knownPasswords: any BreachedPasswords { breached ?? NoBreachedPasswords() }
}
