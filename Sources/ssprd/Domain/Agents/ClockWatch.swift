import SSPRVocabulary

/// Follows the wall clock when somebody sets it (attack G4, invariant I14; decision 26).
///
/// Between two jumps time is counted by a clock that nobody sets. A jump moves stored times and `Ambient.now` together, between two
/// transactions: no rule ever sees one without the other.
public struct ClockWatch: Sendable {
    let world: Surroundings

    private var clock: any HouseClock { world.clock }

    /// Follows a jump that came while no daemon looked; asked before anything else is done with the state.
    @discardableResult
    public func begin() throws -> ClockJump? {
        let (kept, newest) = try world.store.read { tx in
            (try tx.keptReading(), try tx.links(after: max(tx.auditHead().sequence, 1) - 1, limit: 1).first?.event.at)
        }
        let reading = clock.reading
        if let kept, kept.boot == reading.boot {
            clock.hold(kept)
            return try look()
        }
        // Another start of the machine: how long it was off nobody knows, but no time has passed backwards since the last record.
        let jump = newest.flatMap { $0 > reading.wall ? Self.jump(from: $0, to: reading.wall) : nil }
        try follow(jump, to: reading)
        return jump
    }

    /// Follows a jump since the last look.
    @discardableResult
    public func look() throws -> ClockJump? {
        let reading = clock.reading
        guard let jump = Self.jump(from: clock.held.wall(at: reading.sinceBoot), to: reading.wall) else { return nil }
        try follow(jump, to: reading)
        return jump
    }

    private func follow(_ jump: ClockJump?, to reading: ClockReading) throws {
        try world.store.writeAlone { tx in
            if let jump {
                try tx.move(with: jump)
                try tx.append(
                    AuditEvent(
                        .clockJumped, .succeeded, at: reading.wall, by: world.daemon,
                        reason: jump.isBack ? .clockBehind : .clockAhead, shift: jump.distance.milliseconds.magnitude))
            }
            try tx.keep(reading)
        } committed: {
            clock.hold(reading)
        }
        world.bell.ring(.audit)
    }

    private static func jump(from: Timestamp, to: Timestamp) -> ClockJump? {
        let jump = ClockJump(from: from, to: to)
        return jump.distance.milliseconds.magnitude >= tolerance.milliseconds.magnitude ? jump : nil
    }

    /// What two clocks may be apart without a jump: a machine that wakes up sets its wall clock to the second.
    static let tolerance = Timestamp.Span(milliseconds: 500)
}
