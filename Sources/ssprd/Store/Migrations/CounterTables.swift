extension Migrations {
    /// Counters, and how many of them are strangers': that number is asked for at every new one, so it is kept and not counted.
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
            CREATE INDEX counters_of_strangers ON counters (last_at) WHERE subject >= x'02' AND subject < x'03';

            CREATE TABLE stranger_tally (
                only INTEGER PRIMARY KEY CHECK (only = 1),
                count INTEGER NOT NULL CHECK (count >= 0)
            ) STRICT;
            INSERT INTO stranger_tally (only, count) VALUES (1, 0);
            CREATE TRIGGER counters_stranger_came AFTER INSERT ON counters
            WHEN new.subject >= x'02' AND new.subject < x'03'
            BEGIN UPDATE stranger_tally SET count = count + 1; END;
            CREATE TRIGGER counters_stranger_went AFTER DELETE ON counters
            WHEN old.subject >= x'02' AND old.subject < x'03'
            BEGIN UPDATE stranger_tally SET count = count - 1; END;
            """)
}
