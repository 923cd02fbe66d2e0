import ArgumentParser
import StrictCBOR

/// A record that was kept elsewhere: its sequence number and its hash, written "4711:9f2c...".
struct AuditHead {
    let sequence: UInt64
    let hash: ByteString

    init(_ text: String) throws {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let sequence = UInt64(parts[0]), let bytes = Hexadecimal.bytes(parts[1]),
            bytes.count == 32
        else {
            throw ValidationError("A head is a sequence number, a colon and 64 hexadecimal digits.")
        }
        self.sequence = sequence
        hash = ByteString(bytes)
    }
}
