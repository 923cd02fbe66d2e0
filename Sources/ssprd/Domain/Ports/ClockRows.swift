public import SSPRVocabulary

/// What the machine's clocks say at one moment.
public struct ClockReading: Sendable, Equatable {
    /// The wall clock, which people, time services and hypervisors set.
    public let wall: Timestamp
    /// The time since the machine was started, with its sleep; nobody sets it.
    public let sinceBoot: Timestamp.Span
    /// Names this start of the machine: 16 bytes.
    public let boot: [UInt8]

    /// Describes a moment.
    public init(wall: Timestamp, sinceBoot: Timestamp.Span, boot: [UInt8]) {
        self.wall = wall
        self.sinceBoot = sinceBoot
        self.boot = boot
    }

    /// What the wall clock says at a later moment of the same start, if nobody has set it since this one.
    public func wall(at sinceBoot: Timestamp.Span) -> Timestamp {
        wall + Timestamp.Span(milliseconds: sinceBoot.milliseconds - self.sinceBoot.milliseconds)
    }
}

/// The wall clock was set: from one moment to another, with no time between.
public struct ClockJump: Sendable, Equatable {
    /// What it would say.
    public let from: Timestamp
    /// What it says.
    public let to: Timestamp

    /// Describes a jump.
    public init(from: Timestamp, to: Timestamp) {
        self.from = from
        self.to = to
    }

    /// How far; negative when it was set back.
    public var distance: Timestamp.Span { to - from }
    /// True when it was set back.
    public var isBack: Bool { to < from }
    /// The earlier of both moments.
    public var earlier: Timestamp { min(from, to) }
}

/// Reads the moment to which stored times are tied.
public protocol ClockSnapshot {
    /// The reading that was kept last; nil in a state that never kept one.
    func keptReading() throws -> ClockReading?
}

/// Ties stored times to another moment.
public protocol ClockTransaction {
    /// Keeps a reading in the place of the one before.
    func keep(_ reading: ClockReading) throws
    /// Moves stored times with a jump, so that nothing lives longer and no wait ends sooner than if there had been none (invariant I14).
    ///
    /// What ends a *life* moves back, and not forward: a forward jump only expires. What ends a *wait*, and from when a wait or window is
    /// counted, moves both ways. When things happened stays as people saw it.
    func move(with jump: ClockJump) throws
}
