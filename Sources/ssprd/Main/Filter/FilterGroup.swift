import ArgumentParser
import Glibc
import SSPRCrypto
import SSPRPlatform
import SSPRVocabulary

/// `ssprd filter`: the file of known passwords that `passwords.breached` names.
struct FilterGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "filter", abstract: "Make and look at the file of passwords that have become known.",
        discussion: """
            Exit status: 0 done, 1 the password that was tested is in the file, 65 the file or the input is no good.
            """,
        subcommands: [FilterBuild.self, FilterCheck.self, FilterTest.self])

    /// Runs a command; what goes wrong is one line.
    static func run(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let code as ExitCode {
            throw code
        } catch {
            FilterProgress.clear()
            StandardError.show("ssprd: \(error)\n")
            throw ExitCode(EX_DATAERR)
        }
    }
}

/// `ssprd filter check`.
struct FilterCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Look at every byte of a file, as the daemon does when it starts.")

    @Argument(help: "The file.")
    var file: String

    func run() throws {
        try FilterGroup.run {
            let filter = try PasswordFilter(at: file)
            print("\(file): good, \(filter.count) passwords, \(filter.size) bytes")
        }
    }
}

/// `ssprd filter test`.
struct FilterTest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Say whether a file has the password on the standard input.",
        discussion: "The first line is taken; exit status 1 when the file has it.")

    @Argument(help: "The file.")
    var file: String

    func run() throws {
        try FilterGroup.run {
            guard isatty(STDIN_FILENO) == 0 else {
                throw FilterInputError(
                    place: "the standard input",
                    problem: "a terminal would show the password: pass it on, as in"
                        + " `read -rs p && printf %s \"$p\" | ssprd filter test FILE`")
            }
            guard let line = readLine(strippingNewline: true), !line.isEmpty else {
                throw FilterInputError(place: "the standard input", problem: "there is no password")
            }
            let isKnown = try isKnown(line)
            print(isKnown ? "known" : "not known")
            if isKnown { throw ExitCode(1) }
        }
    }

    private func isKnown(_ line: String) throws -> Bool {
        do {
            guard let digest = try WordLine(text: UnicodeNormalizer()).digest(Array(line.utf8)[...]) else {
                return false
            }
            return try PasswordFilter(at: file).contains(digest)
        } catch let bad as BadLine {
            throw FilterInputError(place: "the standard input", problem: bad.reason)
        }
    }
}
