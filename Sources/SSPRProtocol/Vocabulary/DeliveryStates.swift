/// How far a message has come.
public enum DeliveryState: String, WireChoice, Hashable {
    /// It waits for a courier.
    case queued
    /// A courier has it.
    case taken
    /// The next hop has it: a relay, a gateway, a program.
    case accepted
    /// It will not come.
    case failed
}

/// Why a courier did not get rid of a message; a closed set, so that no text of a relay enters the trail.
public enum DeliveryFault: String, WireChoice, Hashable {
    /// Refused for good: 5xx of a relay, 4xx of a gateway.
    case relayRefused
    /// There is certainly no such recipient.
    case unknownRecipient
    /// Not now, says the other side.
    case relayBusy
    /// There is no connection.
    case unreachable
    /// No end within the time limit.
    case timedOut
    /// The other side's certificate is not trusted.
    case badCertificate
    /// Our name or password was not accepted.
    case badLogin
    /// The courier's own configuration does not do.
    case misconfigured
    /// No transport serves the channel.
    case noTransport
    /// Its life was over before it was sent.
    case expired
    /// Nobody knows.
    case unclear

    /// The same in the words of the trail.
    public var reason: EventReason {
        switch self {
        case .relayRefused: .relayRefused
        case .unknownRecipient: .unknownRecipient
        case .relayBusy: .relayBusy
        case .unreachable: .unreachable
        case .timedOut: .timedOut
        case .badCertificate: .badCertificate
        case .badLogin: .badLogin
        case .misconfigured: .misconfigured
        case .noTransport: .noTransport
        case .expired: .expired
        case .unclear: .unclear
        }
    }
}

extension MessageKind {
    /// True for messages that only somebody who has proven who they are can cause.
    ///
    /// What became of these says nothing about a name that somebody else has typed, so it may be told to strangers (decision 0016). A
    /// kind that is not named here is not told of.
    public var isCausedByProof: Bool {
        switch self {
        case .confirmationCode, .passwordReset, .passwordChanged, .accountUnlocked, .methodAdded, .methodRemoved: true
        default: false
        }
    }
}
