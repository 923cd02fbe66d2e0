extension Migrations {
    /// What an account's owner reads.
    static let languages = Step(
        name: "0011 languages",
        sql: """
            ALTER TABLE accounts ADD COLUMN language TEXT CHECK (length(language) BETWEEN 2 AND 12);
            """)
}
