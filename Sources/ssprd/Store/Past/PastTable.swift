import SSPRVocabulary

/// A table of which former rows are kept beside it (`0029 past`), and what it held at a moment.
struct PastTable {
    let name: String
    /// What tells one row from the others.
    let key: [String]
    /// What is kept besides.
    var kept: [String] = []
    /// What statements read besides that, and what they find there: none of it decides who can recover.
    var blank: [(column: String, value: String)] = []
    /// Which of its rows are kept.
    var condition = "1"

    /// Makes every statement on a connection that names the table find what it held at a moment.
    ///
    /// Temporary objects come first where a statement names no schema. A row is found as it was before the first change after that
    /// moment, or as it is where there was none; a row that came later is not. The former rows of one row are ordered by their end, and
    /// an index finds the first of them after a moment: it does not matter how many there are.
    func view(asOf moment: Timestamp) -> String {
        let at = moment.milliseconds
        let columns = (key + kept + blank.map { "\($0.value) AS \($0.column)" }).joined(separator: ", ")
        func same(_ other: String, _ one: String) -> String {
            key.map { "\(other).\($0) = \(one).\($0)" }.joined(separator: " AND ")
        }
        return """
            CREATE TEMP VIEW \(name) AS
            SELECT \(columns) FROM main.\(name) AS present
            WHERE since <= \(at) AND \(condition) AND NOT EXISTS (
                SELECT 1 FROM main.\(name)_past AS later
                WHERE \(same("later", "present")) AND later.ended_at > \(at))
            UNION ALL
            SELECT \(columns) FROM main.\(name)_past AS past
            WHERE since <= \(at) AND ended_at > \(at) AND NOT EXISTS (
                SELECT 1 FROM main.\(name)_past AS sooner
                WHERE \(same("sooner", "past")) AND sooner.ended_at > \(at)
                AND (sooner.ended_at, sooner.number) < (past.ended_at, past.number))
            """
    }

    static let all = [
        PastTable(
            name: "accounts", key: ["id"], kept: ["name", "role", "is_enabled"],
            blank: [
                ("uid", "NULL"), ("target", "NULL"), ("added_at", "0"), ("registered_at", "NULL"), ("language", "NULL"),
            ]),
        PastTable(
            name: "methods", key: ["account", "id"], kept: ["kind", "confirmed_at", "usable_from", "is_disabled"],
            blank: [
                ("payload_key", "0"), ("payload", "x''"), ("floor", "0"), ("reviewed_at", "NULL"),
                ("is_prefilled", "0"),
            ]),
        PastTable(name: "groups", key: ["id"], kept: ["name", "added_at"]),
        PastTable(name: "group_members", key: ["account", "group_id"]),
        PastTable(name: "plans", key: ["id"], kept: ["is_for_everyone"]),
        PastTable(name: "plan_accounts", key: ["account", "plan"]),
        PastTable(name: "plan_groups", key: ["group_id", "plan"]),
        PastTable(
            name: "passes", key: ["account"], kept: ["expires_at", "is_spent"],
            blank: [("code", "x''"), ("recovery", "NULL")]),
        PastTable(
            name: "counters", key: ["subject", "kind"], kept: ["count", "last_at", "blocked_until"],
            blank: [("first_at", "last_at"), ("blocks", "0"), ("is_pending", "0"), ("recent", "x''")],
            condition: "kind = 2"),
    ]

    /// What follows from those: seats are kept as a count of ways, and the ways are what is known of the past.
    static func following(asOf moment: Timestamp) -> [String] {
        [
            """
            CREATE TEMP VIEW seats AS
            SELECT account, plan, 1 AS ways FROM temp.plan_accounts
            UNION ALL
            SELECT account, plan, 1 AS ways FROM temp.group_members JOIN temp.plan_groups USING (group_id)
            """,
            """
            CREATE TEMP VIEW policy_versions AS
            SELECT * FROM main.policy_versions WHERE since <= \(moment.milliseconds)
            """,
        ]
    }
}
