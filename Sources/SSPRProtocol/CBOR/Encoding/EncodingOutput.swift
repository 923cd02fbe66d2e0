/// One encoding under way: what every encoder and container handed to a type points to.
///
/// The type's own code runs between calls, so no access to `state` may last while it does.
final class EncodingOutput {
    var state = EncodingState()

    /// Writes one value where the output stands now.
    func encode<T: Encodable>(_ value: T) throws {
        // Asked of the type and not of the value, because that look-up takes a third of the time.
        if let type = T.self as? any ByteStringRepresentable.Type { return try append(value, as: type) }
        let slot = state.push()
        do {
            try value.encode(to: ValueEncoder(output: self, slot: slot))
            try state.close(downTo: slot.level)
        } catch {
            // A type that swallows the error of a part must not go on after half a part.
            state.fail(error as? CBORError ?? state.error(.invalidValue))
            throw error
        }
    }

    private func append<B: ByteStringRepresentable>(_ value: some Encodable, as type: B.Type) throws(CBORError) {
        guard let value = value as? B else { throw error(.unsupported) }
        // The memory is used inside the closure only.
        unsafe value.withCBORBytes { content in unsafe state.output.append(content) }
    }

    /// Opens a container as the next entry or element, which `begin` announces.
    ///
    /// Cannot throw, because its callers in `Codable` cannot.
    func nest(_ form: OpenValue.Form, announcedBy begin: () throws(CBORError) -> Void) -> EncodingState.Slot {
        do {
            try begin()
        } catch {
            state.fail(error)
        }
        let slot = state.push()
        state.begin(form, at: slot)
        return slot
    }

    var codingPath: [any CodingKey] { state.path.map(CBORPathKey.init) }

    /// A refusal at the current place.
    func error(_ reason: CBORError.Reason) -> CBORError { state.error(reason) }
}
