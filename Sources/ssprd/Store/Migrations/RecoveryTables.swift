extension Migrations {
    /// Recoveries and the codes sent for them.
    ///
    /// A decoy is a row like any other, without an account.
    static let recoveries = Step(
        name: "0004 recoveries",
        sql: """
            CREATE TABLE recoveries (
                id INTEGER PRIMARY KEY CHECK (id BETWEEN 0 AND 4503599627370495),
                handle BLOB NOT NULL UNIQUE,
                account INTEGER REFERENCES accounts (id),
                subject BLOB NOT NULL,
                purpose TEXT NOT NULL,
                peer INTEGER NOT NULL,
                begun_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                proofs_needed INTEGER NOT NULL CHECK (proofs_needed >= 0),
                offers BLOB NOT NULL,
                is_eligible INTEGER NOT NULL CHECK (is_eligible IN (0, 1)),
                state INTEGER NOT NULL,
                proven BLOB NOT NULL,
                drawn BLOB NOT NULL,
                grant_tag BLOB UNIQUE,
                grant_tries INTEGER NOT NULL CHECK (grant_tries >= 0)
            ) STRICT;
            CREATE INDEX recoveries_of_account ON recoveries (account);
            CREATE INDEX recoveries_by_expiry ON recoveries (expires_at);

            CREATE TABLE codes (
                recovery INTEGER NOT NULL REFERENCES recoveries (id) ON DELETE CASCADE,
                choice INTEGER NOT NULL,
                code BLOB NOT NULL,
                sent_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                tries INTEGER NOT NULL CHECK (tries >= 0),
                is_spent INTEGER NOT NULL CHECK (is_spent IN (0, 1)),
                PRIMARY KEY (recovery, choice)
            ) STRICT, WITHOUT ROWID;
            """)
}
