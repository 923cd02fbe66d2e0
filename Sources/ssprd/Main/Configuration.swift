import SSPRCrypto
import SSPRDocuments
import SSPRDomain
import SSPRServer
import SSPRVocabulary

/// What an administrator may set in the configuration file; everything has a default, and an empty file is a good one.
///
/// Read at the start, and again when somebody asks for it (`Reloader`).
struct Configuration: Sendable {
    /// The socket's path; not used when systemd passes one.
    var socket = "/run/sspr/ssprd.sock"
    /// The folder that holds the state.
    var state = "/var/lib/ssprd"
    /// The key ring's file, outside the state: who copies one has not the other.
    var keys = "/etc/ssprd/keyring"
    /// The file that remembers the newest record, apart from the state; nil for the default beside the keys.
    var witness: String?
    /// Who may do what with how much proof.
    var policy = Policy()
    /// The fields of the policy that the file names.
    var given: Set<String> = []
    /// The file of passwords that have become known; nil for none.
    var breached: String?
    /// What a password hash costs.
    var hashing = HashingCost.standard
    /// Where people find their help desk, in words; nil when nobody said.
    var helpDesk: String?
    /// Peers' roles.
    var roles = RoleMap.standard

    /// Reads a file; throws `DocumentError` with file, line, key and what is allowed.
    init(file: String, text: String) throws {
        let root = try DocumentNode(file: file, text: text)
        socket = try root.path(of: "socket") ?? socket
        state = try root.path(of: "state") ?? state
        keys = try root.path(of: "keys") ?? keys
        witness = try root.path(of: "witness")
        policy = try Self.policy(root)
        given = Set(try root.policy().values.keys)
        breached = try root.section("passwords")?.path(of: "breached")
        helpDesk = try root.section("helpDesk")?.text("contact", 1...200)
        if let cost = try root.section("hashing") {
            let passes = try cost.number("passes", Int(HashingCost.passBounds.lowerBound)...16)
            let memory = try cost.number("memoryKiB", Int(HashingCost.memoryBoundsKiB.lowerBound)...1_048_576)
            hashing = try HashingCost(
                passes: passes.map(UInt32.init) ?? hashing.passes,
                memoryKiB: memory.map(UInt32.init) ?? hashing.memoryKiB)
        }
        roles = try Self.roles(try root.section("roles"), denied: try root.identifiers("denied"), file: file)
        try root.finish()
    }

    /// The defaults.
    init() {}

    /// Where the newest record is remembered: never in the state's folder, which is put back as a whole.
    var witnessFile: String { witness ?? keys + ".witness" }

    /// The fields of the policy's table, and what stands beside it: lists that are read from files or name groups.
    private static func policy(_ root: DocumentNode) throws -> Policy {
        let document = try root.policy()
        var policy = try Policy().applying(document)
        if let contradiction = policy.contradiction { throw try root.complaint(about: contradiction) }
        policy.enablement = try root.enablement("enablement") ?? policy.enablement
        if let passwords = try root.section("passwords") {
            policy.banned = BannedTerms.common.adding(try BannedList.read(passwords))
            policy.organisation = try passwords.text("organisation", 4...64)
        }
        return policy
    }

    private static func roles(_ section: DocumentNode?, denied: [UInt32], file: String) throws -> RoleMap {
        var map = RoleMap.standard
        map.deny(uids: denied)
        for role in PeerRole.allCases where role != .person {
            guard let holders = try section?.section(role.rawValue) else { continue }
            map.assign(role, uids: try holders.identifiers("users"), gids: try holders.identifiers("groups"))
        }
        do {
            try map.validate()
        } catch {
            throw DocumentError(place: file, problem: "roles: \(error)", allowed: "ids that belong to somebody")
        }
        return map
    }
}
