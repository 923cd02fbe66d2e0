import CSodium
import SSPRVocabulary

/// BLAKE2b (RFC 7693) over parts that come one after the other.
///
/// Its state lies in a buffer of its own and is wiped.
@safe
struct Blake2b: ~Copyable {
    private let state: UnsafeMutableRawPointer
    private let length: Int

    /// Starts a hash of `length` bytes, 16 to 64; keyed when a key is given.
    init(length: Int, key: GuardedBytes? = nil) {
        Sodium.ready
        self.length = length
        // libsodium wants its state at a multiple of 64 bytes.
        let state = UnsafeMutableRawPointer.allocate(
            byteCount: crypto_generichash_statebytes(), alignment: 64)
        unsafe self.state = state
        func start(_ key: UnsafeRawBufferPointer) -> Int32 {
            unsafe crypto_generichash_init(
                OpaquePointer(state), key.bindMemory(to: UInt8.self).baseAddress, key.count, length)
        }
        let status =
            unsafe key.map { unsafe $0.withBytes(start) } ?? start(UnsafeRawBufferPointer(start: nil, count: 0))
        precondition(status == 0, "BLAKE2b takes a key and gives a hash of 16 to 64 bytes each")
    }

    deinit {
        unsafe sodium_memzero(state, crypto_generichash_statebytes())
        unsafe state.deallocate()
    }

    /// Adds bytes.
    func add(_ bytes: UnsafeRawBufferPointer) {
        // Unsafe: the pointer and its own count; libsodium accepts nil together with 0.
        let status = unsafe crypto_generichash_update(
            OpaquePointer(state), bytes.bindMemory(to: UInt8.self).baseAddress, UInt64(bytes.count))
        precondition(status == 0, "a hash takes no more bytes once it is finished")
    }

    /// Adds bytes.
    func add(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { unsafe add($0) }
    }

    /// Adds a number as eight bytes, big-endian.
    func add(_ number: UInt64) {
        unsafe withUnsafeBytes(of: number.bigEndian) { unsafe add($0) }
    }

    /// Adds the length of the bytes and then the bytes, so that no two lists of fields give the same input (SECURITY
    /// E10).
    func addField(_ bytes: UnsafeRawBufferPointer) {
        add(UInt64(bytes.count))
        unsafe add(bytes)
    }

    /// Adds the length of the bytes and then the bytes.
    func addField(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { unsafe addField($0) }
    }

    /// Ends the hash and writes it to `output`, which has room for exactly that.
    consuming func finish(into output: UnsafeMutableRawBufferPointer) {
        unsafe end(output)
    }

    /// Ends the hash.
    consuming func finish() -> [UInt8] {
        var output = [UInt8](repeating: 0, count: length)
        unsafe output.withUnsafeMutableBytes { unsafe end($0) }
        return output
    }

    private func end(_ output: UnsafeMutableRawBufferPointer) {
        precondition(output.count == length, "the room must fit the hash")
        guard let base = unsafe output.bindMemory(to: UInt8.self).baseAddress,
            unsafe crypto_generichash_final(OpaquePointer(state), base, length) == 0
        else { fatalError("a hash is finished once") }
    }
}
