extension Migrations {
    /// Registered methods, the answers to questions, and registrations under way.
    static let methods = Step(
        name: "0002 methods",
        sql: """
            CREATE TABLE methods (
                id INTEGER PRIMARY KEY CHECK (id BETWEEN 0 AND 4503599627370495),
                account INTEGER NOT NULL REFERENCES accounts (id),
                kind TEXT NOT NULL,
                payload_key INTEGER NOT NULL,
                payload BLOB NOT NULL,
                confirmed_at INTEGER NOT NULL,
                usable_from INTEGER NOT NULL,
                floor INTEGER NOT NULL,
                is_disabled INTEGER NOT NULL CHECK (is_disabled IN (0, 1))
            ) STRICT;
            CREATE INDEX methods_of_account ON methods (account, confirmed_at, id);

            CREATE TABLE answers (
                method INTEGER NOT NULL REFERENCES methods (id) ON DELETE CASCADE,
                question INTEGER NOT NULL,
                passes INTEGER NOT NULL CHECK (passes > 0),
                memory_kib INTEGER NOT NULL CHECK (memory_kib > 0),
                salt BLOB NOT NULL,
                tag BLOB NOT NULL,
                pepper INTEGER NOT NULL,
                PRIMARY KEY (method, question)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE registrations (
                handle BLOB NOT NULL PRIMARY KEY,
                account INTEGER NOT NULL REFERENCES accounts (id),
                peer INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                is_full INTEGER NOT NULL CHECK (is_full IN (0, 1))
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX registrations_by_expiry ON registrations (expires_at);
            CREATE INDEX registrations_of_account ON registrations (account);

            CREATE TABLE enrolments (
                id INTEGER PRIMARY KEY CHECK (id BETWEEN 0 AND 4503599627370495),
                registration BLOB NOT NULL REFERENCES registrations (handle) ON DELETE CASCADE,
                account INTEGER NOT NULL REFERENCES accounts (id),
                kind TEXT NOT NULL,
                payload_key INTEGER NOT NULL,
                payload BLOB NOT NULL,
                code BLOB,
                tries INTEGER NOT NULL CHECK (tries >= 0),
                begun_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX enrolments_of_registration ON enrolments (registration);
            """)
}
