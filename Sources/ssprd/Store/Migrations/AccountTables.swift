extension Migrations {
    /// People and the slow hashes of their passwords.
    ///
    /// Numbers of rows stay below 2^52 (`Identifier.bound`).
    static let accounts = Step(
        name: "0001 accounts",
        sql: """
            CREATE TABLE accounts (
                id INTEGER PRIMARY KEY CHECK (id BETWEEN 0 AND 4503599627370495),
                name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 64),
                uid INTEGER UNIQUE CHECK (uid BETWEEN 0 AND 4294967295),
                role TEXT NOT NULL,
                is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
                target TEXT,
                added_at INTEGER NOT NULL,
                registered_at INTEGER
            ) STRICT;
            CREATE INDEX accounts_administrators ON accounts (role, name) WHERE role <> 'user';

            CREATE TABLE password_verifiers (
                account INTEGER PRIMARY KEY REFERENCES accounts (id),
                passes INTEGER NOT NULL CHECK (passes > 0),
                memory_kib INTEGER NOT NULL CHECK (memory_kib > 0),
                salt BLOB NOT NULL,
                tag BLOB NOT NULL,
                pepper INTEGER NOT NULL
            ) STRICT;
            """)
}
