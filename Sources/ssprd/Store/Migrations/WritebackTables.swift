extension Migrations {
    /// Intents to change something at a target.
    ///
    /// They outlive the recovery that they name.
    static let writebacks = Step(
        name: "0003 writebacks",
        sql: """
            CREATE TABLE intents (
                id INTEGER PRIMARY KEY CHECK (id BETWEEN 0 AND 4503599627370495),
                account INTEGER NOT NULL REFERENCES accounts (id),
                recovery INTEGER,
                operation TEXT NOT NULL,
                target TEXT NOT NULL,
                ordered_at INTEGER NOT NULL,
                outcome TEXT
            ) STRICT;
            CREATE INDEX intents_open ON intents (ordered_at, id) WHERE outcome IS NULL;
            CREATE INDEX intents_open_by_recovery ON intents (recovery) WHERE outcome IS NULL;
            """)
}
