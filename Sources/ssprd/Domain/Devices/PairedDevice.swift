import SSPRVocabulary

/// What is sealed in a device's method: its key, and where it is woken.
///
/// Key 32 bytes, length u16, wake address 256 bytes: a sealed row does not tell whether there is an address.
struct PairedDevice {
    let key: DeviceKey
    let wakeAddress: WakeAddress?

    private static let keyLength = OpaqueKinds.DeviceKey.length
    static let size = keyLength + 2 + WakeAddress.maximumLength

    init(key: DeviceKey, wakeAddress: WakeAddress?) {
        self.key = key
        self.wakeAddress = wakeAddress
    }

    /// Opens what a registered method holds; throws `SealBroken` for anything else.
    init(of method: MethodRow, in world: Surroundings) throws {
        let identity = RowIdentity(.method, row: method.id.number, account: method.account.number)
        let payload = try world.sealer.open(method.payload, for: identity)
        try self.init(unsafe payload.withBytes { unsafe [UInt8]($0) })
    }

    /// Reads an opened payload; throws `SealBroken` for any other layout.
    init(_ bytes: [UInt8]) throws {
        do {
            key = try DeviceKey(Array(bytes.prefix(Self.keyLength)))
            // Devices that were paired before there were wake addresses are their key alone.
            guard bytes.count != Self.keyLength else {
                wakeAddress = nil
                return
            }
            guard bytes.count == Self.size else { throw SealBroken() }
            let room = bytes.dropFirst(Self.keyLength + 2)
            let count = Int(bytes[Self.keyLength]) << 8 | Int(bytes[Self.keyLength + 1])
            guard count <= room.count, let text = String(validating: room.prefix(count), as: UTF8.self) else {
                throw SealBroken()
            }
            wakeAddress = text.isEmpty ? nil : try WakeAddress(text)
        } catch is WordError {
            throw SealBroken()
        }
    }

    var encoded: [UInt8] {
        let text = Array((wakeAddress?.text ?? "").utf8)
        let padding = [UInt8](repeating: 0, count: WakeAddress.maximumLength - text.count)
        return key.bytes + [UInt8(text.count >> 8), UInt8(text.count & 0xff)] + text + padding
    }
}
