import SSPRProtocol
import SSPRVocabulary

extension ApprovalQuestion {
    /// For programs, with the names of the wire; times are milliseconds since 1970.
    var json: JSONText {
        .object([
            ("id", .unsigned(id.number)), ("account", .text(account.text)), ("host", .text(host.text)),
            ("purpose", .text(purpose.rawValue)), ("peer", .unsigned(UInt64(peer))),
            ("askedAt", .integer(askedAt.milliseconds)), ("expiresAt", .integer(expiresAt.milliseconds)),
        ])
    }
}
