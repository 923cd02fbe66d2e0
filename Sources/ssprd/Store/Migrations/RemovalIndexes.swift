extension Migrations {
    /// What a removed account leaves behind is found without reading what others have: everybody's orders, everybody's plans.
    static let removal = Step(
        name: "0018 removal",
        sql: """
            CREATE INDEX intents_of_account ON intents (account);
            CREATE INDEX plans_of_account ON plan_accounts (account);
            """)
}
