import ArgumentParser
import SSPRCrypto

/// `ssprd keys`: the key ring.
struct KeysGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Look at the key ring and give it new keys.",
        discussion: "Exit status: 0 done, 78 the key ring or the configuration is no good.",
        subcommands: [KeysShow.self, KeysRotate.self])

    /// Runs a command on the ring's path; what goes wrong is one line.
    fileprivate static func run(_ options: ConfigurationOptions, _ body: (String) throws -> Void) throws {
        do {
            try body(options.read().keys)
        } catch {
            StandardError.show("ssprd: \(error)\n")
            throw ExitCode(StartFailure.exitCode(of: error))
        }
    }
}

/// `ssprd keys show`.
struct KeysShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Say which keys are in use; no key is shown.")

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        try KeysGroup.run(options) { path in print(try KeyRing.load(at: path).words(path)) }
    }
}

/// `ssprd keys rotate`.
struct KeysRotate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Add a fresh sealing key and a fresh pepper; the former ones stay.",
        discussion: """
            A daemon that runs goes on with the keys that it began with; after its next start everything new is sealed and hashed under \
            the new ones. What is there already is opened with the former keys, which must not be thrown away; a password gets the \
            new pepper when its owner signs in. Run it as the user that the daemon runs as.
            """)

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        try KeysGroup.run(options) { path in
            print(try KeyRing.rotate(at: path).words(path))
            print("Next: back the key ring up, apart from the state, then restart ssprd.")
        }
    }
}

extension KeyRing {
    /// Which keys new things are sealed and hashed under.
    fileprivate func words(_ path: String) -> String {
        "\(path): sealing key \(newestSealingKey) of \(count.sealing), pepper \(newestPepper) of \(count.peppers)"
    }
}
