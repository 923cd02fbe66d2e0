public import SSPRDomain
public import SSPRProtocol
public import SSPRVocabulary
import StrictCBOR

/// Who makes a call: the peer's uid and the role in which it may.
public typealias Caller = EventActor

/// One line of the daemon's table: a call, where it is answered, and by what.
///
/// The types of request and reply are gone; the one generic function that made the row knew them.
public final class Row: Sendable {
    /// Where a call is answered.
    enum Place: String, Sendable {
        /// On the event loop, at once: memory only.
        case inline
        /// On a thread that may block.
        case blocking
        /// As `blocking`, and it may wait without a thread.
        case waiting
    }

    /// A request that has been read: whose account it names, when that decides who may make it, and the work.
    struct Decoded {
        let owner: AccountName?
        let run: (Peer, Caller) throws -> Step<MessageBytes>
    }

    let method: UInt16
    let name: String
    let requestLimit: Int
    let cost: CallCost
    let place: Place
    let access: Access
    /// True when the call may leave events in the trail.
    let isAudited: Bool
    /// Reads a request; throws `MalformedRequest`.
    let decode: @Sendable (MessageBytes) throws -> Decoded

    /// A call answered on the event loop; the closure must not block.
    public static func inline<C: Call>(
        _ call: C.Type, _ run: @escaping @Sendable (Caller, C.Request) throws -> C.Reply
    ) -> Row {
        Row(call, .inline) { _, caller, request in .done(try run(caller, request)) }
    }

    /// The same for a call without any fields, which a ping is: neither generic code nor the codec is run for it.
    public static func inline<C: Call>(
        _ call: C.Type, _ run: @escaping @Sendable (Caller, Empty) throws -> Empty
    ) -> Row where C.Request == Empty, C.Reply == Empty {
        Row(
            call, .inline,
            decode: { body in
                if body !== MessageBytes.emptyMap { _ = try BodyCodec.request(Empty.self, from: body) }
                return Decoded(owner: nil) { _, caller in
                    _ = try run(caller, Empty())
                    return .done(.emptyMap)
                }
            })
    }

    /// A call answered by plain synchronous code that may block its thread.
    public static func blocking<C: Call>(
        _ call: C.Type, _ run: @escaping @Sendable (Caller, C.Request) throws -> C.Reply
    ) -> Row {
        Row(call, .blocking) { _, caller, request in .done(try run(caller, request)) }
    }

    /// A call that may have to wait for something to happen.
    public static func waiting<C: Call>(
        _ call: C.Type, _ run: @escaping @Sendable (Caller, C.Request) throws -> Step<C.Reply>
    ) -> Row {
        Row(call, .waiting) { _, caller, request in try run(caller, request) }
    }

    /// Says what the daemon speaks and what this very peer may do: the one answer that is made of the catalogue itself.
    public static func hello(version: String, helpDesk: String? = nil) -> Row {
        let calls = CallCatalog.calls.map { access(of: $0) }
        return Row(Hello.self, .inline) { peer, _, _ in
            let methods = calls.filter { $0.access.role(for: peer.roles) != nil }.map(\.method)
            return .done(
                .init(version: version, methods: methods.sorted(), roles: peer.roles.roles, helpDesk: helpDesk))
        }
    }

    private convenience init<C: Call>(
        _ call: C.Type, _ place: Place, _ run: @escaping @Sendable (Peer, Caller, C.Request) throws -> Step<C.Reply>
    ) {
        var account: (any KeyPath<C.Request, AccountName> & Sendable)?
        if case .account(let path) = call.declaration.access.own { account = path }
        self.init(
            call, place,
            decode: { [account] body in
                let request = try BodyCodec.request(C.Request.self, from: body)
                return Decoded(owner: account.map { request[keyPath: $0] }) { peer, caller in
                    try BodyCodec.encoded(run(peer, caller, request))
                }
            })
    }

    private init<C: Call>(
        _ call: C.Type, _ place: Place, decode: @escaping @Sendable (MessageBytes) throws -> Decoded
    ) {
        let declaration = call.declaration
        method = declaration.method
        name = declaration.name
        requestLimit = declaration.requestLimit
        cost = declaration.cost
        self.place = place
        access = Access(declaration.access)
        isAudited = if case .events = declaration.audit { true } else { false }
        self.decode = decode
    }

    private static func access<C: Call>(of call: C.Type) -> (method: UInt16, access: Access) {
        (call.declaration.method, Access(call.declaration.access))
    }
}
