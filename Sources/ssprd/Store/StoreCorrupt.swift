/// A stored row, or the file around it, is not as this daemon writes it: damaged or altered from outside.
public struct StoreCorrupt: Error, Sendable, Equatable, CustomStringConvertible {
    /// Where and what, without any content.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// A change names a row that is not there: a rule relied on one that another rule has removed.
public struct RowMissing: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of row.
    public let table: String

    /// Says that no row was changed.
    public var description: String { "no such row in \(table)" }
}
