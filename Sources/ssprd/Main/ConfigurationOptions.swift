import ArgumentParser

/// Where the configuration comes from; what is given here wins over the file.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .customLong("config"), help: "The configuration file (YAML). Without it the defaults hold.")
    var file: String?

    @Option(help: "The socket's path.")
    var socket: String?

    @Option(help: "The folder that holds the state.")
    var state: String?

    @Option(help: "The key ring's file.")
    var keys: String?

    func read() throws -> Configuration {
        var configuration = try file.map { try Configuration(file: $0, text: TextFile.read($0)) } ?? Configuration()
        configuration.socket = socket ?? configuration.socket
        configuration.state = state ?? configuration.state
        configuration.keys = keys ?? configuration.keys
        return configuration
    }
}
