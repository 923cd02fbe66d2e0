import SSPRDomain
import SSPRVocabulary

private enum SQL {
    static let codes = "UPDATE codes SET is_spent = 1 WHERE is_spent = 0"
    static let registrations = "DELETE FROM registrations"
    static let approvals = "UPDATE approvals SET state = ? WHERE state IN (?, ?)"
    static let passes = "UPDATE passes SET is_spent = 1 WHERE is_spent = 0"
    static let undos = "DELETE FROM undos"
    static let floors = "UPDATE methods SET floor = ? WHERE kind = ? AND floor < ?"
    static let messages = "UPDATE deliveries SET expires_at = ?, leased_until = NULL WHERE kind = ? AND expires_at > ?"
}

extension SQLiteTransaction {
    func voidWhatMayBeUsedUp(appCodesFrom step: UInt64, now: Timestamp) throws {
        try connection.run(SQL.codes)
        try connection.run(SQL.registrations)
        try connection.run(SQL.approvals, ApprovalState.refused, ApprovalState.open, ApprovalState.approved)
        try connection.run(SQL.passes)
        try connection.run(SQL.undos)
        try connection.run(SQL.floors, step - min(1, step), MethodKind.totp, step - min(1, step))
        for kind in MessageKind.allCases where kind.carriesCode {
            try connection.run(SQL.messages, now, kind, now)
        }
    }
}
