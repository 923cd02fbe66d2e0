/// Reads `Decodable` values from the one encoding of the profile.
///
/// The bytes are validated whole before the type sees any of them. Maps take their keys from `CodingKey.intValue`; an absent entry
/// is nil for `decodeIfPresent`. Nothing is converted: a number that does not fit, a text where bytes belong and a missing entry
/// throw, and what an initializer throws becomes `invalidValue` at the value's place.
public struct CBORDecoder: Sendable {
    /// What becomes of map entries and array elements that the type never asks for.
    public enum UnknownKeys: Sendable {
        /// They are refused: what is not understood must not be obeyed in part.
        case refuse
        /// They are skipped, so that an old reader understands a new writer.
        case ignore
    }

    /// What becomes of unknown entries.
    public let unknownKeys: UnknownKeys
    /// What a message may cost.
    public let limits: CBORLimits

    /// Makes a decoder.
    public init(unknownKeys: UnknownKeys, limits: CBORLimits = .standard) {
        self.unknownKeys = unknownKeys
        self.limits = limits
    }

    /// Reads one value from all of `bytes`; throws `CBORError` for everything it refuses.
    public func decode<T: Decodable>(_ type: T.Type, from bytes: [UInt8]) throws(CBORError) -> T {
        let input = try DecodingInput(
            ValidatedBytes(validating: bytes, limits: limits), notesReads: unknownKeys == .refuse)
        let value = try input.decode(type, at: 0)
        if let unread = input.firstUnread() { throw input.error(.unknownKey, at: unread) }
        return value
    }
}
