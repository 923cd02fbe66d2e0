import GRDB

/// The steps from an empty file to the schema of this release.
///
/// Append only: a step that was released is never edited, renamed or moved, and its name is never used again. Every step is one
/// transaction, so a crash leaves the schema before or after it (invariant I18).
enum Migrations {
    /// One named step.
    struct Step: Sendable {
        /// Stored in the file when the step is done.
        let name: String
        /// What it does.
        let sql: String
    }

    /// All steps in their order; one file for each family.
    static let all = [
        accounts, methods, writebacks, recoveries, counters, outbox, audit, channels, approvals, passes,
        languages, wakeUps, traces, reviews, questions, history, groups, removal, undos, policies,
        policyScopes, policyTimes, endings, digests, clock, past,
    ]

    /// Runs the steps that the file has not seen.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for step in all {
            migrator.registerMigration(step.name, foreignKeyChecks: .immediate) { database in
                try database.execute(sql: step.sql)
            }
        }
        return migrator
    }
}
