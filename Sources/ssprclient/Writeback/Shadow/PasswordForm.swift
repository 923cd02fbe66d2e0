import SSPRVocabulary

/// What a password must look like so that chpasswd and crypt take all of it and nothing else.
enum PasswordForm {
    /// crypt(3) and PAM take at most 511 bytes (`CRYPT_MAX_PASSPHRASE_SIZE`, `PAM_MAX_RESP_SIZE`).
    static let longest = 511

    /// Refuses what would end chpasswd's line early or be cut (attack E6).
    ///
    /// A `:` in a password is fine: only the first of a line counts.
    static func check(_ password: Secret) throws(TargetRefusal) {
        guard !password.isEmpty else { throw TargetRefusal(.passwordPolicy, "an empty password is not accepted here") }
        guard password.count <= longest else {
            throw TargetRefusal(.passwordPolicy, "at most \(longest) bytes are accepted here")
        }
        // The bytes are looked at while they are lent.
        let breaksLines = unsafe password.withBytes { bytes in
            unsafe bytes.contains { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") || $0 == 0 }
        }
        guard !breaksLines else { throw TargetRefusal(.passwordPolicy, "line ends and NUL are not accepted here") }
    }
}
