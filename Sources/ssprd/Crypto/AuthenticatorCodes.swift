import Crypto
public import SSPRDomain
public import SSPRVocabulary

/// Codes of authenticator apps: HOTP (RFC 4226) over the number of a time step (RFC 6238), HMAC-SHA-1.
///
/// Which step is now, and which steps count, is the domain's business. libsodium has no HMAC-SHA-1, hence swift-crypto.
public struct AuthenticatorCodes: TimeCodes {
    /// Computes codes; holds nothing.
    public init() {}

    /// The six-digit code of one time step.
    public func code(seed: Secret, step: UInt64) -> OneTimeCode {
        code(seed: seed, step: step, digits: 6)
    }

    func code(seed: Secret, step: UInt64, digits: Int) -> OneTimeCode {
        OneTimeCode(number: UInt64(Self.truncated(seed: seed, step: step)), digits: digits)
    }

    /// The 31 bits that a code is made of: RFC 4226 section 5.3, "dynamic truncation".
    private static func truncated(seed: Secret, step: UInt64) -> UInt32 {
        let key = unsafe seed.withBytes { unsafe SymmetricKey(data: $0) }
        let digest = Array(HMAC<Insecure.SHA1>.authenticationCode(for: bigEndianBytes(step), using: key))
        let offset = Int(digest[19] & 0x0f)
        return digest[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) } & 0x7fff_ffff
    }
}
