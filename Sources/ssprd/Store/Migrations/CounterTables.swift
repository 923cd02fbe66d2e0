extension Migrations {
    /// Counters, and how many of them are strangers': that number is asked for at every new one, so it is kept and not counted.
    ///
    /// Everybody's counters stand in the index and the tally, though only strangers' are looked for there: a known name must dirty as
    /// many pages as an unknown one, since the disk takes longer for more of them (attack C1).
    static let counters = Step(
        name: "0005 counters",
        sql: """
            CREATE TABLE counters (
                subject BLOB NOT NULL,
                kind INTEGER NOT NULL,
                count INTEGER NOT NULL CHECK (count >= 0),
                first_at INTEGER NOT NULL,
                last_at INTEGER NOT NULL,
                blocked_until INTEGER,
                blocks INTEGER NOT NULL CHECK (blocks >= 0),
                is_pending INTEGER NOT NULL CHECK (is_pending IN (0, 1)),
                recent BLOB NOT NULL,
                PRIMARY KEY (subject, kind)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX counters_pending ON counters (subject) WHERE is_pending = 1;
            CREATE INDEX counters_by_last ON counters ((subject >= x'02' AND subject < x'03'), last_at);

            CREATE TABLE counter_tally (
                is_stranger INTEGER PRIMARY KEY CHECK (is_stranger IN (0, 1)),
                count INTEGER NOT NULL CHECK (count >= 0)
            ) STRICT;
            INSERT INTO counter_tally (is_stranger, count) VALUES (0, 0), (1, 0);
            CREATE TRIGGER counters_came AFTER INSERT ON counters
            BEGIN
                UPDATE counter_tally SET count = count + 1
                WHERE is_stranger = (new.subject >= x'02' AND new.subject < x'03');
            END;
            CREATE TRIGGER counters_went AFTER DELETE ON counters
            BEGIN
                UPDATE counter_tally SET count = count - 1
                WHERE is_stranger = (old.subject >= x'02' AND old.subject < x'03');
            END;
            """)
}
