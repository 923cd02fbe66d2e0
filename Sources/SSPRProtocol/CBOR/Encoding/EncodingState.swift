/// The bytes written so far and the values that are not complete, outermost first.
struct EncodingState {
    var output = OutputBytes()
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
        open.reserveCapacity(CBORLimits.maximumDepth)
    }

    // MARK: Values and their parts

    /// Opens a value where the output stands now.
    mutating func push() -> Slot {
        lastSerial += 1
        open.append(OpenValue(serial: lastSerial, depth: open.last?.depth ?? 0))
        return Slot(level: open.count - 1, serial: lastSerial)
    }

    /// Makes a container of the value at `slot`; asking for the same kind twice continues the first.
    ///
    /// Cannot throw, because its callers in `Codable` cannot.
    mutating func begin(_ form: OpenValue.Form, at slot: Slot) {
        do {
            try activate(slot)
        } catch {
            return fail(error)
        }
        if open[slot.level].form == form { return }
        guard open[slot.level].form == .undecided else { return fail(error(.unsupported)) }
        guard open[slot.level].depth < CBORLimits.maximumDepth else { return fail(error(.tooDeep)) }
        open[slot.level].form = form
        open[slot.level].depth += 1
        open[slot.level].start = output.count
        output.appendOpenHead()
    }

    /// Writes the key of the next entry of the map at `slot`; `value` may write a scalar after it.
    @inline(__always)
    mutating func writeEntry(at slot: Slot, key: Int?, _ value: (inout OutputBytes) -> Void) throws(CBORError) {
        try beginEntry(at: slot, key: key)
        value(&output)
    }

    /// Counts the next element of the array at `slot`; `value` may write a scalar.
    @inline(__always)
    mutating func writeElement(at slot: Slot, _ value: (inout OutputBytes) -> Void) throws(CBORError) {
        try activate(slot)
        open[slot.level].count += 1
        value(&output)
    }

    /// Counts the one inner value that the value at `slot` consists of; `value` may write a scalar.
    @inline(__always)
    mutating func writeScalar(at slot: Slot, _ value: (inout OutputBytes) -> Void) throws(CBORError) {
        try activate(slot)
        guard open[slot.level].form == .undecided else { throw error(.unsupported) }
        open[slot.level].form = .scalar
        value(&output)
    }

    private mutating func beginEntry(at slot: Slot, key: Int?) throws(CBORError) {
        try activate(slot)
        guard let key, key >= 0 else { throw error(.unsupported) }
        open[slot.level].note(key: UInt64(key))
        output.append(.unsigned, UInt64(key))
    }

    /// The number of entries or elements of the container at `slot`.
    func count(at slot: Slot) -> Int {
        isOpen(slot) ? open[slot.level].count : 0
    }

    /// Completes all open values from the innermost to the one at `level`.
    mutating func close(downTo level: Int) throws(CBORError) {
        if let failure { throw failure }
        while open.count > level {
            let value = open[open.count - 1]
            switch value.form {
            case .scalar:
                break
            case .undecided:
                // A type without a single property is an empty map.
                output.append(.map, 0)
            case .array:
                output.setHead(.array, count: value.count, at: value.start)
            case .map:
                guard value.isSorted || output.sortEntries(from: value.start + 1) else { throw error(.keyOrder) }
                output.setHead(.map, count: value.count, at: value.start)
            }
            open.removeLast()
        }
    }

    private func isOpen(_ slot: Slot) -> Bool {
        slot.level < open.count && open[slot.level].serial == slot.serial
    }

    /// Makes the value at `slot` the innermost one, completing nested containers that were written before.
    private mutating func activate(_ slot: Slot) throws(CBORError) {
        if let failure { throw failure }
        // Bytes are written in order: a container whose outer one went on can take no more.
        guard isOpen(slot) else { throw error(.unsupported) }
        if open.count > slot.level + 1 { try close(downTo: slot.level + 1) }
    }

    // MARK: Refusals

    /// Remembers a refusal for the next call that may throw; the first one counts.
    mutating func fail(_ error: CBORError) {
        if failure == nil { failure = error }
    }

    /// A refusal at the current place.
    func error(_ reason: CBORError.Reason) -> CBORError {
        CBORError(reason, offset: output.count, path: path)
    }

    /// Map keys and array indices from the root to the value being written.
    var path: [UInt64] {
        open.compactMap { value in
            guard value.count > 0 else { return nil }
            return value.form == .map ? value.lastKey : UInt64(value.count - 1)
        }
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

    let serial: Int
    /// Containers around this value, and the value itself once it is one.
    var depth: Int
    var form = Form.undecided
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
