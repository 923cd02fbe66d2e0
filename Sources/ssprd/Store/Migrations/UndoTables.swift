extension Migrations {
    /// Ways back from a new password: a keyed hash of the code, and the verifier from before where the daemon holds it.
    static let undos = Step(
        name: "0020 undos",
        sql: """
            CREATE TABLE undos (
                code BLOB PRIMARY KEY CHECK (length(code) = 32),
                account INTEGER NOT NULL REFERENCES accounts (id),
                changed_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                passes INTEGER CHECK (passes > 0),
                memory_kib INTEGER CHECK (memory_kib > 0),
                salt BLOB,
                tag BLOB,
                pepper INTEGER
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX undos_account ON undos (account, changed_at);
            CREATE INDEX undos_over ON undos (expires_at);
            """)
}
