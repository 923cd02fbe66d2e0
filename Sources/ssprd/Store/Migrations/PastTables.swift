extension Migrations {
    /// What decides whether somebody can recover, as it was before: rows that were changed or removed, with the moment of it.
    ///
    /// Only what is no more so is kept, so bringing accounts in writes nothing here. Triggers keep it, and no statement can forget to;
    /// `moment()` is the moment of the change under way, and `since` the one in which a row came. Of several changes in one moment the
    /// first is kept: what was so in between never was. No address, number, key or code is kept (decision 35).
    ///
    /// Three mistakes are the least that block (`Throttle.wrongProofs`): below, when the last one was decides nothing.
    ///
    /// A stranger's counter is kept and removed again: a known name must dirty as many pages as an unknown one (attack C1).
    static let past = Step(
        name: "0029 past",
        sql: """
            CREATE TABLE recorded (
                only INTEGER PRIMARY KEY CHECK (only = 1),
                since INTEGER NOT NULL,
                set_back_from INTEGER
            ) STRICT;
            INSERT INTO recorded (only, since) VALUES (1, moment());
            CREATE TABLE unrecorded (
                number INTEGER PRIMARY KEY,
                passed_at INTEGER NOT NULL,
                known_from INTEGER NOT NULL
            ) STRICT;

            ALTER TABLE accounts ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE methods ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE groups ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE group_members ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE plans ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE plan_accounts ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE plan_groups ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE passes ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE counters ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE policy_versions ADD COLUMN since INTEGER NOT NULL DEFAULT 0;

            CREATE TABLE accounts_past (
                number INTEGER PRIMARY KEY,
                since INTEGER NOT NULL,
                ended_at INTEGER NOT NULL,
                id INTEGER NOT NULL,
                name TEXT NOT NULL,
                role TEXT NOT NULL,
                is_enabled INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX accounts_past_by_key ON accounts_past (id, ended_at, number);
            CREATE INDEX accounts_past_by_name ON accounts_past (name, ended_at);
            CREATE TRIGGER accounts_kept_at_change AFTER UPDATE OF name, role, is_enabled ON accounts
            WHEN (old.name, old.role, old.is_enabled) <> (new.name, new.role, new.is_enabled)
                AND NOT EXISTS (SELECT 1 FROM accounts_past WHERE id = old.id AND ended_at = moment())
            BEGIN
                INSERT INTO accounts_past (since, ended_at, id, name, role, is_enabled)
                VALUES (old.since, moment(), old.id, old.name, old.role, old.is_enabled);
            END;
            CREATE TRIGGER accounts_kept_at_end AFTER DELETE ON accounts
            WHEN NOT EXISTS (SELECT 1 FROM accounts_past WHERE id = old.id AND ended_at = moment())
            BEGIN
                INSERT INTO accounts_past (since, ended_at, id, name, role, is_enabled)
                VALUES (old.since, moment(), old.id, old.name, old.role, old.is_enabled);
            END;

            CREATE TABLE methods_past (
                number INTEGER PRIMARY KEY,
                since INTEGER NOT NULL,
                ended_at INTEGER NOT NULL,
                account INTEGER NOT NULL,
                id INTEGER NOT NULL,
                kind TEXT NOT NULL,
                confirmed_at INTEGER NOT NULL,
                usable_from INTEGER NOT NULL,
                is_disabled INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX methods_past_by_key ON methods_past (account, id, ended_at, number);
            CREATE TRIGGER methods_kept_at_change AFTER UPDATE OF kind, usable_from, is_disabled ON methods
            WHEN (old.kind, old.usable_from, old.is_disabled) <> (new.kind, new.usable_from, new.is_disabled)
                AND NOT EXISTS (
                    SELECT 1 FROM methods_past WHERE account = old.account AND id = old.id AND ended_at = moment())
            BEGIN
                INSERT INTO methods_past (since, ended_at, account, id, kind, confirmed_at, usable_from, is_disabled)
                VALUES (old.since, moment(), old.account, old.id, old.kind, old.confirmed_at, old.usable_from, old.is_disabled);
            END;
            CREATE TRIGGER methods_kept_at_end AFTER DELETE ON methods
            WHEN NOT EXISTS (
                    SELECT 1 FROM methods_past WHERE account = old.account AND id = old.id AND ended_at = moment())
            BEGIN
                INSERT INTO methods_past (since, ended_at, account, id, kind, confirmed_at, usable_from, is_disabled)
                VALUES (old.since, moment(), old.account, old.id, old.kind, old.confirmed_at, old.usable_from, old.is_disabled);
            END;

            CREATE TABLE groups_past (
                number INTEGER PRIMARY KEY,
                since INTEGER NOT NULL,
                ended_at INTEGER NOT NULL,
                id INTEGER NOT NULL,
                name TEXT NOT NULL,
                added_at INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX groups_past_by_key ON groups_past (id, ended_at, number);
            CREATE TRIGGER groups_kept_at_end AFTER DELETE ON groups
            WHEN NOT EXISTS (SELECT 1 FROM groups_past WHERE id = old.id AND ended_at = moment())
            BEGIN
                INSERT INTO groups_past (since, ended_at, id, name, added_at)
                VALUES (old.since, moment(), old.id, old.name, old.added_at);
            END;

            CREATE TABLE group_members_past (
                number INTEGER PRIMARY KEY,
                since INTEGER NOT NULL,
                ended_at INTEGER NOT NULL,
                account INTEGER NOT NULL,
                group_id INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX group_members_past_by_key ON group_members_past (account, group_id, ended_at, number);
            CREATE TRIGGER group_members_kept_at_end AFTER DELETE ON group_members
            WHEN NOT EXISTS (
                    SELECT 1 FROM group_members_past WHERE account = old.account AND group_id = old.group_id AND ended_at = moment())
            BEGIN
                INSERT INTO group_members_past (since, ended_at, account, group_id)
                VALUES (old.since, moment(), old.account, old.group_id);
            END;

            CREATE TABLE plans_past (
                number INTEGER PRIMARY KEY,
                since INTEGER NOT NULL,
                ended_at INTEGER NOT NULL,
                id INTEGER NOT NULL,
                is_for_everyone INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX plans_past_by_key ON plans_past (id, ended_at, number);
            CREATE TRIGGER plans_kept_at_change AFTER UPDATE OF is_for_everyone ON plans
            WHEN old.is_for_everyone <> new.is_for_everyone
                AND NOT EXISTS (SELECT 1 FROM plans_past WHERE id = old.id AND ended_at = moment())
            BEGIN
                INSERT INTO plans_past (since, ended_at, id, is_for_everyone)
                VALUES (old.since, moment(), old.id, old.is_for_everyone);
            END;

            CREATE TABLE plan_accounts_past (
                number INTEGER PRIMARY KEY,
                since INTEGER NOT NULL,
                ended_at INTEGER NOT NULL,
                account INTEGER NOT NULL,
                plan INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX plan_accounts_past_by_key ON plan_accounts_past (account, plan, ended_at, number);
            CREATE TRIGGER plan_accounts_kept_at_end AFTER DELETE ON plan_accounts
            WHEN NOT EXISTS (
                    SELECT 1 FROM plan_accounts_past WHERE account = old.account AND plan = old.plan AND ended_at = moment())
            BEGIN
                INSERT INTO plan_accounts_past (since, ended_at, account, plan)
                VALUES (old.since, moment(), old.account, old.plan);
            END;

            CREATE TABLE plan_groups_past (
                number INTEGER PRIMARY KEY,
                since INTEGER NOT NULL,
                ended_at INTEGER NOT NULL,
                group_id INTEGER NOT NULL,
                plan INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX plan_groups_past_by_key ON plan_groups_past (group_id, plan, ended_at, number);
            CREATE TRIGGER plan_groups_kept_at_end AFTER DELETE ON plan_groups
            WHEN NOT EXISTS (
                    SELECT 1 FROM plan_groups_past WHERE group_id = old.group_id AND plan = old.plan AND ended_at = moment())
            BEGIN
                INSERT INTO plan_groups_past (since, ended_at, group_id, plan)
                VALUES (old.since, moment(), old.group_id, old.plan);
            END;

            CREATE TABLE passes_past (
                number INTEGER PRIMARY KEY,
                since INTEGER NOT NULL,
                ended_at INTEGER NOT NULL,
                account INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                is_spent INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX passes_past_by_key ON passes_past (account, ended_at, number);
            CREATE TRIGGER passes_kept_at_change AFTER UPDATE OF expires_at, is_spent ON passes
            WHEN (old.expires_at, old.is_spent) <> (new.expires_at, new.is_spent)
                AND NOT EXISTS (SELECT 1 FROM passes_past WHERE account = old.account AND ended_at = moment())
            BEGIN
                INSERT INTO passes_past (since, ended_at, account, expires_at, is_spent)
                VALUES (old.since, moment(), old.account, old.expires_at, old.is_spent);
            END;
            CREATE TRIGGER passes_kept_at_end AFTER DELETE ON passes
            WHEN NOT EXISTS (SELECT 1 FROM passes_past WHERE account = old.account AND ended_at = moment())
            BEGIN
                INSERT INTO passes_past (since, ended_at, account, expires_at, is_spent)
                VALUES (old.since, moment(), old.account, old.expires_at, old.is_spent);
            END;

            CREATE TABLE counters_past (
                number INTEGER PRIMARY KEY,
                since INTEGER NOT NULL,
                ended_at INTEGER NOT NULL,
                subject BLOB NOT NULL,
                kind INTEGER NOT NULL,
                count INTEGER NOT NULL,
                last_at INTEGER NOT NULL,
                blocked_until INTEGER
            ) STRICT;
            CREATE INDEX counters_past_by_key ON counters_past (subject, kind, ended_at, number);
            CREATE TRIGGER counters_kept_at_change AFTER UPDATE OF count, blocked_until, last_at ON counters
            WHEN old.kind = 2 AND ((old.count, old.blocked_until) IS NOT (new.count, new.blocked_until)
                    OR (old.count >= 3 AND old.last_at <> new.last_at))
                AND NOT EXISTS (
                    SELECT 1 FROM counters_past WHERE subject = old.subject AND kind = old.kind AND ended_at = moment())
            BEGIN
                INSERT INTO counters_past (since, ended_at, subject, kind, count, last_at, blocked_until)
                VALUES (old.since, moment(), old.subject, old.kind, old.count, old.last_at, old.blocked_until);
                DELETE FROM counters_past
                WHERE subject = old.subject AND kind = old.kind AND old.subject >= x'02' AND old.subject < x'03';
            END;
            CREATE TRIGGER counters_kept_at_end AFTER DELETE ON counters
            WHEN old.kind = 2
                AND NOT EXISTS (
                    SELECT 1 FROM counters_past WHERE subject = old.subject AND kind = old.kind AND ended_at = moment())
            BEGIN
                INSERT INTO counters_past (since, ended_at, subject, kind, count, last_at, blocked_until)
                VALUES (old.since, moment(), old.subject, old.kind, old.count, old.last_at, old.blocked_until);
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
