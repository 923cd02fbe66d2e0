/// Turns `Encodable` values into the one encoding of the profile.
///
/// Maps take their keys from `CodingKey.intValue`; entries may be written in any order and come out sorted. Absent values are
/// left out (`encodeIfPresent`). What has no place in the profile (floats, null, text keys, `superEncoder`, more than 8 levels)
/// throws `CBORError` and never traps.
public struct CBOREncoder: Sendable {
    /// Makes an encoder; it has no options and no state.
    public init() {}

    /// Encodes `value`; throws `CBORError`, or whatever the value's own `encode(to:)` throws.
    ///
    /// The array returned is the only copy that is left: the working buffer is wiped whenever it has to grow, and when encoding
    /// fails. When the value held a secret, pass the array to `wipe(_:)` after use.
    public func encode<T: Encodable>(_ value: T) throws -> [UInt8] {
        let output = EncodingOutput()
        do {
            try output.encode(value)
            return output.state.output.take()
        } catch {
            output.state.output.discard()
            throw error
        }
    }
}
