/// What a type's `encode(to:)` receives; also the single-value container.
struct ValueEncoder: Encoder, SingleValueEncodingContainer {
    let output: EncodingOutput
    let slot: EncodingState.Slot

    var codingPath: [any CodingKey] { output.codingPath }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        output.state.begin(.map, at: slot)
        return KeyedEncodingContainer(KeyedEncoding(output: output, slot: slot))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        output.state.begin(.array, at: slot)
        return UnkeyedEncoding(output: output, slot: slot)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encodeNil() throws { throw output.error(.unsupported) }
    func encode(_ value: Bool) throws { try write { $0.append(value) } }
    func encode(_ value: String) throws { try write { $0.append(value) } }
    func encode(_ value: Double) throws { throw output.error(.unsupported) }
    func encode(_ value: Float) throws { throw output.error(.unsupported) }
    func encode(_ value: Int) throws { try write { $0.append(value) } }
    func encode(_ value: Int8) throws { try write { $0.append(value) } }
    func encode(_ value: Int16) throws { try write { $0.append(value) } }
    func encode(_ value: Int32) throws { try write { $0.append(value) } }
    func encode(_ value: Int64) throws { try write { $0.append(value) } }
    func encode(_ value: UInt) throws { try write { $0.append(value) } }
    func encode(_ value: UInt8) throws { try write { $0.append(value) } }
    func encode(_ value: UInt16) throws { try write { $0.append(value) } }
    func encode(_ value: UInt32) throws { try write { $0.append(value) } }
    func encode(_ value: UInt64) throws { try write { $0.append(value) } }
    func encode<T: Encodable>(_ value: T) throws {
        try write { _ in }
        try output.encode(value)
    }

    @inline(__always)
    private func write(_ body: (inout OutputBytes) -> Void) throws(CBORError) {
        try output.state.writeScalar(at: slot, body)
    }
}

/// Writes the entries of a map.
struct KeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let output: EncodingOutput
    let slot: EncodingState.Slot

    var codingPath: [any CodingKey] { output.codingPath }

    func encodeNil(forKey key: Key) throws { throw output.error(.unsupported) }
    func encode(_ value: Bool, forKey key: Key) throws { try write(key) { $0.append(value) } }
    func encode(_ value: String, forKey key: Key) throws { try write(key) { $0.append(value) } }
    func encode(_ value: Double, forKey key: Key) throws { throw output.error(.unsupported) }
    func encode(_ value: Float, forKey key: Key) throws { throw output.error(.unsupported) }
    func encode(_ value: Int, forKey key: Key) throws { try write(key) { $0.append(value) } }
    func encode(_ value: Int8, forKey key: Key) throws { try write(key) { $0.append(value) } }
    func encode(_ value: Int16, forKey key: Key) throws { try write(key) { $0.append(value) } }
    func encode(_ value: Int32, forKey key: Key) throws { try write(key) { $0.append(value) } }
    func encode(_ value: Int64, forKey key: Key) throws { try write(key) { $0.append(value) } }
    func encode(_ value: UInt, forKey key: Key) throws { try write(key) { $0.append(value) } }
    func encode(_ value: UInt8, forKey key: Key) throws { try write(key) { $0.append(value) } }
    func encode(_ value: UInt16, forKey key: Key) throws { try write(key) { $0.append(value) } }
    func encode(_ value: UInt32, forKey key: Key) throws { try write(key) { $0.append(value) } }
    func encode(_ value: UInt64, forKey key: Key) throws { try write(key) { $0.append(value) } }
    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        try write(key) { _ in }
        try output.encode(value)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        KeyedEncodingContainer(KeyedEncoding<Nested>(output: output, slot: nest(.map, key)))
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        UnkeyedEncoding(output: output, slot: nest(.array, key))
    }

    func superEncoder() -> any Encoder {
        // "super" has no number.
        output.state.fail(output.error(.unsupported))
        return ValueEncoder(output: output, slot: slot)
    }

    func superEncoder(forKey key: Key) -> any Encoder { superEncoder() }

    @inline(__always)
    private func write(_ key: Key, _ body: (inout OutputBytes) -> Void) throws(CBORError) {
        try output.state.writeEntry(at: slot, key: key.intValue, body)
    }

    private func nest(_ form: OpenValue.Form, _ key: Key) -> EncodingState.Slot {
        output.nest(form) { () throws(CBORError) in try write(key) { _ in } }
    }
}

/// Writes the elements of an array.
struct UnkeyedEncoding: UnkeyedEncodingContainer {
    let output: EncodingOutput
    let slot: EncodingState.Slot

    var codingPath: [any CodingKey] { output.codingPath }
    var count: Int { output.state.count(at: slot) }

    func encodeNil() throws { throw output.error(.unsupported) }
    func encode(_ value: Bool) throws { try write { $0.append(value) } }
    func encode(_ value: String) throws { try write { $0.append(value) } }
    func encode(_ value: Double) throws { throw output.error(.unsupported) }
    func encode(_ value: Float) throws { throw output.error(.unsupported) }
    func encode(_ value: Int) throws { try write { $0.append(value) } }
    func encode(_ value: Int8) throws { try write { $0.append(value) } }
    func encode(_ value: Int16) throws { try write { $0.append(value) } }
    func encode(_ value: Int32) throws { try write { $0.append(value) } }
    func encode(_ value: Int64) throws { try write { $0.append(value) } }
    func encode(_ value: UInt) throws { try write { $0.append(value) } }
    func encode(_ value: UInt8) throws { try write { $0.append(value) } }
    func encode(_ value: UInt16) throws { try write { $0.append(value) } }
    func encode(_ value: UInt32) throws { try write { $0.append(value) } }
    func encode(_ value: UInt64) throws { try write { $0.append(value) } }
    func encode<T: Encodable>(_ value: T) throws {
        try write { _ in }
        try output.encode(value)
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        KeyedEncodingContainer(KeyedEncoding<Nested>(output: output, slot: nest(.map)))
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        UnkeyedEncoding(output: output, slot: nest(.array))
    }

    func superEncoder() -> any Encoder {
        output.state.fail(output.error(.unsupported))
        return ValueEncoder(output: output, slot: slot)
    }

    @inline(__always)
    private func write(_ body: (inout OutputBytes) -> Void) throws(CBORError) {
        try output.state.writeElement(at: slot, body)
    }

    private func nest(_ form: OpenValue.Form) -> EncodingState.Slot {
        output.nest(form) { () throws(CBORError) in try write { _ in } }
    }
}
