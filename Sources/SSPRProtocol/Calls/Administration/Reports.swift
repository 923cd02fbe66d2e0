public import SSPRVocabulary

/// Where a page of accounts begins.
public struct AccountPageRequest: Codable, Hashable, Sendable {
    /// The `reached` of the page before; nil to begin.
    public let after: AccountName?

    /// Asks for a page.
    public init(after: AccountName? = nil) { self.after = after }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case after = 1
    }
}

/// Counts how many accounts can recover.
public enum ReportRegistration: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x051c, name: "reports.registration",
        access: .roles(.auditor, .administrator),
        audit: .nothing(reason: "nothing is changed, and no account is named"),
        cost: .store, summary: "Counts a page of accounts: enabled, licensed, registered, capable; the reader adds up.")

    /// Which page.
    public typealias Request = AccountPageRequest

    /// The counts of up to 1024 accounts.
    public struct Reply: Codable, Hashable, Sendable {
        /// People like any other.
        public let users: RegistrationFigures
        /// Administrators of both kinds.
        public let administrators: RegistrationFigures
        /// The last name that was looked at; nil when this is the last page.
        public let reached: AccountName?

        /// Describes a page.
        public init(users: RegistrationFigures, administrators: RegistrationFigures, reached: AccountName?) {
            self.users = users
            self.administrators = administrators
            self.reached = reached
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case users = 1
            case administrators = 2
            case reached = 3
        }
    }
}

/// Counts what happened.
public enum ReportActivity: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x051d, name: "reports.activity",
        access: .roles(.auditor, .administrator), audit: .nothing(reason: "a reader of the trail would feed itself"),
        cost: .store, summary: "Counts a page of the trail by time, kind, outcome and method; the reader adds up.")

    /// Which time and page.
    public struct Request: Codable, Hashable, Sendable {
        /// The first moment.
        public let from: Timestamp
        /// The first moment that is no more part of it.
        public let to: Timestamp
        /// What time is divided into.
        public let bucket: ReportBucket
        /// The `reached` of the page before; nil to begin.
        public let after: UInt64?

        /// Asks for a page.
        public init(from: Timestamp, to: Timestamp, bucket: ReportBucket, after: UInt64? = nil) {
            self.from = from
            self.to = to
            self.bucket = bucket
            self.after = after
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case from = 1
            case to = 2
            case bucket = 3
            case after = 4
        }
    }

    /// The counts of up to 8192 events.
    public struct Reply: Codable, Hashable, Sendable {
        /// In the order of time.
        public let tallies: [ActivityTally]
        /// What the page says of recoveries.
        public let recoveries: [RecoverySteps]
        /// Peers with refusals.
        public let origins: [OriginTally]
        /// The last number that was looked at.
        public let reached: UInt64
        /// True when nothing comes after that belongs to the time.
        public let isLast: Bool

        /// Describes a page.
        public init(
            tallies: [ActivityTally], recoveries: [RecoverySteps], origins: [OriginTally], reached: UInt64, isLast: Bool
        ) {
            self.tallies = tallies
            self.recoveries = recoveries
            self.origins = origins
            self.reached = reached
            self.isLast = isLast
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case tallies = 1
            case recoveries = 2
            case origins = 3
            case reached = 4
            case isLast = 5
        }
    }
}

/// Counts what became of messages.
public enum ReportDeliveries: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x051e, name: "reports.deliveries",
        access: .roles(.auditor, .administrator), audit: .nothing(reason: "nothing is changed"),
        cost: .store, summary: "Counts a page of the messages of the last 96 h by channel; the reader adds up.")

    /// Which time and page.
    public struct Request: Codable, Hashable, Sendable {
        /// The first moment at which a message was queued.
        public let from: Timestamp
        /// The first moment that is no more part of it.
        public let to: Timestamp
        /// The `reached` of the page before; 0 to begin.
        public let after: UInt64

        /// Asks for a page.
        public init(from: Timestamp, to: Timestamp, after: UInt64 = 0) {
            self.from = from
            self.to = to
            self.after = after
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case from = 1
            case to = 2
            case after = 3
        }
    }

    /// The counts of up to 1024 messages.
    public struct Reply: Codable, Hashable, Sendable {
        /// Channels that have any.
        public let channels: [ChannelFigures]
        /// Where the next page begins.
        public let reached: UInt64
        /// True when nothing comes after.
        public let isLast: Bool

        /// Describes a page.
        public init(channels: [ChannelFigures], reached: UInt64, isLast: Bool) {
            self.channels = channels
            self.reached = reached
            self.isLast = isLast
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case channels = 1
            case reached = 2
            case isLast = 3
        }
    }
}

/// Lists accounts that are blocked now.
public enum ReportBlocked: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x051f, name: "reports.blocked",
        access: .roles(.auditor, .administrator), audit: .nothing(reason: "nothing is changed"),
        cost: .store, summary: "Lists the accounts of a page whose recovery or sign-in is blocked now.")

    /// Which page.
    public typealias Request = AccountPageRequest

    /// The blocks of up to 1024 accounts.
    public struct Reply: Codable, Hashable, Sendable {
        /// Blocks that are in force.
        public let accounts: [BlockedAccount]
        /// The last name that was looked at; nil when this is the last page.
        public let reached: AccountName?

        /// Describes a page.
        public init(accounts: [BlockedAccount], reached: AccountName?) {
            self.accounts = accounts
            self.reached = reached
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case accounts = 1
            case reached = 2
        }
    }
}
