import Glibc
public import SSPRVocabulary

extension Secret {
    /// Builds a secret from pieces in one buffer of `capacity` bytes, which is wiped afterwards.
    public static func assembled(capacity: Int, _ fill: (inout [UInt8]) -> Void) -> Secret {
        var buffer: [UInt8] = []
        buffer.reserveCapacity(capacity)
        fill(&buffer)
        defer { buffer.wipe() }
        return Secret(buffer)
    }
}

extension [UInt8] {
    /// Overwrites the bytes in place.
    public mutating func wipe() {
        // The one owner writes through its own buffer; explicit_bzero may not be dropped as a dead store.
        unsafe withUnsafeMutableBytes { buffer in
            if let base = buffer.baseAddress { unsafe explicit_bzero(base, buffer.count) }
        }
    }

    /// Appends a secret's bytes; the array must be wiped.
    public mutating func append(_ secret: Secret) {
        // The bytes are copied while they are lent.
        unsafe secret.withBytes { unsafe append(contentsOf: $0) }
    }
}
