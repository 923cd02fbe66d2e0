/// A request or reply body: a CBOR map with the integer keys of its `CodingKeys`.
///
/// Enumerations with associated values get text keys from Codable and arrays of bytes become CBOR arrays: neither may stand in a message.
public typealias Message = Codable & Sendable

/// One call: its declaration, its request and its reply.
///
/// Everything else follows from these.
public protocol Call: Sendable {
    /// The body of the request.
    associatedtype Request: Message
    /// The body of the reply.
    associatedtype Reply: Message
    /// Number, name, who may, what is audited, cost, size limit and summary.
    static var declaration: CallDeclaration<Request> { get }
}

/// A body without fields: the empty map.
public struct Empty: Codable, Hashable, Sendable {
    /// The only value.
    public init() {}
}
