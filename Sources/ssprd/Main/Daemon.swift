import Glibc
import Logging
import SSPRCrypto
import SSPRDocuments
import SSPRDomain
import SSPRPlatform
import SSPRProtocol
import SSPRServer
import SSPRStore
import SSPRVocabulary

/// Wires the rooms together and serves: every step of the start, in order, on one screen.
struct Daemon {
    let options: ConfigurationOptions
    let log: Logger

    init(_ options: ConfigurationOptions, log: Logger) {
        self.options = options
        self.log = log
    }

    func serve() throws {
        // Before there is any other thread.
        try DaemonSignals.block()
        umask(0o077)
        let descriptors = try DescriptorLimit.raise(to: Self.wantedDescriptors)
        guard descriptors >= Self.neededDescriptors else { throw TooFewDescriptors(limit: descriptors) }
        let notify = ServiceNotify.fromEnvironment()
        let opened = try OpenConfiguration(options.read())
        let configuration = opened.values
        let inherited = try ListeningSocket.inherited()
        // Looked at before anything is made: a wrong path leaves neither a state nor a key ring behind.
        let place = try inherited.isEmpty ? SocketPlace(path: configuration.socket) : nil
        if let known = opened.breached {
            log.info("known passwords: \(known.count) in \(configuration.breached ?? "")")
        }

        // The state: nobody else has it open once this succeeds.
        try StateFolder.prepare(configuration.state)
        let keys = try openKeys(configuration)
        let clock = try SystemClock()
        let ambient = SystemAmbient(clock: clock, random: SystemRandom.random)
        let store = try SQLiteStore(
            directory: configuration.state, hash: ChainHash.link, now: { ambient.now },
            witness: configuration.witnessFile)
        log.info("state open: \(store.report)")
        tell(of: store.provenance)
        let hasher = try HashingPool(keys: keys, cost: configuration.hashing)
        log.info(
            "hashing: \(hasher.threads) threads, \(hasher.places) places, at most \(hasher.memoryCeiling >> 20) MiB")

        // The rules over their ports.
        let room = WaitingRoom(ambient: ambient)
        let house = House(
            Surroundings(
                store: store, hasher: hasher, sealer: RowSealer(keys: keys), tags: TagHasher(keys: keys),
                codes: AuthenticatorCodes(), proofs: DeviceSignatures(), text: UnicodeNormalizer(), ambient: ambient,
                bell: room, clock: clock,
                policy: configuration.policy, given: configuration.given, host: SystemName.host(), daemonUID: geteuid(),
                breached: opened.knownPasswords))
        try house.policies.check()
        let reloader = Reloader(opened, house, reading: options, notify: notify, log: log)
        let server = try reloader.makeServer(room: room) { try house.accounts.owns($1, $0) }
        if let jump = try house.clock.begin() { tell(of: jump) }
        let found = try house.startUp.settle(store.provenance)
        try store.trust()
        log.info("state settled: pendingAttempts=\(found.pendingAttempts) uncertainOrders=\(found.uncertainOrders)")
        try house.deliveries.forgetExpired()
        try house.endings.settleExpired()
        tellWhoIsDue(house)

        // The door, last of all.
        let sockets = try place.map { [try ListeningSocket.bind(at: $0)] } ?? inherited
        try Hardening.apply()
        try server.start(on: sockets)
        room.repeatedly(every: Self.sweep) {
            let house = reloader.house
            later("expired messages stay in the outbox") { try house.deliveries.forgetExpired() }
            later("old traces of messages stay") { try house.traces.forgetOld() }
            later("what was so a year ago is still kept") { try house.accounts.forgetPast() }
            later("recoveries whose time is over have no end in the trail yet") { try house.endings.settleExpired() }
            tellWhoIsDue(house)
        }
        room.repeatedly(every: Self.glance) {
            later("a jump of the clock cannot be followed yet, and time goes on as before it") {
                if let jump = try house.clock.look() { tell(of: jump) }
            }
        }
        try notify.tell(.ready)
        log.info("serving on \(place == nil ? "the service manager's socket" : configuration.socket)")

        let signal = try wait(reloader)
        log.info("stopping after signal \(signal)")
        try notify.tell(.stopping)
        try leave(server: server, house: house, hasher: hasher, store: store, sockets: sockets)
    }

    /// Reads the configuration again whenever SIGHUP says so; returns the signal that ends the daemon.
    private func wait(_ reloader: Reloader) throws -> Int32 {
        while true {
            switch try DaemonSignals.wait() {
            case .reload: reloader.reloadAtSignal()
            case .end(let signal): return signal
            }
        }
    }

    /// Reminds who is to be reminded, and adds up for global administrators what they were not told at once.
    private func tellWhoIsDue(_ house: House) {
        later("reminders that are due have to wait") { try house.reminders.sendDue() }
        later("the digest for global administrators has to wait") { try house.digests.sendDue() }
    }

    /// Does what has time: what cannot be written now is tried again, and keeps no daemon from serving.
    private func later(_ otherwise: String, _ work: () throws -> Void) {
        do {
            try work()
        } catch {
            log.error("\(otherwise): \(error)")
        }
    }

    private func tell(of provenance: StateProvenance) {
        guard provenance.mayRevive else { return }
        let what =
            switch provenance {
            case .older(let missing): "an older copy: \(missing) records that this host has written are missing"
            case .foreign: "not the one that this host has written"
            default: "unknown to this host"
            }
        log.error(
            """
            the state is \(what). What was under way is void, and codes of apps count from the next one on. Passwords, recovery codes and \
            locks are what they were when the copy was made: compare the trail with what was shipped of it
            """)
    }

    private func tell(of jump: ClockJump) {
        let way = jump.isBack ? "back" : "forward"
        log.warning(
            "the clock was set \(way) by \(jump.distance.milliseconds.magnitude) ms: waits go on, and nothing lives longer"
        )
    }

    /// Finishes what is in work, leaves a last record, closes.
    ///
    /// What does not end in time is ended with the process, as by a crash: without that record, and not as a success.
    private func leave(
        server: Server, house: House, hasher: HashingPool, store: SQLiteStore, sockets: [ListeningSocket]
    ) throws {
        let isQuiet = try server.stop()
        for socket in sockets { try socket.remove() }
        guard isQuiet else { _exit(EX_TEMPFAIL) }
        try house.startUp.leave()
        hasher.stop()
        try store.close()
        log.info("stopped")
    }

    /// The keys of this state; new ones only where there is no state yet.
    private func openKeys(_ configuration: Configuration) throws -> KeyRing {
        // With a state there must be its keys; what is missing then is told by `load`, with what to restore.
        // access reads the path while it is called.
        let hasKeys = unsafe access(configuration.keys, F_OK) == 0
        if hasKeys || SQLiteStore.holdsState(configuration.state) {
            return try KeyRing.load(at: configuration.keys)
        }
        log.notice("new key ring \(configuration.keys): back it up apart from \(configuration.state)")
        return try KeyRing.create(at: configuration.keys)
    }

    /// How often messages and recoveries that have expired, and owners to be reminded, are looked for.
    private static let sweep = Duration.seconds(15)
    /// How often the wall clock is looked at.
    private static let glance = Duration.seconds(1)
    /// Seats for ten thousand idle connections and the daemon's own files.
    private static let wantedDescriptors = 16_448
    /// State, log, loop, socket and some seats.
    private static let neededDescriptors = 64
}

/// The process may open too few files to serve anybody.
struct TooFewDescriptors: Error, CustomStringConvertible {
    let limit: Int

    var description: String {
        "the descriptor limit is \(limit), at least 64 are needed: raise LimitNOFILE (systemd) or ulimit -n"
    }
}
