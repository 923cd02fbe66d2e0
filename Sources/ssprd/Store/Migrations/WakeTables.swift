extension Migrations {
    /// The question that a wake-up tells of; decoys have one as well.
    static let wakeUps = Step(
        name: "0012 wake-ups",
        sql: "ALTER TABLE deliveries ADD COLUMN question INTEGER")
}
