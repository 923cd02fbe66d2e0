extension Migrations {
    /// What decides whether somebody can recover, as it was before: rows that were changed or removed, with the moment of it.
    ///
    /// Only what is no more so is kept, so bringing accounts in writes nothing here. Triggers keep it, and no statement can forget to;
    /// `moment()` is the moment of the change under way. No address, number, key or code is kept (decision 35).
    ///
    /// A stranger's counter is kept and removed again: a known name must dirty as many pages as an unknown one (attack C1).
    static let past = Step(
        name: "0029 past",
        sql: """
            CREATE TABLE recorded (
                only INTEGER PRIMARY KEY CHECK (only = 1),
                since INTEGER NOT NULL
            ) STRICT;
            INSERT INTO recorded (only, since) VALUES (1, moment());

            ALTER TABLE group_members ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE plans ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE plan_accounts ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE plan_groups ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE passes ADD COLUMN since INTEGER NOT NULL DEFAULT 0;

            CREATE TABLE accounts_past (
                number INTEGER PRIMARY KEY,
                ended_at INTEGER NOT NULL,
                id INTEGER NOT NULL,
                name TEXT NOT NULL,
                role TEXT NOT NULL,
                is_enabled INTEGER NOT NULL,
                added_at INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX accounts_past_by_id ON accounts_past (id, number);
            CREATE INDEX accounts_past_by_name ON accounts_past (name, number);
            CREATE TRIGGER accounts_changed AFTER UPDATE OF name, role, is_enabled ON accounts
            WHEN (old.name, old.role, old.is_enabled) <> (new.name, new.role, new.is_enabled)
            BEGIN
                INSERT INTO accounts_past (ended_at, id, name, role, is_enabled, added_at)
                VALUES (moment(), old.id, old.name, old.role, old.is_enabled, old.added_at);
            END;
            CREATE TRIGGER accounts_went AFTER DELETE ON accounts
            BEGIN
                INSERT INTO accounts_past (ended_at, id, name, role, is_enabled, added_at)
                VALUES (moment(), old.id, old.name, old.role, old.is_enabled, old.added_at);
            END;

            CREATE TABLE methods_past (
                number INTEGER PRIMARY KEY,
                ended_at INTEGER NOT NULL,
                id INTEGER NOT NULL,
                account INTEGER NOT NULL,
                kind TEXT NOT NULL,
                confirmed_at INTEGER NOT NULL,
                usable_from INTEGER NOT NULL,
                is_disabled INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX methods_past_by_id ON methods_past (id, number);
            CREATE INDEX methods_past_of_account ON methods_past (account, number);
            CREATE TRIGGER methods_changed AFTER UPDATE OF kind, usable_from, is_disabled ON methods
            WHEN (old.kind, old.usable_from, old.is_disabled) <> (new.kind, new.usable_from, new.is_disabled)
            BEGIN
                INSERT INTO methods_past (ended_at, id, account, kind, confirmed_at, usable_from, is_disabled)
                VALUES (moment(), old.id, old.account, old.kind, old.confirmed_at, old.usable_from, old.is_disabled);
            END;
            CREATE TRIGGER methods_went AFTER DELETE ON methods
            BEGIN
                INSERT INTO methods_past (ended_at, id, account, kind, confirmed_at, usable_from, is_disabled)
                VALUES (moment(), old.id, old.account, old.kind, old.confirmed_at, old.usable_from, old.is_disabled);
            END;

            CREATE TABLE groups_past (
                number INTEGER PRIMARY KEY,
                ended_at INTEGER NOT NULL,
                id INTEGER NOT NULL,
                name TEXT NOT NULL,
                added_at INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX groups_past_by_id ON groups_past (id, number);
            CREATE TRIGGER groups_went AFTER DELETE ON groups
            BEGIN
                INSERT INTO groups_past (ended_at, id, name, added_at)
                VALUES (moment(), old.id, old.name, old.added_at);
            END;

            CREATE TABLE group_members_past (
                number INTEGER PRIMARY KEY,
                ended_at INTEGER NOT NULL,
                group_id INTEGER NOT NULL,
                account INTEGER NOT NULL,
                since INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX group_members_past_of_account ON group_members_past (account, group_id, number);
            CREATE TRIGGER group_members_left AFTER DELETE ON group_members
            BEGIN
                INSERT INTO group_members_past (ended_at, group_id, account, since)
                VALUES (moment(), old.group_id, old.account, old.since);
            END;

            CREATE TABLE plans_past (
                number INTEGER PRIMARY KEY,
                ended_at INTEGER NOT NULL,
                id INTEGER NOT NULL,
                is_for_everyone INTEGER NOT NULL,
                since INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX plans_past_by_id ON plans_past (id, number);
            CREATE TRIGGER plans_changed AFTER UPDATE OF is_for_everyone ON plans
            WHEN old.is_for_everyone <> new.is_for_everyone
            BEGIN
                INSERT INTO plans_past (ended_at, id, is_for_everyone, since)
                VALUES (moment(), old.id, old.is_for_everyone, old.since);
            END;

            CREATE TABLE plan_accounts_past (
                number INTEGER PRIMARY KEY,
                ended_at INTEGER NOT NULL,
                plan INTEGER NOT NULL,
                account INTEGER NOT NULL,
                since INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX plan_accounts_past_of_account ON plan_accounts_past (account, plan, number);
            CREATE TRIGGER plan_accounts_left AFTER DELETE ON plan_accounts
            BEGIN
                INSERT INTO plan_accounts_past (ended_at, plan, account, since)
                VALUES (moment(), old.plan, old.account, old.since);
            END;

            CREATE TABLE plan_groups_past (
                number INTEGER PRIMARY KEY,
                ended_at INTEGER NOT NULL,
                plan INTEGER NOT NULL,
                group_id INTEGER NOT NULL,
                since INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX plan_groups_past_of_group ON plan_groups_past (group_id, plan, number);
            CREATE TRIGGER plan_groups_left AFTER DELETE ON plan_groups
            BEGIN
                INSERT INTO plan_groups_past (ended_at, plan, group_id, since)
                VALUES (moment(), old.plan, old.group_id, old.since);
            END;

            CREATE TABLE passes_past (
                number INTEGER PRIMARY KEY,
                ended_at INTEGER NOT NULL,
                account INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                is_spent INTEGER NOT NULL,
                since INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX passes_past_of_account ON passes_past (account, number);
            CREATE TRIGGER passes_changed AFTER UPDATE OF expires_at, is_spent ON passes
            WHEN (old.expires_at, old.is_spent) <> (new.expires_at, new.is_spent)
            BEGIN
                INSERT INTO passes_past (ended_at, account, expires_at, is_spent, since)
                VALUES (moment(), old.account, old.expires_at, old.is_spent, old.since);
            END;
            CREATE TRIGGER passes_went AFTER DELETE ON passes
            BEGIN
                INSERT INTO passes_past (ended_at, account, expires_at, is_spent, since)
                VALUES (moment(), old.account, old.expires_at, old.is_spent, old.since);
            END;

            CREATE TABLE counters_past (
                number INTEGER PRIMARY KEY,
                ended_at INTEGER NOT NULL,
                subject BLOB NOT NULL,
                kind INTEGER NOT NULL,
                count INTEGER NOT NULL,
                first_at INTEGER NOT NULL,
                last_at INTEGER NOT NULL,
                blocked_until INTEGER
            ) STRICT;
            CREATE INDEX counters_past_of_subject ON counters_past (subject, kind, number);
            CREATE TRIGGER counters_changed AFTER UPDATE OF count, first_at, last_at, blocked_until ON counters
            WHEN old.kind = 2 AND (old.count, old.first_at, old.last_at, old.blocked_until)
                IS NOT (new.count, new.first_at, new.last_at, new.blocked_until)
            BEGIN
                INSERT INTO counters_past (ended_at, subject, kind, count, first_at, last_at, blocked_until)
                VALUES (moment(), old.subject, old.kind, old.count, old.first_at, old.last_at, old.blocked_until);
                DELETE FROM counters_past
                WHERE subject = old.subject AND kind = old.kind AND old.subject >= x'02' AND old.subject < x'03';
            END;
            CREATE TRIGGER counters_left AFTER DELETE ON counters WHEN old.kind = 2
            BEGIN
                INSERT INTO counters_past (ended_at, subject, kind, count, first_at, last_at, blocked_until)
                VALUES (moment(), old.subject, old.kind, old.count, old.first_at, old.last_at, old.blocked_until);
                DELETE FROM counters_past
                WHERE subject = old.subject AND kind = old.kind AND old.subject >= x'02' AND old.subject < x'03';
            END;

            CREATE TABLE configured_policies (
                number INTEGER PRIMARY KEY,
                since INTEGER NOT NULL,
                fields BLOB NOT NULL,
                enablement TEXT NOT NULL,
                include BLOB,
                exclude BLOB NOT NULL
            ) STRICT;
            """)
}
