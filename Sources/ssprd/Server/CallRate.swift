import NIOCore
import SSPRProtocol

/// How often one uid may make a call: data beside the table's rows.
struct CallRate: Sendable {
    /// Calls that may come at once, and that are given back over `period`.
    let count: Int
    /// In which all of them come back.
    let period: TimeAmount

    /// All calls together of a uid that holds no role, as far as they leave events: the trail must not be a way to fill the disk.
    static let person = CallRate(count: 120, period: .minutes(1))

    /// The calls that have a rate.
    ///
    /// Beginning recoveries costs their target messages and the store rows, whoever asks.
    static let all: [UInt16: CallRate] = [
        BeginRecovery.declaration.method: CallRate(count: 30, period: .minutes(1)),
        // Nobody tries two passwords a second; it keeps lists from being read out word by word.
        CheckPassword.declaration.method: CallRate(count: 120, period: .minutes(1)),
    ]
}

/// What is left of a rate: a token bucket.
struct TokenBucket {
    private var tokens: Double
    private var seen: NIODeadline

    init(_ rate: CallRate, at now: NIODeadline) {
        tokens = Double(rate.count)
        seen = now
    }

    /// Takes one token; returns how long to wait for one when there is none.
    mutating func take(_ rate: CallRate, at now: NIODeadline) -> TimeAmount? {
        let pace = Double(rate.count) / Double(rate.period.nanoseconds)
        tokens = min(Double(rate.count), tokens + Double((now - seen).nanoseconds) * pace)
        seen = now
        guard tokens < 1 else {
            tokens -= 1
            return nil
        }
        return .nanoseconds(Int64((1 - tokens) / pace))
    }

    /// True when forgetting the bucket changes nothing.
    func isFull(_ rate: CallRate, at now: NIODeadline) -> Bool {
        tokens + Double((now - seen).nanoseconds) * Double(rate.count) / Double(rate.period.nanoseconds)
            >= Double(rate.count)
    }
}
