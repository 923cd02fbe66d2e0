public import SSPRVocabulary
import StrictCBOR

/// Finds the shape of a message by letting it decode itself from samples and noting what it asks for.
public enum ShapeReader {
    /// The shape of a message, word or number.
    public static func shape<T: Decodable>(of type: T.Type) -> WireShape {
        describe(type).shape
    }

    /// A type's shape with a value of it; the value only lets the walk go on.
    static func describe<T: Decodable>(_ type: T.Type) -> (shape: WireShape, sample: T) {
        if let word = type as? any WireWord.Type, let sample = word.wireSample as? T { return (word.wireShape, sample) }
        if let sample = ByteString([]) as? T { return (.bytes(count: 0...Limits.replyBytes), sample) }
        if let list = type as? any ListShape.Type, let sample = list.emptyList as? T { return (list.listShape, sample) }
        if let simple = simple(type) { return simple }
        let walk = Walk(name: String(describing: type))
        do {
            let sample = try T(from: walk)
            return (walk.shape, sample)
        } catch {
            // Every message is walked in a test: a type that cannot be described never gets beyond it.
            preconditionFailure("\(type) is neither a word nor a plain map: \(error)")
        }
    }

    private static func simple<T>(_ type: T.Type) -> (shape: WireShape, sample: T)? {
        let known: [(WireShape, Any)] = [
            (.boolean, false), (.text(bytes: 0...WireLimit.textBytes, form: "UTF-8"), ""), (.integer, Int64(0)),
            (.unsigned(maximum: UInt64(UInt8.max)), UInt8(0)), (.unsigned(maximum: UInt64(UInt16.max)), UInt16(0)),
            (.unsigned(maximum: UInt64(UInt32.max)), UInt32(0)), (.unsigned(maximum: .max), UInt64(0)),
            (.unsigned(maximum: UInt64(FailureCode.allCases.map(\.rawValue).max() ?? 0)), FailureCode.malformed),
        ]
        for (shape, value) in known { if let sample = value as? T { return (shape, sample) } }
        return nil
    }
}

/// Arrays, which describe their elements.
private protocol ListShape {
    static var listShape: WireShape { get }
    static var emptyList: Any { get }
}

extension Array: ListShape where Element: Decodable {
    fileprivate static var listShape: WireShape { .list(ShapeReader.shape(of: Element.self)) }
    fileprivate static var emptyList: Any { [Element]() }
}

/// A decoder that has no input: it answers every question with a sample and notes the question.
private final class Walk: Decoder {
    let name: String
    private var fields: [WireField] = []
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    init(name: String) { self.name = name }

    var shape: WireShape { .map(name: name, fields.sorted { $0.key < $1.key }) }

    func note<T: Decodable>(_ type: T.Type, _ key: any CodingKey, optional: Bool) throws -> T {
        guard let number = key.intValue, let key64 = UInt64(exactly: number) else {
            throw WordError("message", "every key of \(name) needs an unsigned number")
        }
        let (shape, sample) = ShapeReader.describe(type)
        fields.append(WireField(key: key64, name: key.stringValue, shape: shape, isOptional: optional))
        return sample
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Container<Key>(walk: self))
    }
    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        throw WordError("message", "\(name) is a list of its own")
    }
    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        throw WordError("message", "\(name) is a single value that is no word")
    }

    struct Container<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let walk: Walk
        var codingPath: [any CodingKey] { [] }
        var allKeys: [Key] { [] }
        func contains(_ key: Key) -> Bool { true }
        func decodeNil(forKey key: Key) throws -> Bool { false }
        func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
            try walk.note(type, key, optional: false)
        }
        func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
            try walk.note(type, key, optional: true)
        }
        func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
            try walk.note(type, key, optional: true)
        }
        func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
            try walk.note(type, key, optional: true)
        }
        func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? {
            try walk.note(type, key, optional: true)
        }
        func decodeIfPresent(_ type: UInt8.Type, forKey key: Key) throws -> UInt8? {
            try walk.note(type, key, optional: true)
        }
        func decodeIfPresent(_ type: UInt16.Type, forKey key: Key) throws -> UInt16? {
            try walk.note(type, key, optional: true)
        }
        func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) throws -> UInt32? {
            try walk.note(type, key, optional: true)
        }
        func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? {
            try walk.note(type, key, optional: true)
        }
        func nestedContainer<N: CodingKey>(keyedBy type: N.Type, forKey key: Key) throws -> KeyedDecodingContainer<N> {
            throw WordError("message", "nested containers are not described")
        }
        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
            throw WordError("message", "nested containers are not described")
        }
        func superDecoder() throws -> any Decoder { walk }
        func superDecoder(forKey key: Key) throws -> any Decoder { walk }
    }
}
