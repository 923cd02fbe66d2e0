import ArgumentParser

/// `ssprd check-config`: reads the configuration as `serve` would and changes nothing.
struct CheckConfiguration: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config", abstract: "Reads the configuration file and says what is wrong with it.")

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let configuration = try OpenConfiguration(options.read()).values
        print("\(options.file ?? "the defaults"): good")
        print("socket \(configuration.socket), state \(configuration.state), keys \(configuration.keys)")
        print("witness \(configuration.witnessFile)")
    }
}
