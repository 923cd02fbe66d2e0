import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `ssprclient accounts`.
struct AccountsGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accounts",
        abstract: "Bring accounts in, list, explain, enable, disable, remind and remove them, say what they read.",
        subcommands: [
            AccountsAdd.self, AccountsList.self, AccountsShow.self, AccountsEnable.self, AccountsDisable.self,
            AccountsPass.self, AccountsLanguage.self, AccountsImport.self, AccountsSync.self, AccountsExplain.self,
            AccountsRemind.self, AccountsRemove.self, AccountsUnblock.self,
        ])
}

/// `accounts list`.
struct AccountsList: ConsoleCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List all accounts, by name.")

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        var table = try Table(
            [
                .init(name: "account", width: 16), .init(name: "enabled", width: 7), .init(name: "role", width: 13),
                .init(name: "methods", width: 22), .init(name: "missing", width: 7), .init(name: "locked", width: 8),
                .init(name: "target", width: 8),
            ], on: console)
        var last: AccountName?
        var count = 0
        repeat {
            let page = try console.call(
                ListAccounts.self, .init(after: last), doing: "list accounts", in: .administration)
            for account in page.accounts {
                try table.print(AccountCard.cells(account)) { try JSONBridge.json(of: account) }
                count += 1
            }
            last = page.isLast ? nil : page.accounts.last?.account
        } while last != nil
        try table.finish()
        console.say(count == 1 ? "1 account." : "\(count) accounts.", .dim)
    }
}

/// `accounts show NAME`.
struct AccountsShow: ConsoleCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one account.")

    @Argument(help: "The account.", transform: { try AccountName($0) })
    var account: AccountName

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let reply = try console.call(
            ShowAccount.self, .init(account: account), doing: "show \(account)", in: .administration)
        if console.options.isJSON { return try console.print(try JSONBridge.json(of: reply)) }
        try Card(AccountCard.entries(reply)).print(on: console)
    }
}

/// An account in words.
enum AccountCard {
    static func cells(_ account: AccountSummary) -> [String] {
        [
            account.account.text, account.isEnabled ? "yes" : "no", account.role.rawValue,
            account.methods.isEmpty ? "-" : account.methods.map(\.rawValue).joined(separator: ","),
            "\(account.missing)",
            locks(account), account.target?.text ?? "-",
        ]
    }

    static func entries(_ account: AccountSummary) -> [(label: String, value: String)] {
        [
            ("Account", account.account.text), ("Number", "\(account.id)"),
            ("Uid", account.uid.map { "\($0)" } ?? "none"),
            ("Role", account.role.rawValue), ("Enabled", account.isEnabled ? "yes" : "no"),
            ("Password in", account.target?.text ?? "ssprd"),
            ("Methods", account.methods.isEmpty ? "none" : account.methods.map(\.rawValue).joined(separator: ", ")),
            ("Missing", "\(account.missing)"), ("Added", Moment.text(account.addedAt)),
            ("Language", account.language?.text ?? "the default"),
            ("Sign-in locked until", account.signInLockedUntil.map(Moment.text) ?? "not locked"),
            ("Recovery blocked until", account.recoveryBlockedUntil.map(Moment.text) ?? "not blocked"),
        ]
    }

    private static func locks(_ account: AccountSummary) -> String {
        var words: [String] = []
        if let until = account.signInLockedUntil, until > Moment.now { words.append("sign-in") }
        if let until = account.recoveryBlockedUntil, until > Moment.now { words.append("recovery") }
        return words.isEmpty ? "-" : words.joined(separator: ",")
    }
}
