import ArgumentParser
import SSPRVocabulary

/// The account that a person's command is about.
struct AccountArgument: ParsableArguments {
    @Argument(help: "The account. (default: your login name, from USER)", transform: { try AccountName($0) })
    var account: AccountName?

    /// The account that was named, or the person's own.
    func resolved(on console: Console) throws(CommandFailure) -> AccountName {
        if let account { return account }
        return try console.ownAccount()
    }
}

/// Where the answers to a command's questions come from.
struct AnswerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Take the answers from a file, \"-\" or \"fd:N\", one a line.", valueName: "source"))
    var answersFrom: String?
}
