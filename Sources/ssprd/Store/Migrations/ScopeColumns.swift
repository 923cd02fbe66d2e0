extension Migrations {
    /// The groups whose sections of the policy counted when a recovery or a registration began; none of those that run (an empty list).
    static let policyScopes = Step(
        name: "0022 policy scopes",
        sql: """
            ALTER TABLE recoveries ADD COLUMN scopes BLOB NOT NULL DEFAULT x'80';
            ALTER TABLE registrations ADD COLUMN scopes BLOB NOT NULL DEFAULT x'80';
            """)
}
