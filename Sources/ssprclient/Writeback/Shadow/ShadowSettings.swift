import SSPRAgent
import SSPRVocabulary

/// How one host's `/etc/shadow` is served.
struct ShadowSettings {
    static let standardProgram = "/usr/sbin/chpasswd"
    static let keys = ["root", "chpasswd", "minimum-uid", "protected", "allow-disabled", "lockout", "faillock"]

    let name: TargetName
    /// `/` for the live system.
    var root = "/"
    var program = standardProgram
    /// Accounts of the system itself have lower numbers on Debian.
    var minimumUID: UInt32 = 1000
    var protected: Set<String> = ["root", "nobody"]
    var allowsDisabled = false
    /// Nil: this target keeps no lockout, and an order to unlock is refused.
    var lockout: FailureRecords?

    init(name: TargetName) { self.name = name }

    /// Reads the keys of one entry.
    init(name: TargetName, _ section: SettingsSection) throws(SettingsError) {
        self.init(name: name)
        if let value = section["root"] { root = try value.absolutePath() }
        if let value = section["chpasswd"] { program = try value.absolutePath() }
        if let value = section["minimum-uid"] { minimumUID = UInt32(try value.integer(in: 1...4_294_967_294)) }
        if let value = section["protected"] {
            protected = []
            for name in try value.list(0...1000) { protected.insert(try name.word { try AccountName($0) }.text) }
        }
        if let value = section["allow-disabled"] { allowsDisabled = try value.boolean() }
        let usesRecords = try section["lockout"]?.choice(["none", "faillock"]) == "faillock"
        var records = FailureRecords()
        if let value = section["faillock"] {
            let faillock = try value.section(keys: ["command", "folder"])
            if let value = faillock["command"] { records.program = try value.absolutePath() }
            if let value = faillock["folder"] { records.folder = try value.absolutePath() }
        }
        lockout = usesRecords ? records : nil
    }
}
