extension Migrations {
    /// What became of messages, and how channels do.
    ///
    /// Numbers grow with time, so that the oldest are found, and bounded, without counting. A decoy's row has no account and costs the
    /// same pages and index entries as any other.
    static let traces = Step(
        name: "0013 trace",
        sql: """
            CREATE TABLE traces (
                number INTEGER PRIMARY KEY,
                delivery INTEGER NOT NULL UNIQUE CHECK (delivery BETWEEN 0 AND 4503599627370495),
                account INTEGER REFERENCES accounts (id),
                origin INTEGER,
                choice INTEGER,
                channel TEXT NOT NULL,
                kind TEXT NOT NULL,
                aim INTEGER NOT NULL,
                queued_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                state TEXT NOT NULL,
                reason TEXT,
                taken_at INTEGER,
                settled_at INTEGER,
                attempts INTEGER NOT NULL CHECK (attempts >= 0)
            ) STRICT;
            CREATE INDEX traces_of_account ON traces (account, number);
            CREATE INDEX traces_of_origin ON traces (origin, choice, number) WHERE origin IS NOT NULL;

            CREATE TABLE channels (
                channel TEXT NOT NULL PRIMARY KEY,
                is_working INTEGER NOT NULL CHECK (is_working IN (0, 1)),
                usual INTEGER
            ) STRICT, WITHOUT ROWID;
            """)
}
