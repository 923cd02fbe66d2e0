/// The bytes written so far and the values that are not complete, outermost first.
///
/// Every encoder and container handed to a type is a small value that points here and names its `Slot`.
final class EncodingOutput {
    private(set) var bytes: [UInt8] = []
    private var open: [OpenValue] = []
    private var lastSerial = 0
    /// Of a method that may not throw; every later call throws it.
    private var failure: CBORError?

    /// The place of one value: its position among the open ones, and a number that is never used twice.
    struct Slot {
        let level: Int
        let serial: Int
    }

    init() {
        // Enough for nearly every message; growth is possible and wipes.
        bytes.reserveCapacity(512)
        open.reserveCapacity(CBORLimits.maximumDepth)
    }

    /// Hands out the finished bytes.
    func take() -> [UInt8] {
        let result = bytes
        bytes = []
        return result
    }

    /// Wipes what a failed encoding has left.
    func discard() {
        wipe(&bytes)
    }

    // MARK: Values

    /// Writes one value where the output stands now.
    func encode<T: Encodable>(_ value: T) throws {
        if T.self is any ByteStringRepresentable.Type, let value = value as? any ByteStringRepresentable {
            try unsafe value.withCBORBytes { content in try unsafe append(content) }
            return
        }
        let slot = push(OpenValue(form: .undecided))
        try value.encode(to: ValueEncoder(output: self, slot: slot))
        try close(downTo: slot.level)
    }

    /// Opens a container in the place of a value, and says where it is.
    ///
    /// Cannot throw, because its callers in `Codable` cannot.
    func pushContainer(_ form: OpenValue.Form) -> Slot {
        let slot = push(OpenValue(form: .undecided))
        begin(form, at: slot)
        return slot
    }

    /// Makes a container of the value at `slot`; asking for the same kind twice continues the first.
    func begin(_ form: OpenValue.Form, at slot: Slot) {
        do {
            try activate(slot)
        } catch {
            fail(error.reason)
            return
        }
        if open[slot.level].form == form { return }
        let outer = slot.level == 0 ? 0 : open[slot.level - 1].depth
        guard open[slot.level].form == .undecided else { return fail(.unsupported) }
        guard outer < CBORLimits.maximumDepth else { return fail(.tooDeep) }
        open[slot.level].form = form
        open[slot.level].depth = outer + 1
        open[slot.level].start = bytes.count
        makeRoom(for: 1)
        // A head for fewer than 24 entries; `close` widens it when there are more.
        bytes.append(0)
    }

    /// Writes the key of the next entry of the map at `slot`.
    func beginEntry(at slot: Slot, key: some CodingKey) throws {
        try activate(slot)
        guard let number = key.intValue, number >= 0 else { throw error(.unsupported) }
        open[slot.level].note(key: UInt64(number))
        append(.unsigned, UInt64(number))
    }

    /// Counts the next element of the array at `slot`.
    func beginElement(at slot: Slot) throws {
        try activate(slot)
        open[slot.level].count += 1
    }

    /// Counts the one scalar, or the one inner value, that the value at `slot` consists of.
    func beginScalar(at slot: Slot) throws {
        try activate(slot)
        guard open[slot.level].form == .undecided else { throw error(.unsupported) }
        open[slot.level].form = .scalar
    }

    /// The number of entries or elements of the container at `slot`.
    func count(at slot: Slot) -> Int {
        isOpen(slot) ? open[slot.level].count : 0
    }

    /// Remembers a refusal for the next call that may throw; the first one counts.
    func fail(_ reason: CBORError.Reason) {
        if failure == nil { failure = error(reason) }
    }

    /// A refusal at the current place.
    func error(_ reason: CBORError.Reason) -> CBORError {
        CBORError(reason, offset: bytes.count, path: path)
    }

    /// Map keys and array indices from the root to the value being written.
    var path: [UInt64] {
        open.compactMap { value in
            switch value.form {
            case .map: value.count > 0 ? value.lastKey : nil
            case .array: value.count > 0 ? UInt64(value.count - 1) : nil
            case .undecided, .scalar: nil
            }
        }
    }

    private func push(_ value: OpenValue) -> Slot {
        lastSerial += 1
        open.append(value)
        open[open.count - 1].serial = lastSerial
        return Slot(level: open.count - 1, serial: lastSerial)
    }

    private func isOpen(_ slot: Slot) -> Bool {
        slot.level < open.count && open[slot.level].serial == slot.serial
    }

    /// Makes the value at `slot` the innermost one, completing nested containers that were written before.
    private func activate(_ slot: Slot) throws(CBORError) {
        if let failure { throw failure }
        // Bytes are written in order: a container whose outer one went on can take no more.
        guard isOpen(slot) else { throw error(.unsupported) }
        try close(downTo: slot.level + 1)
    }

    /// Completes all open values from the innermost to the one at `level`.
    private func close(downTo level: Int) throws(CBORError) {
        if let failure { throw failure }
        while open.count > level {
            let value = open[open.count - 1]
            switch value.form {
            case .scalar: break
            case .undecided: append(.map, 0)  // A type without a single property is an empty map.
            case .map, .array: try finish(value)
            }
            open.removeLast()
        }
    }
}

// MARK: - Bytes

extension EncodingOutput {
    func append(_ major: MajorType, _ argument: UInt64) {
        makeRoom(for: 9)
        bytes.append(major, argument)
    }

    func append(_ value: Bool) {
        append(.simple, value ? CBORHead.trueValue : CBORHead.falseValue)
    }

    func append(_ value: some FixedWidthInteger & SignedInteger) {
        let wide = Int64(value)
        // -1 - n in two's complement is ~n.
        append(wide < 0 ? .negative : .unsigned, UInt64(bitPattern: wide < 0 ? ~wide : wide))
    }

    func append(_ value: some FixedWidthInteger & UnsignedInteger) {
        append(.unsigned, UInt64(value))
    }

    func append(_ value: String) {
        var value = value
        value.withUTF8 { text in
            append(.text, UInt64(text.count))
            makeRoom(for: text.count)
            unsafe bytes.append(contentsOf: text)
        }
    }

    func append(_ content: UnsafeRawBufferPointer) throws {
        if let failure { throw failure }
        append(.bytes, UInt64(content.count))
        makeRoom(for: content.count)
        unsafe bytes.append(contentsOf: content)
    }

    /// Grows by hand, because `Array` would leave the old block unwiped.
    private func makeRoom(for count: Int) {
        let needed = bytes.count + count
        guard needed > bytes.capacity else { return }
        var larger: [UInt8] = []
        larger.reserveCapacity(max(2 * bytes.capacity, needed))
        larger.append(contentsOf: bytes)
        wipe(&bytes)
        bytes = larger
    }

    /// Completes the head of a container, and the order of a map.
    private func finish(_ value: OpenValue) throws(CBORError) {
        if value.form == .map, !value.isSorted { try sortEntries(from: value.start + 1) }
        var head: [UInt8] = []
        head.append(value.form == .map ? .map : .array, UInt64(value.count))
        makeRoom(for: head.count)
        bytes.replaceSubrange(value.start...value.start, with: head)
    }

    /// Puts the map entries from `start` to the end into ascending order of keys.
    private func sortEntries(from start: Int) throws(CBORError) {
        var entries: [(key: UInt64, range: Range<Int>)] = []
        var offset = start
        while offset < bytes.count {
            let key = CBORHead(validated: bytes, at: offset)
            let end = ValidatedBytes.end(of: key.end, in: bytes)
            entries.append((key.argument, offset..<end))
            offset = end
        }
        entries.sort { $0.key < $1.key }
        for (left, right) in zip(entries, entries.dropFirst()) where left.key == right.key {
            throw error(.keyOrder)
        }
        var sorted: [UInt8] = []
        sorted.reserveCapacity(bytes.count - start)
        for entry in entries { sorted.append(contentsOf: bytes[entry.range]) }
        bytes.replaceSubrange(start..., with: sorted)
        wipe(&sorted)
    }
}

/// A value that is being written.
struct OpenValue {
    enum Form {
        /// The type has not yet said what it is.
        case undecided
        case scalar
        case array
        case map
    }

    var form: Form
    var serial = 0
    /// Containers up to and with this one.
    var depth = 0
    /// The offset of the head.
    var start = 0
    /// Entries or elements begun.
    var count = 0
    var lastKey: UInt64 = 0
    /// False when a key was not greater than the one before it.
    var isSorted = true

    /// Counts an entry.
    mutating func note(key: UInt64) {
        if count > 0, key <= lastKey { isSorted = false }
        lastKey = key
        count += 1
    }
}
