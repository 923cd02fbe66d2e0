/// Finds entries of one map, for all copies of a container.
final class MapCursor {
    let input: DecodingInput
    /// The offset of the map's head.
    let offset: Int
    private var position: MapPosition

    init(_ input: DecodingInput, at offset: Int) throws(CBORError) {
        let head = try input.head(.map, at: offset)
        self.input = input
        self.offset = offset
        position = MapPosition(head, in: input.message)
    }

    /// The offset of the value of `wanted`, or nil; marks the entry as asked for.
    func find(_ wanted: UInt64) -> Int? {
        guard let entry = position.find(wanted, in: input.message) else { return nil }
        input.mark(key: entry.key, value: entry.value)
        return entry.value
    }

    /// All keys, ascending.
    func keys() -> [UInt64] { position.keys(in: input.message) }
}

/// A place in a map.
///
/// Keys are sorted and most types ask for them in ascending order, so the place moves forward and goes back to the start only when
/// a type turns back.
private struct MapPosition {
    private let count: UInt64
    private let first: Int

    // The entry here; it is valid while `index < count`.
    private var index: UInt64 = 0
    private var keyOffset = 0
    private var key: UInt64 = 0
    private var valueOffset = 0
    /// The key before `key`.
    private var previous: UInt64?

    init(_ head: CBORHead, in message: ValidatedBytes) {
        count = head.argument
        first = head.end
        rewind(in: message)
    }

    /// The offsets of the key `wanted` and of its value, or nil.
    mutating func find(_ wanted: UInt64, in message: ValidatedBytes) -> (key: Int, value: Int)? {
        if let previous, wanted <= previous { rewind(in: message) }
        while index < count, key < wanted { advance(in: message) }
        guard index < count, key == wanted else { return nil }
        return (keyOffset, valueOffset)
    }

    /// All keys, ascending.
    func keys(in message: ValidatedBytes) -> [UInt64] {
        var keys: [UInt64] = []
        var next = first
        for _ in 0..<count {
            let head = message.head(at: next)
            keys.append(head.argument)
            next = message.end(of: head.end)
        }
        return keys
    }

    private mutating func rewind(in message: ValidatedBytes) {
        index = 0
        previous = nil
        if count > 0 { load(at: first, in: message) }
    }

    private mutating func advance(in message: ValidatedBytes) {
        previous = key
        index += 1
        if index < count { load(at: message.end(of: valueOffset), in: message) }
    }

    private mutating func load(at offset: Int, in message: ValidatedBytes) {
        let head = message.head(at: offset)
        keyOffset = offset
        key = head.argument
        valueOffset = head.end
    }
}
