extension Migrations {
    /// Messages on their way.
    ///
    /// A decoy costs the same pages and index entries as a real one, but stands apart in the index.
    static let outbox = Step(
        name: "0006 outbox",
        sql: """
            CREATE TABLE deliveries (
                id INTEGER PRIMARY KEY CHECK (id BETWEEN 0 AND 4503599627370495),
                account INTEGER REFERENCES accounts (id),
                channel TEXT NOT NULL,
                kind TEXT NOT NULL,
                payload_key INTEGER NOT NULL,
                payload BLOB NOT NULL,
                queued_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                due_at INTEGER NOT NULL,
                lease INTEGER NOT NULL CHECK (lease >= 0),
                leased_until INTEGER
            ) STRICT;
            CREATE INDEX deliveries_in_order ON deliveries ((account IS NULL), queued_at, id);
            CREATE INDEX deliveries_by_expiry ON deliveries (expires_at);
            """)
}
