extension Migrations {
    /// The audit chain, and its head in a row of its own: a cut tail leaves the two apart.
    static let audit = Step(
        name: "0007 audit",
        sql: """
            CREATE TABLE audit_links (
                sequence INTEGER PRIMARY KEY CHECK (sequence > 0),
                previous BLOB NOT NULL CHECK (length(previous) = 32),
                hash BLOB NOT NULL CHECK (length(hash) = 32),
                event BLOB NOT NULL
            ) STRICT;

            CREATE TABLE audit_head (
                only INTEGER PRIMARY KEY CHECK (only = 1),
                sequence INTEGER NOT NULL CHECK (sequence >= 0),
                hash BLOB NOT NULL CHECK (length(hash) = 32)
            ) STRICT;
            INSERT INTO audit_head (only, sequence, hash) VALUES (1, 0, zeroblob(32));
            """)
}
