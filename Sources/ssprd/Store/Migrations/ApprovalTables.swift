extension Migrations {
    /// Questions to devices.
    ///
    /// A decoy's is a row like any other, for no device.
    static let approvals = Step(
        name: "0009 approvals",
        sql: """
            CREATE TABLE approvals (
                id INTEGER PRIMARY KEY CHECK (id BETWEEN 0 AND 4503599627370495),
                recovery INTEGER NOT NULL REFERENCES recoveries (id) ON DELETE CASCADE,
                choice INTEGER NOT NULL,
                method INTEGER,
                nonce BLOB NOT NULL CHECK (length(nonce) = 16),
                number INTEGER NOT NULL CHECK (number BETWEEN 0 AND 99),
                asked_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                state INTEGER NOT NULL,
                UNIQUE (recovery, choice)
            ) STRICT;
            CREATE INDEX approvals_of_method ON approvals (method, state, asked_at);
            """)
}
