extension Migrations {
    /// Versions of the policy, which are never changed, and under which version a recovery or a registration began.
    static let policies = Step(
        name: "0021 policies",
        sql: """
            CREATE TABLE policy_versions (
                version INTEGER PRIMARY KEY CHECK (version BETWEEN 1 AND 4294967295),
                id INTEGER NOT NULL CHECK (id BETWEEN 0 AND 4503599627370495),
                applied_at INTEGER NOT NULL,
                uid INTEGER NOT NULL,
                reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 200),
                restores INTEGER,
                document BLOB NOT NULL
            ) STRICT;
            ALTER TABLE recoveries ADD COLUMN policy INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE registrations ADD COLUMN policy INTEGER NOT NULL DEFAULT 0;
            """)
}
