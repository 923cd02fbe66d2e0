public import SSPRVocabulary

/// A call's declaration without its types: what the specification and the tools need to know.
public struct CallDescription: Sendable {
    /// The number on the wire.
    public let method: UInt16
    /// The name.
    public let name: String
    /// The roles of which a peer needs one.
    public let roles: [PeerRole]
    /// What a person may do for themselves, in words; nil when nothing.
    public let own: String?
    /// Why everybody may, when everybody may.
    public let everyoneReason: String?
    /// The kinds of events it leaves.
    public let events: [EventKind]
    /// Why it leaves none, when it leaves none.
    public let noAuditReason: String?
    /// What answering takes.
    public let cost: CallCost
    /// The largest request body in bytes.
    public let requestLimit: Int
    /// One line.
    public let summary: String
    /// The request's shape.
    public let request: WireShape
    /// The reply's shape.
    public let reply: WireShape

    /// Reads a call's declaration and walks through its messages.
    public init<C: Call>(_ call: C.Type) {
        let declaration = call.declaration
        method = declaration.method
        name = declaration.name
        roles = declaration.access.roles
        everyoneReason = declaration.access.everyoneReason
        switch declaration.access.own {
        case .nothing: own = nil
        case .account: own = "the account with the peer's uid"
        case .handle: own = "the peer to whom the handle or grant was given"
        }
        switch declaration.audit {
        case .events(let kinds):
            events = kinds
            noAuditReason = nil
        case .nothing(let reason):
            events = []
            noAuditReason = reason
        }
        cost = declaration.cost
        requestLimit = declaration.requestLimit
        summary = declaration.summary
        request = ShapeReader.shape(of: C.Request.self)
        reply = ShapeReader.shape(of: C.Reply.self)
    }
}
