extension Migrations {
    /// Temporary passes, one an account: a keyed hash, never the pass.
    static let passes = Step(
        name: "0010 passes",
        sql: """
            CREATE TABLE passes (
                account INTEGER PRIMARY KEY REFERENCES accounts (id),
                code BLOB NOT NULL CHECK (length(code) = 32),
                expires_at INTEGER NOT NULL,
                is_spent INTEGER NOT NULL CHECK (is_spent IN (0, 1)),
                recovery INTEGER
            ) STRICT;
            """)
}
