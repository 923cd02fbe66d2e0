import SSPRVocabulary

/// Settles what a crash has left half done, before the first call is answered.
public struct StartUp: Sendable {
    let world: Surroundings
    let setter: PasswordSetter

    /// What was found.
    public struct Findings: Sendable, Equatable {
        /// Attempts that were charged but never settled: they stay charged.
        public let pendingAttempts: Int
        /// Write-back orders whose outcome nobody knows.
        public let uncertainOrders: Int
    }

    /// Charges stay, open intents become "unknown" and their owners are told (decision 0013).
    public func settle() throws -> Findings {
        try world.commit { tx in
            let pending = try tx.settlePendingCounters()
            let open = try tx.openIntents()
            for var intent in open {
                intent.outcome = .unknown
                try tx.update(intent)
                guard let account = try tx.account(intent.account) else { continue }
                try setter.leaveUncertain(
                    tx, account, recovery: intent.recovery, intent.operation, because: .crashed, by: world.daemon)
                try tx.append(
                    AuditEvent(
                        .writebackSettled, .unknown, at: world.now, by: world.daemon, account: account.name,
                        recovery: intent.recovery, reason: .crashed, target: intent.target))
            }
            try tx.append(AuditEvent(.daemonStarted, .succeeded, at: world.now, by: world.daemon))
            return Findings(pendingAttempts: pending, uncertainOrders: open.count)
        }
    }

    /// Leaves the last record of an orderly end.
    public func leave() throws {
        try world.commit { try $0.append(AuditEvent(.daemonStopped, .succeeded, at: world.now, by: world.daemon)) }
    }
}
