import SSPRCrypto
import SSPRDomain
import SSPRServer
import SSPRVocabulary

/// What an administrator may set in the configuration file; everything has a default, and an empty file is a good one.
///
/// Read once, at the start.
struct Configuration {
    /// The socket's path; not used when systemd passes one.
    var socket = "/run/sspr/ssprd.sock"
    /// The folder that holds the state.
    var state = "/var/lib/ssprd"
    /// The key ring's file, outside the state: who copies one has not the other.
    var keys = "/etc/ssprd/keyring"
    /// Who may do what with how much proof.
    var policy = Policy()
    /// The file of passwords that have become known; nil for none.
    var breached: String?
    /// What a password hash costs.
    var hashing = HashingCost.standard
    /// Peers' roles.
    var roles = RoleMap.standard

    /// Reads a file; throws `ConfigurationError` with file, line, key and what is allowed.
    init(file: String, text: String) throws {
        let root = try ConfigurationNode(file: file, text: text)
        socket = try root.path(of: "socket") ?? socket
        state = try root.path(of: "state") ?? state
        keys = try root.path(of: "keys") ?? keys
        policy.questionsEnabled = try root.boolean("questions") ?? policy.questionsEnabled
        policy.phonesEnabled = try root.boolean("phones") ?? policy.phonesEnabled
        policy.devicesEnabled = try root.boolean("devices") ?? policy.devicesEnabled
        policy.passesEnabled = try root.boolean("temporaryPass") ?? policy.passesEnabled
        policy.language = try root.language("language", spoken: QuestionCatalog.languages) ?? policy.language
        policy.enablement = try root.enablement("enablement") ?? policy.enablement
        if let passwords = try root.section("passwords") {
            policy.minimumPasswordLength =
                try passwords.number("minimumLength", 8...256) ?? policy.minimumPasswordLength
            policy.banned = BannedTerms.common.adding(try BannedList.read(passwords))
            policy.organisation = try passwords.text("organisation", 4...64)
            policy.rememberedPasswords = try passwords.number("remembered", 0...24) ?? policy.rememberedPasswords
            policy.reusesAfterReset = try passwords.boolean("reuseAfterReset") ?? policy.reusesAfterReset
            breached = try passwords.path(of: "breached")
            try passwords.finish()
        }
        if let recovery = try root.section("recovery") {
            policy.proofsNeeded = UInt8(try recovery.number("proofs", 1...2) ?? Int(policy.proofsNeeded))
            policy.confirmsPhones = try recovery.boolean("confirmPhones") ?? policy.confirmsPhones
            policy.questionsRegistered =
                try recovery.number("questionsRegistered", 3...5) ?? policy.questionsRegistered
            // More than are registered cannot be asked.
            policy.questionsAsked =
                try recovery.number("questionsAsked", 3...policy.questionsRegistered) ?? policy.questionsAsked
            policy.contactCoolingOff = .hours(Int64(try recovery.number("coolingOffHours", 0...72) ?? 24))
            policy.undoLife = .hours(Int64(try recovery.number("undoHours", 0...72) ?? 24))
            try recovery.finish()
        }
        if let registration = try root.section("registration") {
            policy.asksAtSignIn = try registration.boolean("askAtSignIn") ?? policy.asksAtSignIn
            policy.postponements =
                UInt32(try registration.number("postponements", 0...20) ?? Int(policy.postponements))
            if let days = try registration.number("reviewDays", 0...730) {
                policy.reviewPeriod = days == 0 ? nil : .hours(Int64(days) * 24)
            }
            try registration.finish()
        }
        if let budgets = try root.section("budgets") {
            policy.dailyTexts = UInt32(try budgets.number("textsPerDay", 0...1_000_000) ?? Int(policy.dailyTexts))
            policy.dailyCalls = UInt32(try budgets.number("callsPerDay", 0...1_000_000) ?? Int(policy.dailyCalls))
            try budgets.finish()
        }
        if let cost = try root.section("hashing") {
            let passes = try cost.number("passes", Int(HashingCost.passBounds.lowerBound)...16)
            let memory = try cost.number("memoryKiB", Int(HashingCost.memoryBoundsKiB.lowerBound)...1_048_576)
            hashing = try HashingCost(
                passes: passes.map(UInt32.init) ?? hashing.passes,
                memoryKiB: memory.map(UInt32.init) ?? hashing.memoryKiB)
            try cost.finish()
        }
        roles = try Self.roles(try root.section("roles"), denied: try root.identifiers("denied"), file: file)
        try root.finish()
    }

    /// The defaults.
    init() {}

    private static func roles(_ section: ConfigurationNode?, denied: [UInt32], file: String) throws -> RoleMap {
        var map = RoleMap.standard
        map.deny(uids: denied)
        for role in PeerRole.allCases where role != .person {
            guard let holders = try section?.section(role.rawValue) else { continue }
            map.assign(role, uids: try holders.identifiers("users"), gids: try holders.identifiers("groups"))
            try holders.finish()
        }
        try section?.finish()
        do {
            try map.validate()
        } catch {
            throw ConfigurationError(place: file, problem: "roles: \(error)", allowed: "ids that belong to somebody")
        }
        return map
    }
}
