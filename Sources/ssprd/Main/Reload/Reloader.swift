import Glibc
import Logging
import SSPRDocuments
import SSPRDomain
import SSPRPlatform
import SSPRServer
import SSPRVocabulary

/// The configuration in force, and how another one takes its place: whole, or not at all (decision 32).
///
/// A configuration is one immutable value: a table of calls over a house. A call keeps the row that it was given, and with it all of that.
final class Reloader: Sendable {
    /// A configuration, the rules under it, and which one it is of this process: 0, 1, 2.
    private struct InForce: Sendable {
        let configuration: OpenConfiguration
        let house: House
        let number: Int
    }

    private let inForce: Guarded<InForce>
    private let server = Guarded<Server?>(nil)
    private let isAtWork = Guarded(false)
    private let options: ConfigurationOptions
    private let notify: ServiceNotify
    private let log: Logger

    /// Begins with the configuration of the start.
    init(
        _ configuration: OpenConfiguration, _ house: House, reading options: ConfigurationOptions,
        notify: ServiceNotify, log: Logger
    ) {
        inForce = Guarded(InForce(configuration: configuration, house: house, number: 0))
        self.options = options
        self.notify = notify
        self.log = log
    }

    /// The rules in force, for what the daemon does by itself.
    var house: House { inForce.withLock(\.house) }

    /// Makes the server with the table of the configuration in force; called once.
    func makeServer(
        room: WaitingRoom, owns: @escaping @Sendable (AccountName, UInt32) throws -> Bool
    ) throws -> Server {
        let first = inForce.withLock { $0 }
        let server = try Server(
            table: table(of: first), roles: first.configuration.values.roles, room: room, logger: log, owns: owns)
        self.server.withLock { $0 = server }
        return server
    }

    /// Reads the configuration again because the service manager says so; what is wrong with it is logged.
    func reloadAtSignal() {
        // Another reload may be under way; it may have read the file before it was changed.
        while !begin() { usleep(Self.pause) }
        defer { end() }
        tell(.reloadingNow)
        do {
            _ = try reload(by: house.configurations.daemon)
            tell(.ready)
        } catch {
            // Logged where it happened. The manager waits for this word and knows no other.
            tell(.readyAsBefore)
        }
    }

    /// Reads the configuration again for a caller who was let in under the configuration with this number.
    ///
    /// Throws `Refusal.busy` while another reload is under way, and when one came between: the caller may have lost its role by it.
    private func reload(for caller: Caller, under number: Int) throws -> [PolicyChange] {
        guard begin() else { throw Refusal.busy }
        defer { end() }
        guard inForce.withLock(\.number) == number else { throw Refusal.busy }
        return try reload(by: caller)
    }

    private func reload(by actor: EventActor) throws -> [PolicyChange] {
        let next: InForce
        let table: CallTable
        let changes: [PolicyChange]
        do {
            (next, table, changes) = try prepare(by: actor)
        } catch {
            throw refusal(for: error, by: actor)
        }
        log.notice("the configuration was read again, \(changes.count) keys have other values")
        for change in changes { log.notice("\(change.field): \(change.before) -> \(change.after)") }
        inForce.withLock { $0 = next }
        guard let server = server.withLock({ $0 }) else { preconditionFailure("nobody asks before the server is made") }
        do {
            try server.put(table, roles: next.configuration.values.roles)
        } catch {
            log.error("the configuration is in force, and not told so: \(error)")
            throw error
        }
        return changes
    }

    /// Everything that can go wrong, and the record in the trail as the last of it: nothing has changed before.
    private func prepare(by actor: EventActor) throws -> (InForce, CallTable, [PolicyChange]) {
        let old = inForce.withLock { $0 }
        let new = try OpenConfiguration(options.read())
        let changes = try ConfigurationChanges(from: old.configuration, to: new)
        guard changes.needingRestart.isEmpty else {
            throw NeedsRestart(file: options.file ?? "the defaults", changes: changes.needingRestart)
        }
        let house = old.house.under(new.values.policy, given: new.values.given, breached: new.knownPasswords)
        try house.policies.check()
        let next = InForce(configuration: new, house: house, number: old.number + 1)
        let table = try table(of: next)
        try house.configurations.record(changes.all, after: old.house, by: actor)
        return (next, table, changes.all)
    }

    private func table(of configuration: InForce) throws -> CallTable {
        let number = configuration.number
        return try CallTable.house(
            configuration.house, helpDesk: configuration.configuration.values.helpDesk, reading: PolicyText.read
        ) { try self.reload(for: $0, under: number) }
    }

    /// Logs why everything stays as it was, leaves an event, and says what a caller is told.
    private func refusal(for error: any Error, by actor: EventActor) -> any Error {
        log.error("the configuration stays as it was: \(error)")
        guard StartFailure.isOfConfiguration(error) else { return error }
        do {
            try house.configurations.recordRefusal(error is NeedsRestart ? .needsRestart : .badConfiguration, by: actor)
        } catch {
            log.error("the trail does not tell of it: \(error)")
        }
        return Refusal.configuration("\(error)")
    }

    private func tell(_ state: ServiceNotify.State) {
        do { try notify.tell(state) } catch { log.error("\(error)") }
    }

    private func begin() -> Bool {
        isAtWork.withLock { isAtWork in
            defer { isAtWork = true }
            return !isAtWork
        }
    }

    private func end() { isAtWork.withLock { $0 = false } }

    /// How long a signal waits before it looks again whether the reload under way has ended: 10 ms.
    private static let pause: UInt32 = 10_000
}
