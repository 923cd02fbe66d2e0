/// Decides whether bytes are one item of the profile.
///
/// The profile is deterministic CBOR (RFC 8949 section 4.2.1) without floats, tags, null and other simple values, with unsigned
/// integers as map keys. Everything that reads bytes in this module runs this first, and so may assume well-formed, canonical
/// and bounded input. One pass, no recursion, no allocation unless it refuses.
public enum CBORValidator {
    /// Returns when `bytes` are one accepted item and nothing else; throws `CBORError` otherwise.
    public static func validate(_ bytes: UnsafeRawBufferPointer, limits: CBORLimits = .standard) throws(CBORError) {
        // Raw memory may be read as bytes, and the span does not outlive this call.
        let span = unsafe bytes.bindMemory(to: UInt8.self).span
        _ = try itemCount(of: span, limits: limits)
    }

    /// Returns when `bytes` are one accepted item and nothing else; throws `CBORError` otherwise.
    public static func validate(_ bytes: [UInt8], limits: CBORLimits = .standard) throws(CBORError) {
        _ = try itemCount(of: bytes.span, limits: limits)
    }

    /// Validates and counts the items: containers, keys and values.
    static func itemCount(of bytes: Span<UInt8>, limits: CBORLimits) throws(CBORError) -> Int {
        guard bytes.count <= limits.bytes else { throw CBORError(.tooLarge, offset: limits.bytes) }
        var open = OpenContainers(limit: limits.depth)
        var offset = 0
        var items = 0
        repeat {
            let start = offset
            let head: CBORHead
            do {
                head = try CBORHead(bytes, at: offset)
            } catch {
                throw open.refusal(error.reason, at: start)
            }
            offset = head.end
            items += 1
            guard items <= limits.items else { throw open.refusal(.tooManyItems, at: start) }
            if open.expectsKey {
                guard head.major == .unsigned else { throw open.refusal(.keyType, at: start) }
                guard open.accept(key: head.argument) else {
                    throw open.refusal(.keyOrder, at: start, key: head.argument)
                }
                continue
            }
            switch head.major {
            case .unsigned, .negative:
                break
            case .bytes, .text:
                guard head.argument <= UInt64(bytes.count - offset) else { throw open.refusal(.truncated, at: start) }
                let end = offset + Int(head.argument)
                if head.major == .text, !isUTF8(bytes.extracting(offset..<end)) {
                    throw open.refusal(.invalidUTF8, at: start)
                }
                offset = end
            case .array, .map:
                // Compared before anything is multiplied: the announced count is the sender's word.
                let perEntry = head.major == .map ? 2 : 1
                guard head.argument <= UInt64((limits.items - items) / perEntry) else {
                    throw open.refusal(.tooManyItems, at: start)
                }
                guard open.hasRoom else { throw open.refusal(.tooDeep, at: start) }
                if head.argument > 0 {
                    open.push(isMap: head.major == .map, entries: head.argument)
                    continue
                }
            case .simple:
                guard head.argument == CBORHead.falseValue || head.argument == CBORHead.trueValue else {
                    throw open.refusal(.simpleValue, at: start)
                }
            case .tag:
                throw open.refusal(.tag, at: start)
            }
            open.finishItem()
        } while !open.isEmpty
        guard offset == bytes.count else { throw CBORError(.trailingBytes, offset: offset) }
        return items
    }

    private static func isUTF8(_ bytes: Span<UInt8>) -> Bool {
        do {
            _ = try UTF8Span(validating: bytes)
            return true
        } catch {
            return false
        }
    }
}

/// The containers around the item being read: the innermost one, and a stack of the others in one fixed block.
private struct OpenContainers {
    private struct Level {
        var isMap = false
        /// Entries or elements that are not complete.
        var remaining: UInt64 = 0
        /// Entries or elements that are complete.
        var completed: UInt64 = 0
        /// The last key of a map.
        var key: UInt64 = 0
        /// True while a map waits for the value of `key`.
        var awaitsValue = false
    }

    private var innermost = Level()
    private var outer = InlineArray<8, Level>(repeating: Level())
    /// All open containers, the innermost one included.
    private var count = 0
    private let limit: Int

    init(limit: Int) {
        self.limit = min(limit, CBORLimits.maximumDepth)
    }

    var isEmpty: Bool { count == 0 }

    /// True when one more container may be opened.
    var hasRoom: Bool { count < limit }

    /// True when the next item stands where a map key belongs.
    var expectsKey: Bool { innermost.isMap && !innermost.awaitsValue }

    /// Takes the key of the next entry; false when it is not greater than the last one.
    mutating func accept(key: UInt64) -> Bool {
        guard innermost.completed == 0 || key > innermost.key else { return false }
        innermost.key = key
        innermost.awaitsValue = true
        return true
    }

    /// Opens a container that is not empty; there must be room.
    mutating func push(isMap: Bool, entries: UInt64) {
        outer[count] = innermost
        innermost = Level(isMap: isMap, remaining: entries)
        count += 1
    }

    /// Notes that a value is complete, and with it every container whose last value it is.
    mutating func finishItem() {
        while count > 0 {
            innermost.remaining -= 1
            innermost.completed += 1
            innermost.awaitsValue = false
            guard innermost.remaining == 0 else { return }
            count -= 1
            innermost = outer[count]
        }
    }

    /// Describes a refusal at the current place; `key` is a key that was read and not accepted.
    func refusal(_ reason: CBORError.Reason, at offset: Int, key: UInt64? = nil) -> CBORError {
        var path: [UInt64] = []
        for index in 0..<count {
            // The first place below holds what stands around the root: nothing.
            let level = index + 1 < count ? outer[index + 1] : innermost
            if !level.isMap {
                path.append(level.completed)
            } else if level.awaitsValue {
                path.append(level.key)
            }
        }
        if let key { path.append(key) }
        return CBORError(reason, offset: offset, path: path)
    }
}
