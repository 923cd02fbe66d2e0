extension Migrations {
    /// Resets of which some global administrators are told by a digest, the digest that is being sent, and which messages tell of it.
    ///
    /// Numbers are never used twice: a message finds what it tells by the digest's.
    static let digests = Step(
        name: "0026 digests",
        sql: """
            CREATE TABLE reset_notes (
                number INTEGER PRIMARY KEY AUTOINCREMENT,
                about TEXT NOT NULL,
                happened_at INTEGER NOT NULL,
                told_until TEXT NOT NULL,
                digest INTEGER
            ) STRICT;
            CREATE INDEX reset_notes_of_digest ON reset_notes (digest, number);

            CREATE TABLE digest_under_way (
                number INTEGER PRIMARY KEY,
                reached TEXT
            ) STRICT;
            ALTER TABLE deliveries ADD COLUMN digest INTEGER;
            """)
}
