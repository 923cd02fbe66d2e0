import SSPRVocabulary

/// What is sealed in a device's method under way: the pairing secret, and the key once the device has come.
struct DevicePairing {
    let secret: PairingSecret
    let key: DeviceKey?

    init(secret: PairingSecret, key: DeviceKey?) {
        self.secret = secret
        self.key = key
    }

    /// Reads an opened payload; throws `SealBroken` for any other layout.
    init(_ payload: Secret) throws {
        let bytes = unsafe payload.withBytes { unsafe [UInt8]($0) }
        do {
            secret = try PairingSecret(Secret(bytes.prefix(PairingSecret.length)))
            let rest = Array(bytes.dropFirst(PairingSecret.length))
            key = rest.isEmpty ? nil : try DeviceKey(rest)
        } catch is WordError {
            throw SealBroken()
        }
    }

    func encoded() -> Secret {
        Secret(unsafe secret.secret.withBytes { unsafe [UInt8]($0) } + (key?.bytes ?? []))
    }
}
