import SSPRAgent
import SSPRVocabulary

/// The files `passwd` and `shadow` of one root.
///
/// Both are replaced by renaming, so what one open sees is whole.
struct AccountFiles {
    private static let limit = 64 << 20
    private let root: String

    /// `/` for the live system.
    init(root: String) { self.root = root == "/" ? "" : root }

    /// The folder in which both are replaced.
    var folder: String { "\(root)/etc" }

    /// The account's lines, found exactly once in each file; anything else is refused.
    func account(_ name: AccountName) throws(TargetRefusal) -> ShadowAccount {
        let passwd = try lines("passwd", of: name)
        guard let entry = passwd.first else { throw TargetRefusal(.noSuchUser) }
        guard passwd.count == 1 else { throw TargetRefusal(.severalUsers, "the name stands in passwd more than once") }
        let fields = Self.fields(entry)
        guard fields.count == 7, fields[1] == "x", let uid = UInt32(fields[2]) else {
            throw TargetRefusal(.misconfigured, "the account's line in passwd does not refer to shadow")
        }
        let shadow = try lines("shadow", of: name)
        guard let line = shadow.first else {
            throw TargetRefusal(.misconfigured, "the account has no line in shadow")
        }
        guard shadow.count == 1 else { throw TargetRefusal(.severalUsers, "the name stands in shadow more than once") }
        guard let account = ShadowAccount(name: name, uid: uid, line: line) else {
            throw TargetRefusal(.misconfigured, "the account's line in shadow is broken")
        }
        return account
    }

    /// The lines that begin with `name:`, without their ends.
    private func lines(_ file: String, of name: AccountName) throws(TargetRefusal) -> [Secret] {
        var bytes: [UInt8]
        do {
            bytes = try OpenFile(reading: "\(folder)/\(file)").readAll(limit: Self.limit)
        } catch {
            let reason = PrintableText.clean("\(file) cannot be read: \(error)".utf8, limit: 200)
            throw TargetRefusal(.misconfigured, reason)
        }
        // Other people's hashes do not stay in memory.
        defer { bytes.wipe() }
        let start = Array(name.text.utf8) + [UInt8(ascii: ":")]
        return bytes.split(separator: UInt8(ascii: "\n")).filter { $0.starts(with: start) }.map { Secret($0) }
    }

    /// The fields of a line of passwd, which holds nothing secret.
    private static func fields(_ line: Secret) -> [String] {
        // The bytes are copied while they are lent.
        let bytes = unsafe line.withBytes { unsafe [UInt8]($0) }
        return bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
    }
}

/// One account of `passwd` and `shadow` (shadow(5)).
struct ShadowAccount {
    let name: AccountName
    let uid: UInt32
    /// The whole line of `shadow`, to see whether anything has changed.
    let line: Secret
    /// The password field.
    let hash: Secret
    /// The day of the last change, counted from the epoch; nil or 0: no age is kept.
    let lastChange: Int?
    /// Days before the password may be changed again.
    let minimumAge: Int?
    /// The day on which the account ends.
    let expiry: Int?

    /// Reads a line; nil when it has not the nine fields of shadow(5).
    init?(name: AccountName, uid: UInt32, line: Secret) {
        // The bytes are copied while they are lent, and the copy is wiped.
        var bytes = unsafe line.withBytes { unsafe [UInt8]($0) }
        defer { bytes.wipe() }
        let ends = bytes.indices.filter { bytes[$0] == UInt8(ascii: ":") } + [bytes.count]
        guard ends.count == 9 else { return nil }
        func number(_ field: Int) -> Int? {
            Int(String(decoding: bytes[(ends[field - 1] + 1)..<ends[field]], as: UTF8.self))
        }
        self.name = name
        self.uid = uid
        self.line = line
        hash = Secret(bytes[(ends[0] + 1)..<ends[1]])
        lastChange = number(2)
        minimumAge = number(3)
        expiry = number(7)
    }

    /// True when the field begins with `!` or `*`: no password signs in.
    var isDisabled: Bool {
        // One byte is looked at while the bytes are lent.
        unsafe hash.withBytes { unsafe $0.first == UInt8(ascii: "!") || $0.first == UInt8(ascii: "*") }
    }
}
