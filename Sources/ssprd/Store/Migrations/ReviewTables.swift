extension Migrations {
    /// When owners last looked at their contacts, what they were asked at sign-in, and when they were reminded.
    ///
    /// Two small indexes, so that looking for whom to remind reads nothing when there is nobody.
    static let reviews = Step(
        name: "0014 reviews",
        sql: """
            ALTER TABLE methods ADD COLUMN reviewed_at INTEGER NOT NULL DEFAULT 0;
            UPDATE methods SET reviewed_at = confirmed_at;
            CREATE TABLE reviews (
                account INTEGER PRIMARY KEY REFERENCES accounts (id),
                postponed INTEGER NOT NULL CHECK (postponed >= 0),
                oldest_look INTEGER,
                reminded_at INTEGER,
                is_reminded INTEGER NOT NULL CHECK (is_reminded IN (0, 1))
            ) STRICT;
            INSERT INTO reviews (account, postponed, oldest_look, is_reminded)
                SELECT account, 0, MIN(reviewed_at), 0 FROM methods
                WHERE kind IN ('email', 'mobilePhone', 'officePhone') GROUP BY account;
            CREATE INDEX reviews_by_look ON reviews (oldest_look, account)
                WHERE is_reminded = 0 AND oldest_look IS NOT NULL;
            CREATE INDEX reviews_by_reminder ON reviews (reminded_at, account) WHERE is_reminded = 1;
            """)
}
