import NIOCore
public import SSPRDomain
import SSPRProtocol

/// The server's own limits in words, for the page of all (feature F11).
///
/// They hold before a body is read, for whoever connects, and live in memory: no transaction is open that could read a policy.
public enum ServerThrottles {
    /// Every limit.
    public static var all: [FixedThrottle] {
        let limits = ServerLimits()
        return [
            FixedThrottle(
                "connections of one uid",
                "\(limits.seatsPerUID); \(limits.reservedSeats) are kept for agents, administrators and root",
                then: "one more is closed at once", because: "it is decided when a connection is accepted"),
            FixedThrottle(
                "calls in work of one uid that holds no role", "\(limits.workPerPerson)",
                then: "`busy`, with a time to come back", because: "it follows the threads of the process"),
            FixedThrottle(
                "waiting calls of one uid", "\(limits.waitersPerUID)", then: "`busy`",
                because: "it follows the memory of the process"),
        ] + rates
    }

    private static var rates: [FixedThrottle] {
        CallRate.all.sorted { $0.key < $1.key }.map { method, rate in
            let name = CallCatalog.descriptions.first { $0.method == method }.map { "`\($0.name)`" }
            return FixedThrottle(
                "calls of \(name ?? "a call") by one uid", text(rate), then: "`busy`, with a time to come back",
                because: "it is counted before the call's body is read, for whatever it names")
        } + [
            FixedThrottle(
                "calls that leave events, by one uid that holds no role", text(.person),
                then: "`busy`, with a time to come back", because: "it keeps the trail from filling the disk")
        ]
    }

    private static func text(_ rate: CallRate) -> String {
        "\(rate.count) in \(rate.period.nanoseconds / 60_000_000_000) min"
    }
}
