/// The hash of one link of the audit chain, over the previous hash, the number and the event's bytes: 32 bytes.
///
/// Handed in by the program: the store knows no cryptography.
public typealias LinkHash = @Sendable (_ previous: [UInt8], _ sequence: UInt64, _ bytes: [UInt8]) -> [UInt8]
