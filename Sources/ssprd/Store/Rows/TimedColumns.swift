import SSPRDomain
import SSPRVocabulary

/// How a stored time goes with a jump of the wall clock; every column that holds one has its line here.
struct TimedColumn {
    enum Meaning {
        /// Ends something that gives a right: never later than without the jump.
        case life
        /// Ends something that takes one away: never earlier than without the jump.
        case wait
        /// From then on a wait or a window is counted: as far away as before.
        case mark
        /// When something happened: stays as people saw it.
        case moment
        /// Since when, or until when, something was so: stays too, but is never in the future.
        case bound
    }

    let table: String
    let name: String
    let meaning: Meaning

    static let all: [TimedColumn] =
        of("recoveries", .life, "expires_at") + of("recoveries", .moment, "begun_at")
        + of("codes", .life, "expires_at") + of("codes", .mark, "sent_at")
        + of("approvals", .life, "expires_at") + of("approvals", .mark, "asked_at")
        + of("registrations", .life, "expires_at")
        + of("enrolments", .life, "expires_at") + of("enrolments", .mark, "begun_at")
        + of("passes", .life, "expires_at")
        + of("undos", .life, "expires_at") + of("undos", .mark, "changed_at")
        + of("counters", .wait, "blocked_until") + of("counters", .mark, "first_at", "last_at")
        + of("methods", .wait, "usable_from") + of("methods", .moment, "confirmed_at", "reviewed_at")
        + of("deliveries", .life, "expires_at") + of("deliveries", .wait, "due_at", "leased_until")
        + of("deliveries", .moment, "queued_at")
        + of("traces", .life, "expires_at") + of("traces", .moment, "queued_at", "taken_at", "settled_at")
        + of("accounts", .moment, "added_at", "registered_at") + of("groups", .moment, "added_at")
        + of("reviews", .moment, "oldest_look", "reminded_at") + of("intents", .moment, "ordered_at")
        + of("reset_notes", .mark, "happened_at")
        + of("questions", .moment, "added_at", "retired_at")
        + of("policy_versions", .moment, "applied_at", "effective_at", "cancelled_at")
        + of("recorded", .moment, "set_back_from") + of("unrecorded", .moment, "passed_at", "known_from")
        + (["recorded", "configured_policies", "policy_versions"] + PastTable.all.map(\.name)).flatMap {
            of($0, .bound, "since")
        }
        + PastTable.all.flatMap { of("\($0.name)_past", .bound, "since", "ended_at") }
        + of("groups_past", .moment, "added_at") + of("methods_past", .moment, "confirmed_at", "usable_from")
        + of("passes_past", .moment, "expires_at")
        + of("counters_past", .moment, "last_at", "blocked_until")

    private static func of(_ table: String, _ meaning: Meaning, _ names: String...) -> [TimedColumn] {
        names.map { TimedColumn(table: table, name: $0, meaning: meaning) }
    }

    /// The statement that moves the column with a jump: by or to how many milliseconds, in rows after which moment; nil when it stays.
    ///
    /// What was over before the jump, and would be over after it, is left alone.
    func move(with jump: ClockJump) -> (sql: String, value: Int64, after: Timestamp)? {
        let earliest = Timestamp(milliseconds: .min)
        let after: Timestamp
        switch meaning {
        case .life where jump.isBack: after = jump.to
        case .wait: after = jump.earlier
        case .mark: after = earliest
        case .bound where jump.isBack:
            return ("UPDATE \(table) SET \(name) = ? WHERE \(name) > ?", jump.to.milliseconds, jump.to)
        case .life, .moment, .bound: return nil
        }
        return ("UPDATE \(table) SET \(name) = \(name) + ? WHERE \(name) > ?", jump.distance.milliseconds, after)
    }
}
