extension Migrations {
    /// The slow hashes of passwords that accounts had before; a later one has a larger number.
    static let history = Step(
        name: "0016 history",
        sql: """
            CREATE TABLE former_passwords (
                id INTEGER PRIMARY KEY,
                account INTEGER NOT NULL REFERENCES accounts (id),
                passes INTEGER NOT NULL CHECK (passes > 0),
                memory_kib INTEGER NOT NULL CHECK (memory_kib > 0),
                salt BLOB NOT NULL,
                tag BLOB NOT NULL,
                pepper INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX former_passwords_of_account ON former_passwords (account, id);
            """)
}
