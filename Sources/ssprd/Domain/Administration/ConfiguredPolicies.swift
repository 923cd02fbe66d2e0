import SSPRVocabulary

// What the configuration file says of the policy is written down when it changes: for telling later what was so (decision 35).

extension Policy {
    /// What decides who can recover, and everything else that has a field.
    func configured(since moment: Timestamp) -> ConfiguredPolicyRow {
        ConfiguredPolicyRow(
            since: moment,
            values: Dictionary(uniqueKeysWithValues: PolicyField.all.map { ($0.name, $0.read(self)) }),
            enablement: enablement)
    }

    /// What was configured once.
    ///
    /// A field that came later has its default, and one that this release does not have decides nothing any more.
    init(_ configured: ConfiguredPolicyRow) {
        self.init()
        for field in PolicyField.all {
            if let value = configured.values[field.name] { _ = field.write(&self, value) }
        }
        enablement = configured.enablement
    }
}

extension Surroundings {
    /// Writes down what the configuration file says, where that is not what was written down last.
    func writeDownConfiguredPolicy(_ tx: any Transaction) throws {
        let configured = policies.configured.configured(since: now)
        let last = try tx.newestConfiguredPolicy()
        guard last?.values != configured.values || last?.enablement != configured.enablement else { return }
        try tx.insert(configured)
    }
}
