public import SSPRVocabulary

/// What surrounds the rules: time and randomness.
///
/// The domain has no other source of either.
public protocol Ambient: Sendable {
    /// The moment to which all stored times belong: the wall clock, as it went on since the last jump that `ClockWatch` has followed.
    var now: Timestamp { get }
    /// The time since some moment, for what is kept in memory only: no jump touches it.
    var steady: Timestamp { get }
    /// `count` unpredictable bytes.
    func random(_ count: Int) -> [UInt8]
}

/// The clocks behind `Ambient.now`.
public protocol HouseClock: Sendable {
    /// What they say.
    var reading: ClockReading { get }
    /// The reading from which `Ambient.now` goes on.
    var held: ClockReading { get }
    /// Lets `Ambient.now` go on from another reading.
    func hold(_ reading: ClockReading)
}

extension Ambient {
    /// A uniform number below `bound`, without modulo bias.
    public func number(below bound: UInt64) -> UInt64 {
        precondition(bound > 0, "the bound must be positive")
        let limit = UInt64.max - UInt64.max % bound
        while true {
            let candidate = random(8).reduce(0) { $0 << 8 | UInt64($1) }
            if candidate < limit { return candidate % bound }
        }
    }

    /// A fresh identifier; never `Identifier.nobody`.
    public func identifier<Kind>(_: Kind.Type = Kind.self) -> Identifier<Kind> {
        Identifier(random: number(below: Identifier<Kind>.bound - 1) + 1)
    }
}

extension Identifier {
    /// The number that no row has: whoever is unknown is looked up like everybody else (attack C1).
    static var nobody: Identifier { Identifier(random: 0) }
}

/// Something that a long call may wait for.
public enum Topic: Hashable, Sendable {
    /// A message is due.
    case deliveries
    /// A message has been taken, or a courier got rid of it or did not.
    case trace(DeliveryID)
    /// A courier for the channel is back, or the channel does otherwise than before.
    case channel(DeliveryChannel)
    /// An order for a target is there.
    case orders(TargetName)
    /// An order has ended.
    case settled(OrderID)
    /// A device of this account was asked or has answered, or what it was asked about has ended.
    case approvals(SubjectKey)
    /// The audit trail has grown.
    case audit
    /// An attempt of this key has been settled.
    case attempt(AttemptKey)
}

/// Wakes those who wait.
///
/// Rung after the commit that gives them something to see.
public protocol Bell: Sendable {
    /// Wakes everybody who waits for the topic.
    func ring(_ topic: Topic)
}
