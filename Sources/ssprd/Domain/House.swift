/// All rooms of the domain over one set of ports: what the server's table calls.
public struct House: Sendable {
    /// Signing in and changing.
    public let signIn: SignIn
    /// Methods.
    public let registration: Registration
    /// Recovering.
    public let recovery: Recovery
    /// Recoveries that come to nothing.
    public let endings: RecoveryEndings
    /// Taking a new password back.
    public let undo: PasswordUndo
    /// What the help desk may do.
    public let helpDesk: HelpDesk
    /// Reminders to register or to look at contacts again.
    public let reminders: Reminders
    /// What global administrators are told once a day.
    public let digests: ResetDigests
    /// Paired devices.
    public let devices: Devices
    /// Accounts.
    public let accounts: Accounts
    /// Custom security questions.
    public let questions: Questions
    /// Groups of accounts.
    public let groups: Groups
    /// Licence plans.
    public let licences: Licences
    /// The policy and its versions.
    public let policies: Policies
    /// Figures over accounts, trail and messages.
    public let reports: Reports
    /// The audit trail.
    public let trail: Trail
    /// Messages for couriers.
    public let deliveries: Deliveries
    /// Where messages are.
    public let traces: Traces
    /// Orders for write-back agents.
    public let desk: WritebackDesk
    /// Jumps of the wall clock.
    public let clock: ClockWatch
    /// What is done before the first call and after the last.
    public let startUp: StartUp

    /// What is told of a configuration that was read again.
    public let configurations: Configurations

    private let world: Surroundings
    private let standing: Standing

    /// Builds the rooms.
    public init(_ world: Surroundings) { self.init(world, Standing(ambient: world.ambient, bell: world.bell)) }

    /// The same house under another configuration: whoever waits in one of its rooms goes on waiting.
    ///
    /// A call keeps the house in which it began, so it sees one configuration from its beginning to its end.
    public func under(_ policy: Policy, given: Set<String>, breached: any BreachedPasswords) -> House {
        House(world.under(policy, given: given, breached: breached), standing)
    }

    private init(_ world: Surroundings, _ standing: Standing) {
        self.world = world
        self.standing = standing
        let (gate, desk, watch) = (standing.gate, standing.desk, standing.watch)
        let notices = Notices(world: world)
        let passwords = PasswordCheck(world: world, gate: gate, desk: desk)
        let endings = RecoveryEndings(world: world)
        let digests = ResetDigests(world: world, notices: notices)
        let undo = PasswordUndo(world: world, notices: notices, endings: endings)
        let setter = PasswordSetter(
            world: world, desk: desk, notices: notices, undo: undo, endings: endings, digests: digests)
        let eligibility = EligibilityRules(world: world)
        let traces = Traces(world: world, watch: watch, waits: standing.traceWaits)
        self.desk = desk
        self.undo = undo
        self.endings = endings
        self.digests = digests
        self.traces = traces
        signIn = SignIn(world: world, passwords: passwords, setter: setter, eligibility: eligibility)
        let passes = TemporaryPasses(world: world)
        reminders = Reminders(world: world, notices: notices, eligibility: eligibility)
        recovery = Recovery(
            world: world, gate: gate, desk: desk, setter: setter, notices: notices, passes: passes, traces: traces,
            endings: endings, eligibility: eligibility, waits: standing.recoveryWaits)
        registration = Registration(
            world: world, passwords: passwords, notices: notices, recovery: recovery, passes: passes, traces: traces,
            eligibility: eligibility)
        helpDesk = HelpDesk(
            world: world, recovery: recovery, passes: passes, notices: notices, eligibility: eligibility)
        devices = Devices(
            world: world, recovery: recovery, notices: notices, endings: endings, eligibility: eligibility)
        accounts = Accounts(world: world, registration: registration, endings: endings)
        groups = Groups(world: world)
        licences = Licences(world: world)
        policies = Policies(world: world, notices: notices, passes: passes, eligibility: eligibility)
        configurations = Configurations(world: world, notices: notices)
        questions = Questions(world: world)
        reports = Reports(world: world, passes: passes, eligibility: eligibility)
        trail = Trail(world: world)
        deliveries = Deliveries(world: world, watch: watch)
        clock = ClockWatch(world: world)
        startUp = StartUp(world: world, setter: setter)
    }
}
