import ArgumentParser

/// A command that talks to people and programs: it throws `CommandFailure` and prints through the console.
protocol ConsoleCommand: ParsableCommand {
    var global: GlobalOptions { get }
    func perform(on console: Console) throws
}

extension ConsoleCommand {
    func run() throws {
        let console = Console(global)
        do {
            try perform(on: console)
        } catch {
            console.end(with: error)
        }
    }
}
