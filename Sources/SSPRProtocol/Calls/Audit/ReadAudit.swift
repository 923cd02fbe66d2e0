public import SSPRVocabulary
public import StrictCBOR

/// Reads the audit trail a page at a time.
public enum ReadAudit: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0601, name: "audit.read",
        access: .roles(.auditor, .administrator), audit: .nothing(reason: "a reader that follows would feed itself"),
        cost: .store, summary: "Reads the audit trail after a sequence number, a page at a time.")

    /// Which page.
    public struct Request: Codable, Hashable, Sendable {
        /// The last sequence number of the page before; 0 to begin.
        public let after: UInt64
        /// Only events of this account.
        public let account: AccountName?
        /// Only events of this kind.
        public let kind: EventKind?

        /// Asks for a page.
        public init(after: UInt64, account: AccountName? = nil, kind: EventKind? = nil) {
            self.after = after
            self.account = account
            self.kind = kind
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case after = 1
            case account = 2
            case kind = 3
        }
    }

    /// A page.
    public struct Reply: Codable, Hashable, Sendable {
        /// Up to 64 records that match.
        public let records: [AuditRecord]
        /// The last sequence number that was looked at: where the next page begins.
        public let reached: UInt64
        /// True when nothing comes after.
        public let isLast: Bool

        /// Describes a page.
        public init(records: [AuditRecord], reached: UInt64, isLast: Bool) {
            self.records = records
            self.reached = reached
            self.isLast = isLast
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case records = 1
            case reached = 2
            case isLast = 3
        }
    }
}

/// One record of the audit trail.
public struct AuditRecord: Codable, Hashable, Sendable {
    /// Its number: 1, 2, 3, without a gap.
    public let sequence: UInt64
    /// The event.
    public let event: AuditEvent
    /// BLAKE2b-256 over the previous record's hash, the sequence (8 bytes, big-endian) and the event's bytes.
    public let hash: ByteString

    /// Describes a record.
    public init(sequence: UInt64, event: AuditEvent, hash: ByteString) {
        self.sequence = sequence
        self.event = event
        self.hash = hash
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case sequence = 1
        case event = 2
        case hash = 3
    }
}

/// Waits for records after a sequence number.
public enum FollowAudit: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0602, name: "audit.follow",
        access: .roles(.auditor, .administrator), audit: .nothing(reason: "a reader that follows would feed itself"),
        cost: .waiting, summary: "Waits until there are records after a sequence number, up to 30 s, and returns them.")

    /// The same as for reading.
    public typealias Request = ReadAudit.Request
    /// The same as for reading; no records when nothing came in time.
    public typealias Reply = ReadAudit.Reply
}

/// Verifies the whole chain inside the daemon.
public enum VerifyAudit: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0603, name: "audit.verify",
        access: .roles(.auditor, .administrator), audit: .nothing(reason: "nothing is changed"),
        cost: .store, summary: "Verifies the whole chain, and against a head that the caller has kept.")

    /// A head kept elsewhere, if any.
    public struct Request: Codable, Hashable, Sendable {
        /// The sequence number of a record that the caller knows.
        public let sequence: UInt64?
        /// The hash of that record.
        public let hash: ByteString?

        /// Asks for verification.
        public init(sequence: UInt64? = nil, hash: ByteString? = nil) {
            self.sequence = sequence
            self.hash = hash
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case sequence = 1
            case hash = 2
        }
    }

    /// What was found.
    public struct Reply: Codable, Hashable, Sendable {
        /// The number of records that are as they must be.
        public let verified: UInt64
        /// The newest record's hash, to be kept elsewhere.
        public let head: ByteString
        /// The first bad record's number; nil when all is well.
        public let firstBad: UInt64?
        /// What is wrong with it.
        public let fault: AuditFaultKind?

        /// Describes what was found.
        public init(verified: UInt64, head: ByteString, firstBad: UInt64?, fault: AuditFaultKind?) {
            self.verified = verified
            self.head = head
            self.firstBad = firstBad
            self.fault = fault
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case verified = 1
            case head = 2
            case firstBad = 3
            case fault = 4
        }
    }
}

/// What can be wrong with the audit trail.
public enum AuditFaultKind: String, WireChoice, Hashable {
    /// A record is missing.
    case gap
    /// A record does not follow from the one before.
    case broken
    /// A record's bytes are not an event.
    case unreadable
    /// The records end before the stored head, or after it.
    case head
    /// The record that the caller knows is not in this trail.
    case foreignHead
}
