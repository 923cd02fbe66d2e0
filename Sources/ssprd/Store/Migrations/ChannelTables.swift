extension Migrations {
    /// Messages by channel and by the moment from which they may be taken: a courier finds its next one whatever else waits, be it a
    /// hundred thousand that another channel cannot get rid of.
    static let channels = Step(
        name: "0008 channels",
        sql: """
            DROP INDEX deliveries_in_order;
            CREATE INDEX deliveries_free
                ON deliveries ((account IS NULL), channel, MAX(due_at, IFNULL(leased_until, due_at)), id);
            """)
}
