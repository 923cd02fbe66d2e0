/// What one message may cost before it is refused.
public struct CBORLimits: Sendable, Equatable {
    /// The greatest number of bytes.
    public var bytes: Int
    /// The greatest number of containers around one another; more than `maximumDepth` counts as `maximumDepth`.
    public var depth: Int
    /// The greatest number of items; containers, keys and values all count.
    public var items: Int

    /// Sets the three limits.
    public init(bytes: Int, depth: Int = CBORLimits.maximumDepth, items: Int) {
        self.bytes = bytes
        self.depth = depth
        self.items = items
    }

    /// The depth of the profile: messages are flat, and 8 is twice what any of them needs.
    public static let maximumDepth = 8

    /// One MiB, 8 levels and 65 536 items: a page of a long list fits, and refusing the worst of it takes milliseconds.
    public static let standard = CBORLimits(bytes: 1 << 20, items: 1 << 16)
}
