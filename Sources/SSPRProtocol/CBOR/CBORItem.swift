/// Any item of the profile as a tree, for tools: diagnostics, bridges to JSON, tests.
///
/// Messages of the protocol go through `CBOREncoder` and `CBORDecoder` instead.
public indirect enum CBORItem: Hashable, Sendable {
    /// An integer from 0.
    case unsigned(UInt64)
    /// The integer -1 - n.
    case negative(UInt64)
    /// A byte string.
    case bytes([UInt8])
    /// A text string.
    case text(String)
    /// A sequence.
    case array([CBORItem])
    /// Entries by key: each key once, in no order here and in ascending order on the wire.
    case map([UInt64: CBORItem])
    /// True or false.
    case boolean(Bool)

    /// Validates and reads one item; throws `CBORError` for anything outside the profile.
    public init(decoding bytes: [UInt8], limits: CBORLimits = .standard) throws(CBORError) {
        let reader = try ValidatedBytes(validating: bytes, limits: limits)
        self.init(reader, at: 0)
    }

    /// Reads the item at `offset`; recursion ends at the depth that validation allows.
    private init(_ input: ValidatedBytes, at offset: Int) {
        let head = input.head(at: offset)
        switch head.major {
        case .unsigned: self = .unsigned(head.argument)
        case .negative: self = .negative(head.argument)
        case .bytes: self = .bytes(Array(input.content(of: head)))
        case .text: self = .text(input.text(of: head))
        case .simple, .tag: self = .boolean(head.argument == CBORHead.trueValue)
        case .array:
            var elements: [CBORItem] = []
            elements.reserveCapacity(Int(head.argument))
            var next = head.end
            for _ in 0..<head.argument {
                elements.append(CBORItem(input, at: next))
                next = input.end(of: next)
            }
            self = .array(elements)
        case .map:
            var entries = [UInt64: CBORItem](minimumCapacity: Int(head.argument))
            var next = head.end
            for _ in 0..<head.argument {
                let key = input.head(at: next)
                entries[key.argument] = CBORItem(input, at: key.end)
                next = input.end(of: key.end)
            }
            self = .map(entries)
        }
    }

    /// The one encoding of this item.
    ///
    /// A tree deeper than `CBORLimits.maximumDepth` is written too, but no reader of the profile accepts it.
    public func encoded() -> [UInt8] {
        var output: [UInt8] = []
        append(to: &output)
        return output
    }

    private func append(to output: inout [UInt8]) {
        switch self {
        case .unsigned(let value): output.append(.unsigned, value)
        case .negative(let value): output.append(.negative, value)
        case .boolean(let value): output.append(.simple, value ? CBORHead.trueValue : CBORHead.falseValue)
        case .bytes(let bytes):
            output.append(.bytes, UInt64(bytes.count))
            output.append(contentsOf: bytes)
        case .text(let text):
            output.append(.text, UInt64(text.utf8.count))
            output.append(contentsOf: text.utf8)
        case .array(let elements):
            output.append(.array, UInt64(elements.count))
            for element in elements { element.append(to: &output) }
        case .map(let entries):
            output.append(.map, UInt64(entries.count))
            for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
                output.append(.unsigned, key)
                value.append(to: &output)
            }
        }
    }
}
