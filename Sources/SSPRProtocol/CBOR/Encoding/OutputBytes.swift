/// The bytes written so far; they are wiped whenever they move.
struct OutputBytes {
    private(set) var bytes: [UInt8] = []

    init() {
        // Enough for nearly every message; growth is possible and wipes.
        bytes.reserveCapacity(512)
    }

    var count: Int { bytes.count }

    /// Hands out the bytes and keeps none.
    mutating func take() -> [UInt8] {
        let result = bytes
        bytes = []
        return result
    }

    /// Overwrites and drops everything.
    mutating func discard() {
        wipe(&bytes)
    }

    mutating func append(_ major: MajorType, _ argument: UInt64) {
        makeRoom(for: 9)
        bytes.append(major, argument)
    }

    mutating func append(_ value: Bool) {
        append(.simple, value ? CBORHead.trueValue : CBORHead.falseValue)
    }

    mutating func append(_ value: some FixedWidthInteger & SignedInteger) {
        let wide = Int64(value)
        // -1 - n in two's complement is ~n.
        append(wide < 0 ? .negative : .unsigned, UInt64(bitPattern: wide < 0 ? ~wide : wide))
    }

    mutating func append(_ value: some FixedWidthInteger & UnsignedInteger) {
        append(.unsigned, UInt64(value))
    }

    mutating func append(_ value: String) {
        var value = value
        value.withUTF8 { text in
            append(.text, UInt64(text.count))
            makeRoom(for: text.count)
            // The buffer is valid for the time of this closure.
            unsafe bytes.append(contentsOf: text)
        }
    }

    mutating func append(_ content: UnsafeRawBufferPointer) {
        append(.bytes, UInt64(content.count))
        makeRoom(for: content.count)
        // The buffer is valid for the time of this call.
        unsafe bytes.append(contentsOf: content)
    }

    /// Writes a head of one byte that `setHead` completes.
    mutating func appendOpenHead() {
        makeRoom(for: 1)
        bytes.append(0)
    }

    /// Completes the head at `offset`, which is one byte so far and grows when there are more than 23 entries.
    mutating func setHead(_ major: MajorType, count: Int, at offset: Int) {
        if count < 24 {
            bytes[offset] = major.rawValue << 5 | UInt8(count)
            return
        }
        var head: [UInt8] = []
        head.append(major, UInt64(count))
        makeRoom(for: head.count)
        bytes.replaceSubrange(offset...offset, with: head)
    }

    /// Puts the map entries from `start` to the end into ascending order of keys; false when two keys are equal.
    mutating func sortEntries(from start: Int) -> Bool {
        var entries: [(key: UInt64, range: Range<Int>)] = []
        var offset = start
        while offset < bytes.count {
            let key = CBORHead(validated: bytes, at: offset)
            let end = ValidatedBytes.end(of: key.end, in: bytes)
            entries.append((key.argument, offset..<end))
            offset = end
        }
        entries.sort { $0.key < $1.key }
        guard zip(entries, entries.dropFirst()).allSatisfy({ $0.key < $1.key }) else { return false }
        var sorted: [UInt8] = []
        sorted.reserveCapacity(bytes.count - start)
        for entry in entries { sorted.append(contentsOf: bytes[entry.range]) }
        bytes.replaceSubrange(start..., with: sorted)
        wipe(&sorted)
        return true
    }

    /// Grows by hand, because `Array` would leave the old block unwiped.
    private mutating func makeRoom(for count: Int) {
        let needed = bytes.count + count
        guard needed > bytes.capacity else { return }
        var larger: [UInt8] = []
        larger.reserveCapacity(max(2 * bytes.capacity, needed))
        larger.append(contentsOf: bytes)
        wipe(&bytes)
        bytes = larger
    }
}
