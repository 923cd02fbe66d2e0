/// Remembers which items of a message were asked for.
struct ReadMarks {
    /// One bit for each byte of the message, set when the item that begins there was asked for; empty when nobody wants to know.
    private var bits: [UInt64]
    private var missing: Int

    /// Expects marks for every item of `message`; for nil it keeps none.
    init(of message: ValidatedBytes?) {
        bits = message.map { Array(repeating: 0, count: ($0.bytes.count + 63) / 64) } ?? []
        missing = message?.itemCount ?? 0
    }

    /// Marks the item at `offset`.
    mutating func note(_ offset: Int) {
        let word = offset / 64
        guard word < bits.count else { return }
        let bit: UInt64 = 1 << UInt64(offset % 64)
        guard bits[word] & bit == 0 else { return }
        bits[word] |= bit
        missing -= 1
    }

    /// Marks an entry.
    mutating func note(key: Int, value: Int) {
        note(key)
        note(value)
    }

    /// The offset of the first item without a mark, or nil.
    func firstMissing(in message: ValidatedBytes) -> Int? {
        guard missing > 0 else { return nil }
        var offset = 0
        while offset < message.bytes.count {
            if bits[offset / 64] & 1 << UInt64(offset % 64) == 0 { return offset }
            let head = message.head(at: offset)
            offset = head.end
            if head.major == .bytes || head.major == .text { offset += Int(head.argument) }
        }
        return nil
    }
}
