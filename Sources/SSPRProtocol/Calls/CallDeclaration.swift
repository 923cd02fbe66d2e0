public import SSPRVocabulary

/// What a call is, said once.
///
/// Access and audit have no default.
public struct CallDeclaration<Request: Sendable>: Sendable {
    /// The number on the wire: the family in the high byte; never reused.
    public let method: UInt16
    /// The name: family, dot, verb.
    public let name: String
    /// Who may make it; decided from the header.
    public let access: AccessRule<Request>
    /// What it leaves in the audit trail.
    public let audit: AuditRule
    /// What answering it takes.
    public let cost: CallCost
    /// The largest request body in bytes.
    public let requestLimit: Int
    /// One line for the specification.
    public let summary: String

    /// Declares a call.
    public init(
        method: UInt16, name: String, access: AccessRule<Request>, audit: AuditRule, cost: CallCost,
        requestLimit: Int = Limits.requestBytes, summary: String
    ) {
        self.method = method
        self.name = name
        self.access = access
        self.audit = audit
        self.cost = cost
        self.requestLimit = requestLimit
        self.summary = summary
    }
}

/// What answering a call takes; the server runs and admits it accordingly.
public enum CallCost: String, Sendable, CaseIterable {
    /// Memory only.
    case memory
    /// The store.
    case store
    /// The store and slow hashing.
    case hashing
    /// It waits for something to happen, up to `Limits.waitSeconds`.
    case waiting
}

/// What a call leaves in the audit trail.
public enum AuditRule: Sendable {
    /// Events of these kinds and no other. A call that ends before it has found whom it concerns (a handle that is not there, a name that
    /// is taken) may leave none.
    case events([EventKind])
    /// Nothing, for a reason.
    case nothing(reason: String)
}

/// Who may make a call.
public struct AccessRule<Request: Sendable>: Sendable {
    /// What a person's own uid allows.
    public enum Own: Sendable {
        /// Nothing.
        case nothing
        /// The call, when the account named in the request carries the peer's uid.
        case account(any KeyPath<Request, AccountName> & Sendable)
        /// The call: the handle or grant in the request is bound to the peer's uid, and the domain compares.
        case handle
    }

    /// The roles of which a peer needs one; empty and `everyone` differ.
    public let roles: [PeerRole]
    /// What a person may do who has none of these roles.
    public let own: Own
    /// Why everybody may, when everybody may.
    public let everyoneReason: String?

    /// Everybody who has an identity may make the call, for a reason.
    public static func everyone(reason: String) -> Self {
        Self(roles: [], own: .nothing, everyoneReason: reason)
    }

    /// Peers with one of these roles.
    public static func roles(_ roles: PeerRole...) -> Self {
        Self(roles: roles, own: .nothing, everyoneReason: nil)
    }

    /// Peers with one of these roles, and a person for the account with their own uid.
    public static func roles(_ roles: PeerRole..., orOwn account: any KeyPath<Request, AccountName> & Sendable) -> Self
    {
        Self(roles: roles, own: .account(account), everyoneReason: nil)
    }

    /// Peers with one of these roles, and the person to whom the handle or grant was given.
    public static func rolesOrHolder(_ roles: PeerRole...) -> Self {
        Self(roles: roles, own: .handle, everyoneReason: nil)
    }
}
