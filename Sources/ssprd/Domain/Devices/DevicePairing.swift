import SSPRVocabulary

/// What is sealed in a device's method under way: the pairing secret, and the device once it has come.
struct DevicePairing {
    let secret: PairingSecret
    let device: PairedDevice?

    init(secret: PairingSecret, device: PairedDevice?) {
        self.secret = secret
        self.device = device
    }

    /// Reads an opened payload; throws `SealBroken` for any other layout.
    init(_ payload: Secret) throws {
        let bytes = unsafe payload.withBytes { unsafe [UInt8]($0) }
        do {
            secret = try PairingSecret(Secret(bytes.prefix(PairingSecret.length)))
        } catch is WordError {
            throw SealBroken()
        }
        let rest = Array(bytes.dropFirst(PairingSecret.length))
        device = rest.isEmpty ? nil : try PairedDevice(rest)
    }

    func encoded() -> Secret {
        Secret(unsafe secret.secret.withBytes { unsafe [UInt8]($0) } + (device?.encoded ?? []))
    }
}
