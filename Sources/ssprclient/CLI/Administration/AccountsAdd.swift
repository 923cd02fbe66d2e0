import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `accounts add NAME`.
struct AccountsAdd: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Bring an account in, with a first password or with a target where its password lives.")

    @Argument(help: "The account's name.", transform: { try AccountName($0) })
    var account: AccountName

    @Option(help: "The uid whose owner may act for the account.")
    var uid: UInt32?

    @Option(
        help: "Whose password it is: user, administrator or globalAdministrator.",
        transform: { text in
            guard let role = AccountRole(rawValue: text) else {
                throw ValidationError(
                    "A role is one of: \(AccountRole.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            return role
        })
    var role: AccountRole?

    @Option(
        help: "Where the password lives, such as shadow; without it ssprd keeps it.", transform: { try TargetName($0) })
    var target: TargetName?

    @Option(help: "The language of its messages and questions, such as de.", transform: { try LanguageTag($0) })
    var language: LanguageTag?

    @Option(
        help: ArgumentHelp("Read the first password from a file, or \"-\" for the standard input.", valueName: "path"))
    var passwordFile: String?

    @Option(name: .customLong("secret-fd"), help: "Read the first password from this descriptor.")
    var secretDescriptor: Int32?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        let given = [target != nil, passwordFile != nil, secretDescriptor != nil].filter { $0 }.count
        guard given <= 1 else {
            throw ValidationError("Only one of --target, --password-file and --secret-fd may be given.")
        }
    }

    func perform(on console: Console) throws {
        let what = "add \(account)"
        func send(_ password: Secret?) throws {
            let reply = try console.call(
                AddAccount.self,
                .init(
                    account: account, uid: uid, role: role, password: password, target: target, language: language),
                doing: what, in: .administration)
            if console.options.isJSON { try console.print(try JSONBridge.json(of: reply)) }
        }
        if target != nil {
            try send(nil)
        } else if let source = passwordFile ?? secretDescriptor.map({ "fd:\($0)" }) {
            try send(try InputLines(source: source).rest())
        } else {
            try NewPassword(console: console, answers: try console.answers(from: nil)).ask { try send($0) }
        }
        console.say("\(account) is added.", .ok)
    }
}
