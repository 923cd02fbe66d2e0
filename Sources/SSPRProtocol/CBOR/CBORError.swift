/// A refusal of bytes or of a value.
///
/// It names the place and never carries content, so it may be logged even when the message held a secret.
public struct CBORError: Error, Sendable, Equatable {
    /// What was wrong.
    public enum Reason: String, Sendable, CaseIterable {
        /// The input ends inside an item, or before an item that was announced.
        case truncated
        /// Bytes follow the one item.
        case trailingBytes
        /// A head is longer than its number needs (RFC 8949 section 4.2.1).
        case nonShortest
        /// An item of indefinite length, or a stray "break".
        case indefiniteLength
        /// Additional information that RFC 8949 section 3 reserves.
        case reservedInfo
        /// A floating-point number.
        case floatingPoint
        /// A tagged item.
        case tag
        /// A simple value other than true and false; null too, because an absent entry is left out.
        case simpleValue
        /// A text string that is not UTF-8.
        case invalidUTF8
        /// A map key that is not an unsigned integer.
        case keyType
        /// A map key that is not greater than the one before it.
        case keyOrder
        /// Containers nested deeper than the limit.
        case tooDeep
        /// More bytes than the limit.
        case tooLarge
        /// More items than the limit.
        case tooManyItems
        /// Another kind of item than the type wants.
        case wrongType
        /// An integer that does not fit the type.
        case outOfRange
        /// A map without an entry that the type needs.
        case missingKey
        /// An entry or element that the type never asked for.
        case unknownKey
        /// A feature of `Codable` that has no place in the profile.
        case unsupported
        /// A well-formed value that its type refused.
        case invalidValue
    }

    /// What was wrong.
    public let reason: Reason
    /// The byte where the refused item begins; when encoding, the length of the output so far.
    public let offset: Int
    /// Map keys and array indices from the root to the refused item.
    public let path: [UInt64]

    /// Describes a refusal.
    public init(_ reason: Reason, offset: Int, path: [UInt64] = []) {
        self.reason = reason
        self.offset = offset
        self.path = path
    }
}

extension CBORError: CustomStringConvertible {
    /// One line, such as "keyOrder at byte 17 (path 3.1)".
    public var description: String {
        let place = "\(reason.rawValue) at byte \(offset)"
        return path.isEmpty ? place : place + " (path " + path.map(String.init).joined(separator: ".") + ")"
    }
}
