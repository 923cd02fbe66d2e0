extension Migrations {
    /// Groups, licence plans, who has a seat of which plan, and which contacts an administrator has filled in.
    ///
    /// A seat is kept for each account that has a plan, with the number of ways by which it has it: whether somebody is licensed, and how
    /// many seats are taken, is asked at each recovery and at each new member, and must not be counted then.
    static let groups = Step(
        name: "0017 groups",
        sql: """
            CREATE TABLE groups (
                id INTEGER PRIMARY KEY CHECK (id BETWEEN 0 AND 4503599627370495),
                name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 64),
                added_at INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE group_members (
                group_id INTEGER NOT NULL REFERENCES groups (id),
                account INTEGER NOT NULL REFERENCES accounts (id),
                PRIMARY KEY (group_id, account)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX groups_of_account ON group_members (account, group_id);

            CREATE TABLE plans (
                id INTEGER PRIMARY KEY CHECK (id BETWEEN 0 AND 4503599627370495),
                name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 64),
                seats INTEGER CHECK (seats BETWEEN 0 AND 4294967295),
                is_for_everyone INTEGER NOT NULL CHECK (is_for_everyone IN (0, 1)),
                taken INTEGER NOT NULL CHECK (taken >= 0),
                CHECK (seats IS NULL OR is_for_everyone = 0)
            ) STRICT;
            CREATE TABLE plan_accounts (
                plan INTEGER NOT NULL REFERENCES plans (id),
                account INTEGER NOT NULL REFERENCES accounts (id),
                PRIMARY KEY (plan, account)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE plan_groups (
                plan INTEGER NOT NULL REFERENCES plans (id),
                group_id INTEGER NOT NULL REFERENCES groups (id),
                PRIMARY KEY (group_id, plan)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE seats (
                account INTEGER NOT NULL,
                plan INTEGER NOT NULL,
                ways INTEGER NOT NULL CHECK (ways >= 0),
                PRIMARY KEY (account, plan)
            ) STRICT, WITHOUT ROWID;
            INSERT INTO plans (id, name, seats, is_for_everyone, taken) VALUES (0, 'default', NULL, 1, 0);

            CREATE TRIGGER seats_came AFTER INSERT ON seats
            BEGIN
                UPDATE plans SET taken = taken + 1 WHERE id = new.plan;
            END;
            CREATE TRIGGER seats_went AFTER DELETE ON seats
            BEGIN
                UPDATE plans SET taken = taken - 1 WHERE id = old.plan;
            END;
            CREATE TRIGGER plan_accounts_came AFTER INSERT ON plan_accounts
            BEGIN
                INSERT INTO seats (account, plan, ways) VALUES (new.account, new.plan, 1)
                ON CONFLICT (account, plan) DO UPDATE SET ways = ways + 1;
            END;
            CREATE TRIGGER plan_accounts_went AFTER DELETE ON plan_accounts
            BEGIN
                UPDATE seats SET ways = ways - 1 WHERE account = old.account AND plan = old.plan;
                DELETE FROM seats WHERE account = old.account AND plan = old.plan AND ways = 0;
            END;
            CREATE TRIGGER group_members_came AFTER INSERT ON group_members
            BEGIN
                INSERT INTO seats (account, plan, ways)
                SELECT new.account, plan, 1 FROM plan_groups WHERE group_id = new.group_id
                ON CONFLICT (account, plan) DO UPDATE SET ways = ways + 1;
            END;
            CREATE TRIGGER group_members_went AFTER DELETE ON group_members
            BEGIN
                UPDATE seats SET ways = ways - 1 WHERE account = old.account
                AND plan IN (SELECT plan FROM plan_groups WHERE group_id = old.group_id);
                DELETE FROM seats WHERE account = old.account AND ways = 0;
            END;
            CREATE TRIGGER plan_groups_came AFTER INSERT ON plan_groups
            BEGIN
                INSERT INTO seats (account, plan, ways)
                SELECT account, new.plan, 1 FROM group_members WHERE group_id = new.group_id
                ON CONFLICT (account, plan) DO UPDATE SET ways = ways + 1;
            END;
            CREATE TRIGGER plan_groups_went AFTER DELETE ON plan_groups
            BEGIN
                UPDATE seats SET ways = ways - 1 WHERE plan = old.plan
                AND account IN (SELECT account FROM group_members WHERE group_id = old.group_id);
                DELETE FROM seats WHERE plan = old.plan AND ways = 0
                AND account IN (SELECT account FROM group_members WHERE group_id = old.group_id);
            END;

            ALTER TABLE methods ADD COLUMN is_prefilled INTEGER NOT NULL DEFAULT 0 CHECK (is_prefilled IN (0, 1));
            """)
}
