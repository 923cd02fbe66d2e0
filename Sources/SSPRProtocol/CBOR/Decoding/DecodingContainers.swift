/// What a type's `init(from:)` receives; also the single-value container.
struct ValueDecoder: Decoder, SingleValueDecodingContainer {
    let input: DecodingInput
    let offset: Int

    var codingPath: [any CodingKey] { input.message.path(to: offset).map(CBORPathKey.init) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        try KeyedDecodingContainer(KeyedDecoding(cursor: MapCursor(begin(), at: offset)))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try UnkeyedDecoding(input: begin(), at: offset)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    func decodeNil() -> Bool { false }
    func decode(_ type: Bool.Type) throws -> Bool { try begin().bool(at: offset) }
    func decode(_ type: String.Type) throws -> String { try begin().string(at: offset) }
    func decode(_ type: Double.Type) throws -> Double { throw input.error(.unsupported, at: offset) }
    func decode(_ type: Float.Type) throws -> Float { throw input.error(.unsupported, at: offset) }
    func decode(_ type: Int.Type) throws -> Int { try begin().integer(at: offset) }
    func decode(_ type: Int8.Type) throws -> Int8 { try begin().integer(at: offset) }
    func decode(_ type: Int16.Type) throws -> Int16 { try begin().integer(at: offset) }
    func decode(_ type: Int32.Type) throws -> Int32 { try begin().integer(at: offset) }
    func decode(_ type: Int64.Type) throws -> Int64 { try begin().integer(at: offset) }
    func decode(_ type: UInt.Type) throws -> UInt { try begin().integer(at: offset) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try begin().integer(at: offset) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try begin().integer(at: offset) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try begin().integer(at: offset) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try begin().integer(at: offset) }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try begin().decode(type, at: offset) }

    /// Notes that the type has begun to read.
    private func begin() -> DecodingInput {
        input.reads += 1
        return input
    }
}

/// Reads the entries of a map.
struct KeyedDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let cursor: MapCursor

    var codingPath: [any CodingKey] { cursor.input.message.path(to: cursor.offset).map(CBORPathKey.init) }

    var allKeys: [Key] {
        cursor.keys().compactMap { number in Int(exactly: number).flatMap(Key.init(intValue:)) }
    }

    func contains(_ key: Key) -> Bool {
        guard let number = key.intValue, number >= 0 else { return false }
        return cursor.find(UInt64(number)) != nil
    }

    func decodeNil(forKey key: Key) throws -> Bool { false }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try cursor.input.bool(at: value(key)) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try cursor.input.string(at: value(key)) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { throw unsupported }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { throw unsupported }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try cursor.input.integer(at: value(key)) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try cursor.input.integer(at: value(key)) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try cursor.input.integer(at: value(key)) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try cursor.input.integer(at: value(key)) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try cursor.input.integer(at: value(key)) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try cursor.input.integer(at: value(key)) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try cursor.input.integer(at: value(key)) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try cursor.input.integer(at: value(key)) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try cursor.input.integer(at: value(key)) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try cursor.input.integer(at: value(key)) }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try cursor.input.decode(type, at: value(key))
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try KeyedDecodingContainer(KeyedDecoding<Nested>(cursor: MapCursor(cursor.input, at: value(key))))
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try UnkeyedDecoding(input: cursor.input, at: value(key))
    }

    func superDecoder() throws -> any Decoder { throw unsupported }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw unsupported }

    private var unsupported: CBORError { cursor.input.error(.unsupported, at: cursor.offset) }

    /// The offset of the value of `key`.
    private func value(_ key: Key) throws(CBORError) -> Int {
        guard let number = key.intValue, number >= 0 else { throw unsupported }
        guard let offset = cursor.find(UInt64(number)) else {
            throw cursor.input.missing(UInt64(number), at: cursor.offset)
        }
        return offset
    }
}

/// Reads the elements of an array, in order.
struct UnkeyedDecoding: UnkeyedDecodingContainer {
    private let input: DecodingInput
    private let offset: Int
    private let total: Int
    private var next: Int
    private(set) var currentIndex = 0

    init(input: DecodingInput, at offset: Int) throws(CBORError) {
        let head = try input.head(.array, at: offset)
        self.input = input
        self.offset = offset
        total = Int(head.argument)
        next = head.end
    }

    var codingPath: [any CodingKey] { input.message.path(to: offset).map(CBORPathKey.init) }
    var count: Int? { total }
    var isAtEnd: Bool { currentIndex == total }

    func decodeNil() throws -> Bool { false }
    mutating func decode(_ type: Bool.Type) throws -> Bool {
        try read { input, element in try input.bool(at: element) }
    }
    mutating func decode(_ type: String.Type) throws -> String {
        try read { input, element in try input.string(at: element) }
    }
    mutating func decode(_ type: Double.Type) throws -> Double { throw input.error(.unsupported, at: offset) }
    mutating func decode(_ type: Float.Type) throws -> Float { throw input.error(.unsupported, at: offset) }
    mutating func decode(_ type: Int.Type) throws -> Int { try integer() }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try integer() }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { try integer() }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { try integer() }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { try integer() }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try integer() }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try integer() }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try integer() }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try integer() }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try integer() }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try read { input, element in try input.decode(type, at: element) }
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try read { input, element in
            try KeyedDecodingContainer(KeyedDecoding<Nested>(cursor: MapCursor(input, at: element)))
        }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try read { input, element in try UnkeyedDecoding(input: input, at: element) }
    }

    mutating func superDecoder() throws -> any Decoder { throw input.error(.unsupported, at: offset) }

    private mutating func integer<I: FixedWidthInteger>() throws -> I {
        try read { input, element in try input.integer(at: element) }
    }

    /// Reads the next element; stays there when that fails.
    private mutating func read<T>(_ body: (DecodingInput, Int) throws -> T) throws -> T {
        guard currentIndex < total else { throw input.missing(UInt64(total), at: offset) }
        let element = next
        input.mark(element)
        let value = try body(input, element)
        next = input.message.end(of: element)
        currentIndex += 1
        return value
    }
}
