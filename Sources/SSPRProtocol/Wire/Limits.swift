/// Limits of the wire, each with its reason; each has a test at the limit and one past it.
public enum Limits {
    /// The largest request body of a call that names no other: an account name, a secret of 1024 bytes and some numbers.
    public static let requestBytes = 2048
    /// The largest reply body: 64 accounts or audit links.
    public static let replyBytes = 65_536
    /// How long a whole frame may take from its first byte: a slow peer holds only its own seat.
    public static let frameSeconds = 10
    /// How long a connection may say nothing: a helper asks at once, an agent waits in a long call, which does not count.
    public static let idleSeconds = 120
    /// The longest wait of a long call; the peer asks again.
    public static let waitSeconds = 30
    /// Items of one page.
    public static let pageItems = 64
    /// Accounts of one batch of an import: each batch is one transaction, which others wait for.
    public static let importRows = 256
}
