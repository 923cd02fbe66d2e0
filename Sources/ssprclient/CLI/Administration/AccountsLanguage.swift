import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `accounts language NAME [TAG]`.
struct AccountsLanguage: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "language", abstract: "Set the language of an account's messages and questions, or clear it.")

    @Argument(help: "The account.", transform: { try AccountName($0) })
    var account: AccountName

    @Argument(help: "Such as de or de-AT; without it, the default.", transform: { try LanguageTag($0) })
    var language: LanguageTag?

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        _ = try console.call(
            SetAccountLanguage.self, .init(account: account, language: language),
            doing: "set the language of \(account)", in: .administration)
        console.say("The language of \(account) is \(language?.text ?? "the default").", .ok)
    }
}
