extension Migrations {
    /// Recoveries that have not ended, by the end of their time: whoever looks for those that are over does not read the others of the day.
    ///
    /// The numbers are those of `RecoveryState`: open, granted, taken.
    static let endings = Step(
        name: "0025 endings",
        sql: "CREATE INDEX recoveries_unfinished ON recoveries (expires_at, id) WHERE state IN (0, 1, 2)")
}
