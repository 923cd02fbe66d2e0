public import SSPRVocabulary

/// One link of the audit chain: sequence numbers are dense from 1, and `hash` is the digest of `previous`, the number and the event's bytes.
public struct AuditLink: Sendable, Equatable {
    /// 1, 2, 3, without a gap.
    public let sequence: UInt64
    /// The hash of the link before; 32 zero bytes for the first.
    public let previous: [UInt8]
    /// BLAKE2b-256 over previous, sequence (8 bytes, big-endian) and event.
    public let hash: [UInt8]
    /// The event in deterministic CBOR, as hashed.
    public let bytes: [UInt8]
    /// The event, read from these bytes.
    public let event: AuditEvent

    /// Describes a link.
    public init(sequence: UInt64, previous: [UInt8], hash: [UInt8], bytes: [UInt8], event: AuditEvent) {
        self.sequence = sequence
        self.previous = previous
        self.hash = hash
        self.bytes = bytes
        self.event = event
    }
}

/// The newest link's number and hash: whoever keeps a copy elsewhere can tell a cut tail.
public struct AuditHead: Sendable, Equatable {
    /// The number of links.
    public let sequence: UInt64
    /// The newest link's hash; 32 zero bytes when there is none.
    public let hash: [UInt8]

    /// Describes a head.
    public init(sequence: UInt64, hash: [UInt8]) {
        self.sequence = sequence
        self.hash = hash
    }
}

/// What verification found: the first link that is not as it must be.
public struct AuditFault: Sendable, Equatable {
    /// What is wrong.
    public enum Kind: String, Sendable {
        /// A number is missing.
        case gap
        /// A link does not follow from the one before.
        case broken
        /// A link's bytes are not an event.
        case unreadable
        /// The stored head is not the last link's.
        case head
    }
    /// The link's number.
    public let sequence: UInt64
    /// What is wrong.
    public let kind: Kind

    /// Describes a fault.
    public init(sequence: UInt64, kind: Kind) {
        self.sequence = sequence
        self.kind = kind
    }
}

/// Reads the audit trail.
public protocol AuditSnapshot {
    /// Up to `limit` links after `sequence`, in order.
    func links(after sequence: UInt64, limit: Int) throws -> [AuditLink]
    /// The newest link's number and hash, as kept beside the links.
    func auditHead() throws -> AuditHead
    /// Walks the links after `sequence`, whose hash is `hash`, and returns the first fault, or nil and the head reached.
    func verifyLinks(after sequence: UInt64, hash: [UInt8]) throws -> (fault: AuditFault?, reached: AuditHead)
}

/// Extends the audit trail.
public protocol AuditTransaction {
    /// Appends an event; it is in the trail exactly when the rest of the transaction is in force.
    func append(_ event: AuditEvent) throws
}
