import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `accounts import FILE`.
struct AccountsImport: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Bring many accounts in from a list: CSV whose first line names the columns, or JSON lines.",
        discussion: """
            Columns or keys: \(ImportField.names). Groups are separated by semicolons and must be there. The accounts have no
            password: their owners reset it with what the list says of them, or get a temporary pass. Lines that are not
            taken are printed with the reason; the others go in, 256 at a time, each batch whole or not at all.
            """)

    @Argument(help: "The list, or \"-\" for the standard input. What ends in .jsonl is JSON lines.")
    var file: String

    @Flag(help: "Change nothing, and tell what would be.")
    var dryRun = false

    @Flag(help: "Import nothing unless every line is acceptable.")
    var strict = false

    @Flag(help: "Pass over accounts that are there, as after an import that was cut off.")
    var skipExisting = false

    @Flag(help: "The list is JSON lines, whatever its name.")
    var jsonLines = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard !strict || file != "-" else {
            throw ValidationError("--strict reads the list twice: give a file, not the standard input.")
        }
    }

    func perform(on console: Console) throws {
        if dryRun || strict {
            let trial = try run(.rehearsal, on: console)
            guard trial.refused == 0 else {
                throw CommandFailure(
                    .badData, "\(trial.refused) lines would not be taken", why: "Nothing was changed.",
                    next: "mend the lines that are named")
            }
            if dryRun {
                return console.say("\(trial.accepted) accounts would be added. Nothing was changed.", .ok)
            }
        }
        let done = try run(strict && !skipExisting ? .allOrNone : .eachRow, on: console)
        try done.conclude(on: console)
    }

    private func run(_ mode: ImportMode, on console: Console) throws -> Importer {
        let lines = try ListLines(source: file)
        var format = ListFormat.jsonl
        if !jsonLines, !file.hasSuffix(".jsonl") {
            do throws(RowProblem) {
                format = .csv(columns: try ListFormat.columns(try? lines.next()?.bytes))
            } catch {
                throw CommandFailure(
                    .badData, "\(file) is no such list", why: error.text, next: "ssprclient help accounts import")
            }
        }
        var importer = try Importer(mode, skipsPresent: skipExisting, on: console)
        try importer.run(lines, format)
        return importer
    }
}

/// `accounts sync --from SOURCE`.
struct AccountsSync: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract:
            "Bring in the accounts of this system that are not there yet: getent passwd | ssprclient accounts sync --from -",
        discussion: """
            ssprclient is one static file and cannot ask the name service itself: it reads what getent prints. Accounts that
            are there stay as they are.
            """)

    @Option(help: "What getent passwd has printed: a file, or \"-\" for the standard input.")
    var from: String

    @Option(help: "Where the passwords live.", transform: { try TargetName($0) })
    var target: TargetName?

    @Option(help: "The least uid of a person.")
    var minUid: UInt32 = 1000

    @Option(help: "The greatest uid of a person.")
    var maxUid: UInt32 = 59_999

    @Flag(help: "Change nothing, and tell what would be.")
    var dryRun = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard minUid <= maxUid else { throw ValidationError("--min-uid is greater than --max-uid.") }
        guard from != "system" else {
            throw ValidationError("Let getent ask the system: getent passwd | ssprclient accounts sync --from -")
        }
    }

    func perform(on console: Console) throws {
        var importer = try Importer(dryRun ? .rehearsal : .eachRow, skipsPresent: true, on: console)
        let target = try target ?? TargetName("shadow")
        try importer.run(try ListLines(source: from), .passwd(target: target, uids: minUid...maxUid))
        if dryRun { console.say("Nothing was changed.", .dim) }
        try importer.conclude(on: console)
    }
}

extension Importer {
    /// Says how many rows went where; fails when some were not taken.
    func conclude(on console: Console) throws(CommandFailure) {
        let passed = present > 0 ? ", \(present) were there" : ""
        guard refused > 0 else { return console.say("\(accepted) accounts are added\(passed).", .ok) }
        throw CommandFailure(
            .badData, "\(refused) lines were not taken", why: "\(accepted) accounts are added\(passed).",
            next: "mend the lines that are named, and import them")
    }
}
