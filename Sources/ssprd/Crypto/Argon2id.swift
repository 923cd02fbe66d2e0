import CHashMemory
import CSodium

/// Argon2id version 1.3 (RFC 9106) with one lane, over memory that the calling thread keeps from hash to hash.
enum Argon2id {
    static let saltLength = 16
    static let tagLength = 32

    /// A hash, and where its memory came from.
    struct Output {
        let tag: [UInt8]
        let memory: KeptMemory
    }

    /// Where the memory of a hash came from.
    enum KeptMemory {
        /// From libsodium itself: kept memory is not in effect in this build.
        case unused
        /// Mapped for this hash; the thread keeps it.
        case fresh
        /// Kept from an earlier hash of this thread.
        case reused
    }

    /// True when this build should lend kept memory; false under sanitizers.
    static var keepsMemory: Bool { sspr_hash_memory_interposes() }

    /// Gives the calling thread's kept memory back to the system.
    static func releaseMemory() { sspr_hash_memory_release() }

    /// The size of the calling thread's kept memory in bytes.
    static var keptBytes: Int { Int(sspr_hash_memory_capacity()) }

    /// How many bytes of the calling thread's kept memory are not zero.
    static var dirtyBytes: Int { Int(sspr_hash_memory_dirty_bytes()) }

    /// Hashes `input` under 16 bytes of salt on the calling thread; the memory is wiped before this returns.
    ///
    /// `beforeWiping` runs between hash and wipe: a test must be able to see that there was something to wipe.
    static func hash(
        _ input: UnsafeRawBufferPointer, salt: [UInt8], cost: HashingCost, beforeWiping: () -> Void = {}
    ) throws(HashingError) -> Output {
        Sodium.ready
        unsafe precondition(!input.isEmpty, "the input is a keyed hash")
        guard salt.count == saltLength else { throw .damagedVerifier("a salt of \(salt.count) bytes") }
        var tag = [UInt8](repeating: 0, count: tagLength)
        let length = input.count
        sspr_hash_memory_begin(cost.memoryBytes)
        // Unsafe: the input's pointer and own count, room of the length that is announced, a salt of the length checked
        // above.
        let status = unsafe tag.withUnsafeMutableBufferPointer { room in
            guard let room = room.baseAddress,
                let input = unsafe input.bindMemory(to: CChar.self).baseAddress
            else { return Int32(-1) }
            return unsafe crypto_pwhash(
                room, UInt64(tagLength), input, UInt64(length), salt, UInt64(cost.passes), cost.memoryBytes,
                crypto_pwhash_ALG_ARGON2ID13)
        }
        beforeWiping()
        let use = sspr_hash_memory_end()
        // The blocks in work lay on this thread's stack, below here.
        sodium_stackzero(stackInUse)
        guard status == 0 else { throw .noMemory(kibibytes: cost.memoryKiB) }
        return Output(tag: tag, memory: KeptMemory(use))
    }

    /// More than libsodium's hashing functions put on the stack: three blocks of 1 KiB and small change.
    private static let stackInUse = 16 * 1024
}

extension Argon2id.KeptMemory {
    init(_ use: sspr_hash_memory_use) {
        switch use {
        case SSPR_HASH_MEMORY_FRESH: self = .fresh
        case SSPR_HASH_MEMORY_REUSED: self = .reused
        default: self = .unused
        }
    }
}
