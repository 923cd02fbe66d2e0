import SSPRVocabulary

/// The key of an authenticator app, as text to type and as an address to scan.
struct AppKey {
    /// The key in base32.
    let base32: String
    /// `otpauth://totp/...`, which apps read from a QR code (the format of Google Authenticator's wiki "Key Uri Format").
    ///
    /// Without what it would say by default (SHA1, 6 digits, 30 seconds): so the code fits into 24 lines.
    let uri: String

    init(_ key: Secret, account: AccountName, issuer: String) {
        // The bytes are copied into the text while they are lent.
        base32 = unsafe key.withBytes { unsafe Base32.text($0) }
        let name = Self.escaped(issuer)
        uri =
            "otpauth://totp/\(name):\(Self.escaped(account.text))?secret=\(base32)&issuer=\(name)"
    }

    /// RFC 3986 section 2.1: all but unreserved characters as their bytes.
    static func escaped(_ text: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        return text.utf8.map { byte in
            plain.contains(byte) ? String(UnicodeScalar(byte)) : "%" + Hexadecimal.text([byte]).uppercased()
        }.joined()
    }
}
