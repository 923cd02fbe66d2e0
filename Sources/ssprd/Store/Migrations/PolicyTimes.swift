extension Migrations {
    /// From when a version of the policy holds (null: since it was applied), and when it was cancelled before that.
    static let policyTimes = Step(
        name: "0023 policy times",
        sql: """
            ALTER TABLE policy_versions ADD COLUMN effective_at INTEGER;
            ALTER TABLE policy_versions ADD COLUMN cancelled_at INTEGER;
            CREATE INDEX policy_versions_by_time ON policy_versions (effective_at)
                WHERE effective_at IS NOT NULL AND cancelled_at IS NULL;
            """)
}
