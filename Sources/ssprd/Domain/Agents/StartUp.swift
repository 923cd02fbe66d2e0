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
    ///
    /// In a state that is not the newest, everything that may have been used up since is void (decision 28).
    public func settle(_ provenance: StateProvenance = .newest) throws -> Findings {
        try world.commit { tx in
            if let event = event(of: provenance) {
                try setter.endings.cancelEverything(tx, because: event.reason, by: world.daemon)
                // The next step is the first whose codes nobody can have used.
                try tx.voidWhatMayBeUsedUp(appCodesFrom: AppCodeCheck(world: world).currentStep + 1, now: world.now)
                // What was so after the copy was made, and is not in it, was so nevertheless.
                try tx.record(since: world.now)
                try tx.append(event)
            }
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
            try world.writeDownConfiguredPolicy(tx)
            try tx.append(AuditEvent(.daemonStarted, .succeeded, at: world.now, by: world.daemon))
            return Findings(pendingAttempts: pending, uncertainOrders: open.count)
        }
    }

    private func event(of provenance: StateProvenance) -> AuditEvent? {
        func event(_ reason: EventReason, missing: UInt64? = nil) -> AuditEvent {
            AuditEvent(.stateRestored, .succeeded, at: world.now, by: world.daemon, reason: reason, missing: missing)
        }
        switch provenance {
        case .new, .newest: return nil
        case .older(let missing): return event(.olderState, missing: missing)
        case .foreign: return event(.foreignState)
        case .unknown: return event(.unknownState)
        }
    }

    /// Leaves the last record of an orderly end.
    public func leave() throws {
        try world.commit { try $0.append(AuditEvent(.daemonStopped, .succeeded, at: world.now, by: world.daemon)) }
    }
}
