public import SSPRVocabulary

/// What the trail is told of a configuration file that was read again (decision 32).
public struct Configurations: Sendable {
    let world: Surroundings
    let notices: Notices

    /// Who asks when nobody calls: the daemon, at the service manager's signal.
    public var daemon: EventActor { world.daemon }

    /// Writes down that this house's configuration takes the place of another one, and what it changes, in one transaction.
    ///
    /// Global administrators are told when the policy in force is another one now. Throws what the store throws: then the old one stays.
    public func record(_ changes: [PolicyChange], after former: House, by actor: EventActor) throws {
        try world.commit { tx in
            try tx.append(AuditEvent(.configurationReloaded, .succeeded, at: world.now, by: actor))
            try world.writeDownConfiguredPolicy(tx)
            for change in changes {
                try tx.append(
                    AuditEvent(.configurationChanged, .succeeded, at: world.now, by: actor, change: change))
            }
            if try former.configurations.world.policy(in: tx) != world.policy(in: tx) { try notices.tellOfPolicy(tx) }
        }
        world.bell.ring(.deliveries)
    }

    /// Writes down that a configuration was refused, and nothing has changed.
    public func recordRefusal(_ reason: EventReason, by actor: EventActor) throws {
        try world.commit {
            try $0.append(AuditEvent(.configurationReloaded, .refused, at: world.now, by: actor, reason: reason))
        }
    }
}
