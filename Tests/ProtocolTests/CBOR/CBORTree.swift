import StrictCBOR

/// Any item that `Codable` can carry, read and written through containers only.
///
/// It drives the whole of the decoder and the encoder with every accepted input, not only with those that fit a sample.
enum CBORTree: Codable, Equatable {
    case unsigned(UInt64)
    case signed(Int64)
    case text(String)
    case bytes(ByteString)
    case boolean(Bool)
    case array([CBORTree])
    case map([NumberKey: CBORTree])

    struct NumberKey: CodingKey, Hashable {
        let number: Int
        var intValue: Int? { number }
        var stringValue: String { String(number) }
        init(intValue: Int) { number = intValue }
        init?(stringValue: String) { return nil }
    }

    init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: NumberKey.self) {
            var entries: [NumberKey: CBORTree] = [:]
            for key in container.allKeys { entries[key] = try container.decode(CBORTree.self, forKey: key) }
            self = .map(entries)
        } else if var container = try? decoder.unkeyedContainer() {
            var elements: [CBORTree] = []
            while !container.isAtEnd { elements.append(try container.decode(CBORTree.self)) }
            self = .array(elements)
        } else {
            let container = try decoder.singleValueContainer()
            if let value = try? container.decode(UInt64.self) {
                self = .unsigned(value)
            } else if let value = try? container.decode(String.self) {
                self = .text(value)
            } else if let value = try? container.decode(ByteString.self) {
                self = .bytes(value)
            } else if let value = try? container.decode(Bool.self) {
                self = .boolean(value)
            } else {
                self = .signed(try container.decode(Int64.self))
            }
        }
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .map(let entries):
            var container = encoder.container(keyedBy: NumberKey.self)
            // In the dictionary's order, which is a new one in every process: sorting is the encoder's work.
            for (key, value) in entries { try container.encode(value, forKey: key) }
        case .array(let elements):
            var container = encoder.unkeyedContainer()
            for element in elements { try container.encode(element) }
        case .unsigned(let value): try encode(value, to: encoder)
        case .signed(let value): try encode(value, to: encoder)
        case .text(let value): try encode(value, to: encoder)
        case .bytes(let value): try encode(value, to: encoder)
        case .boolean(let value): try encode(value, to: encoder)
        }
    }

    private func encode(_ value: some Encodable, to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}
