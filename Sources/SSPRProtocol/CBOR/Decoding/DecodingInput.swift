/// The validated message and what has been read of it.
///
/// An item is named by the offset of its head. For a reader that refuses unknown keys, every item that was asked for is marked:
/// at the end all of them must be. That one rule covers maps in maps, arrays of maps and elements nobody read.
final class DecodingInput {
    let message: ValidatedBytes
    private var marks: ReadMarks
    /// Grows whenever a type begins to read, so that a type that reads nothing can be told.
    var reads = 0

    init(_ message: ValidatedBytes, notesReads: Bool) {
        self.message = message
        marks = ReadMarks(of: notesReads ? message : nil)
        marks.note(0)
    }

    /// Notes that the item at `offset` was asked for.
    func mark(_ offset: Int) { marks.note(offset) }

    /// Notes that the entry with this key and value was asked for.
    func mark(key: Int, value: Int) {
        marks.note(key: key, value: value)
    }

    /// The offset of the first item that nobody asked for, or nil.
    func firstUnread() -> Int? { marks.firstMissing(in: message) }

    /// A refusal of the item at `offset`.
    func error(_ reason: CBORError.Reason, at offset: Int) -> CBORError {
        CBORError(reason, offset: offset, path: message.path(to: offset))
    }

    /// A refusal of the container at `offset`, because it has no entry or element `step`.
    func missing(_ step: UInt64, at offset: Int) -> CBORError {
        CBORError(.missingKey, offset: offset, path: message.path(to: offset) + [step])
    }

    // MARK: Values

    /// Reads the value at `offset`.
    func decode<T: Decodable>(_ type: T.Type, at offset: Int) throws(CBORError) -> T {
        if let byteStringType = type as? any ByteStringRepresentable.Type {
            return try decode(type, asByteString: byteStringType, at: offset)
        }
        let readsBefore = reads
        let value: T
        do {
            value = try T(from: ValueDecoder(input: self, offset: offset))
        } catch let refusal as CBORError {
            throw refusal
        } catch {
            throw self.error(.invalidValue, at: offset)
        }
        // A type without a single property is an empty map.
        if reads == readsBefore { _ = try head(.map, at: offset) }
        return value
    }

    /// The head of the item at `offset`, which must be of one kind.
    func head(_ major: MajorType, at offset: Int) throws(CBORError) -> CBORHead {
        let head = message.head(at: offset)
        guard head.major == major else { throw error(.wrongType, at: offset) }
        return head
    }

    func bool(at offset: Int) throws(CBORError) -> Bool {
        try head(.simple, at: offset).argument == CBORHead.trueValue
    }

    func string(at offset: Int) throws(CBORError) -> String {
        message.text(of: try head(.text, at: offset))
    }

    func integer<I: FixedWidthInteger>(at offset: Int) throws(CBORError) -> I {
        let head = message.head(at: offset)
        let value: I?
        switch head.major {
        case .unsigned: value = I(exactly: head.argument)
        // -1 - n in two's complement is ~n, as long as n has 63 bits.
        case .negative: value = Int64(exactly: head.argument).flatMap { I(exactly: ~$0) }
        default: throw error(.wrongType, at: offset)
        }
        guard let value else { throw error(.outOfRange, at: offset) }
        return value
    }

    // Apart, because the cast costs every value a look-up of run-time metadata where it stands.
    @inline(never)
    private func decode<T>(
        _ type: T.Type, asByteString byteStringType: any ByteStringRepresentable.Type, at offset: Int
    ) throws(CBORError) -> T {
        guard let value = try byteString(byteStringType, at: offset) as? T else { throw error(.wrongType, at: offset) }
        return value
    }

    private func content(at offset: Int) throws(CBORError) -> [UInt8] {
        Array(message.content(of: try head(.bytes, at: offset)))
    }

    private func byteString<B: ByteStringRepresentable>(_ type: B.Type, at offset: Int) throws(CBORError) -> B {
        var content = try content(at: offset)
        // When the value has kept this very array, it is not the only owner and the wiping leaves the value alone.
        defer { wipe(&content) }
        do {
            return try B(cborBytes: content)
        } catch {
            throw self.error(.invalidValue, at: offset)
        }
    }
}
