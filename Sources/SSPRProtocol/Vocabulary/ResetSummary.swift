/// What one message adds up of the resets of a day (feature F8).
public struct ResetSummary: Codable, Hashable, Sendable {
    /// How many administrators' passwords were reset; one that was reset twice counts twice.
    public let count: UInt32
    /// Whose, each once, in the order in which it happened; the first `names` of them.
    public let accounts: [AccountName]

    /// As many accounts as one message names.
    public static let names = 20

    /// Adds up resets.
    public init(count: UInt32, accounts: [AccountName]) {
        self.count = count
        self.accounts = accounts
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case count = 1
        case accounts = 2
    }
}
