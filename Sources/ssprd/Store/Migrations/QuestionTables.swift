extension Migrations {
    /// Custom security questions; a row is never deleted, so its number is never given again.
    static let questions = Step(
        name: "0015 custom questions",
        sql: """
            CREATE TABLE questions (
                number INTEGER PRIMARY KEY CHECK (number BETWEEN 1000 AND 4294967295),
                texts BLOB NOT NULL,
                added_at INTEGER NOT NULL,
                retired_at INTEGER
            ) STRICT;
            """)
}
