extension Migrations {
    /// The moment to which stored times are tied, and the start of the machine to which it belongs.
    static let clock = Step(
        name: "0028 clock",
        sql: """
            CREATE TABLE clock (
                only INTEGER PRIMARY KEY CHECK (only = 1),
                wall INTEGER NOT NULL,
                since_boot INTEGER NOT NULL,
                boot BLOB NOT NULL CHECK (length(boot) = 16)
            ) STRICT;
            """)
}
