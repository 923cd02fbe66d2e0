import SSPRProtocol
import SSPRVocabulary
import StrictCBOR

/// Turns messages into JSON and back, by their shapes: the keys are the names in spec/calls.json.
enum JSONBridge {
    /// What in a JSON value does not fit the shape; never names content, which may be secret.
    struct Mismatch: Error, CustomStringConvertible {
        let path: String
        let expected: String
        var description: String { "\(path.isEmpty ? "the request" : path): expected \(expected)" }
    }

    /// A message as JSON.
    static func json(of message: some Message) throws -> JSONText {
        try json(of: message, shape: ShapeReader.shape(of: type(of: message)))
    }

    private static func json<M: Message>(of message: M, shape: WireShape) throws -> JSONText {
        json(try CBORItem(decoding: CBOREncoder().encode(message)), shape)
    }

    /// An item of `shape` as JSON.
    ///
    /// Byte strings become "hex:" and digits; entries of a newer daemon that have no name here stand under
    /// "key" and their number.
    static func json(_ item: CBORItem, _ shape: WireShape?) -> JSONText {
        switch item {
        case .unsigned(let value): return .unsigned(value)
        // Beyond 64 bits there is no field today; the item's number, counted from -1, is at least not wrong.
        case .negative(let value): return Int64(exactly: value).map { .integer(-1 - $0) } ?? .text("-1 - \(value)")
        case .boolean(let value): return .boolean(value)
        case .text(let text): return .text(text)
        case .bytes(let bytes): return .text("hex:" + Hexadecimal.text(bytes))
        case .array(let items):
            guard case .list(let element) = shape else { return .list(items.map { json($0, nil) }) }
            return .list(items.map { json($0, element) })
        case .map(let entries):
            var fields: [UInt64: WireField] = [:]
            if case .map(_, let known) = shape { for field in known { fields[field.key] = field } }
            return .object(
                entries.sorted { $0.key < $1.key }.map { key, value in
                    (fields[key]?.name ?? "key\(key)", json(value, fields[key]?.shape))
                })
        }
    }

    /// The item of `shape` that `value` describes.
    ///
    /// `null` stands for an absent entry.
    static func item(_ value: JSONValue, _ shape: WireShape, at path: String = "") throws(Mismatch) -> CBORItem {
        switch (shape, value) {
        case (.boolean, .boolean(let value)): return .boolean(value)
        case (.unsigned(let maximum), .unsigned(let value)) where value <= maximum: return .unsigned(value)
        case (.integer, .unsigned(let value)) where value <= UInt64(Int64.max): return .unsigned(value)
        case (.integer, .negative(let value)): return .negative(UInt64(-1 - value))
        case (.text(let bytes, _), .string(let text)) where bytes.contains(text.utf8.count): return .text(text)
        case (.choice(let texts), .string(let text)) where texts.contains(text): return .text(text)
        case (.bytes(let count), .string(let text)):
            if let bytes = bytes(text), count.contains(bytes.count) { return .bytes(bytes) }
        case (.list(let element), .list(let values)):
            var items: [CBORItem] = []
            for (index, value) in values.enumerated() {
                items.append(try item(value, element, at: "\(path)[\(index)]"))
            }
            return .array(items)
        case (.map(_, let fields), .object(let entries)): return try map(entries, fields, at: path)
        default: break
        }
        throw Mismatch(path: path, expected: words(shape))
    }

    private static func map(
        _ entries: [JSONValue.Entry], _ fields: [WireField], at path: String
    ) throws(Mismatch) -> CBORItem {
        let prefix = path.isEmpty ? "" : path + "."
        if let unknown = entries.map(\.name).first(where: { name in !fields.contains { $0.name == name } }) {
            let known = fields.map(\.name).joined(separator: ", ")
            throw Mismatch(
                path: prefix + unknown, expected: known.isEmpty ? "no key at all" : "one of the keys \(known)")
        }
        var items: [UInt64: CBORItem] = [:]
        for field in fields {
            let value = entries.first { $0.name == field.name }?.value ?? .null
            if field.isOptional, value == .null { continue }
            items[field.key] = try item(value, field.shape, at: prefix + field.name)
        }
        return .map(items)
    }

    /// Bytes written as "hex:" and digits, as "text:" and the text itself, or as base64.
    private static func bytes(_ text: String) -> [UInt8]? {
        if text.hasPrefix("hex:") { return Hexadecimal.bytes(text.dropFirst(4)) }
        if text.hasPrefix("text:") { return Array(text.dropFirst(5).utf8) }
        return Base64.bytes(text)
    }

    /// What a shape accepts, in words.
    static func words(_ shape: WireShape) -> String {
        switch shape {
        case .unsigned(let maximum): "a whole number from 0 to \(maximum)"
        case .integer: "a whole number"
        case .boolean: "true or false"
        case .text(_, let form): "text: \(form)"
        case .bytes(let count):
            "\(count.lowerBound == count.upperBound ? "" : "\(count.lowerBound) to ")\(count.upperBound) bytes as \"text:...\", \"hex:...\" or base64"
        case .choice(let texts): "one of \(texts.joined(separator: ", "))"
        case .list(let element): "a list of: \(words(element))"
        case .map: "an object"
        }
    }
}
