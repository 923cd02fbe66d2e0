/// What one message adds up of the resets of a day (feature F8).
public struct ResetSummary: Codable, Hashable, Sendable {
    /// How many administrators' passwords were reset; one that was reset twice counts twice.
    public let count: UInt32
    /// Whose, each once, in the order in which it happened; the first `names` of them.
    public let accounts: [AccountName]
    /// How many accounts more there are; nil for none.
    public let unnamed: UInt32?

    /// As many accounts as one message names.
    public static let names = 20

    /// Adds up resets.
    public init(count: UInt32, accounts: [AccountName], unnamed: UInt32? = nil) {
        self.count = count
        self.accounts = accounts
        self.unnamed = unnamed
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case count = 1
        case accounts = 2
        case unnamed = 3
    }
}
