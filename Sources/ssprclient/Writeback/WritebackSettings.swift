import SSPRAgent
import SSPRVocabulary

/// What the configuration file says.
///
///     targets:
///       - name: shadow                  # as the accounts name it
///         kind: shadow
///         root: /                       # elsewhere: the /etc below this folder, by chpasswd -R
///         chpasswd: /usr/sbin/chpasswd
///         minimum-uid: 1000             # accounts below are never touched; uid 0 never is
///         protected: [root, nobody]     # nor are these
///         allow-disabled: false         # true: setting a password enables an account whose field begins with ! or *
///         lockout: none                 # or faillock: unlock clears the failure records of pam_faillock
///         faillock:
///           command: /usr/sbin/faillock
///           folder: /var/run/faillock
enum WritebackSettings {
    /// The targets that the command line or the file asks for.
    static func targets(_ options: AgentOptions) throws -> [any Target] {
        switch (options["config"], options["target"]) {
        case (let file?, nil):
            guard options["root"] == nil, options["chpasswd"] == nil else {
                throw UsageError("--root and --chpasswd go with --target; with --config they stand in the file")
            }
            return try read(file)
        case (nil, "shadow"?):
            var settings = ShadowSettings(name: try TargetName("shadow"))
            if let root = options["root"] { settings.root = try absolute(root, "--root") }
            if let program = options["chpasswd"] { settings.program = try absolute(program, "--chpasswd") }
            return [try ShadowTarget(settings)]
        case (nil, .some):
            throw UsageError("--target: expected shadow")
        default:
            throw UsageError("one of --config and --target is needed")
        }
    }

    private static func absolute(_ path: String, _ option: String) throws -> String {
        guard path.hasPrefix("/") else { throw UsageError("\(option) needs an absolute path") }
        return path
    }

    private static func read(_ file: String) throws -> [any Target] {
        let entries = try SettingsFile.read(file, keys: ["targets"])
            .require("targets", accepted: "a list of targets").list(1...16)
        var names: Set<TargetName> = []
        return try entries.map { entry in
            let section = try entry.section(keys: ["kind", "name"] + ShadowSettings.keys)
            _ = try section.require("kind", accepted: "shadow").choice(["shadow"])
            let nameValue = try section.require("name", accepted: "the target's name")
            let name = try nameValue.word { try TargetName($0) }
            guard names.insert(name).inserted else { throw nameValue.refused("the name stands in this list twice") }
            do {
                return try ShadowTarget(try ShadowSettings(name: name, section))
            } catch let error as SettingsError {
                throw error
            } catch {
                throw entry.refused("cannot be served: \(error)")
            }
        }
    }
}
