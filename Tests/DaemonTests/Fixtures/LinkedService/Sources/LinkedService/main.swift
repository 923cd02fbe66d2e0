import Glibc
import SSPRClient
import SSPRProtocol
import SSPRVocabulary

// Signs somebody in: socket and account as arguments, the password on standard input. Ends with 0 for a yes and 1 for a no.
guard CommandLine.arguments.count == 3, let typed = readLine() else {
    print("usage: LinkedService SOCKET ACCOUNT < password")
    exit(64)
}
do {
    let client = try Client(connectingTo: CommandLine.arguments[1])
    let account = try AccountName(CommandLine.arguments[2])
    _ = try client.call(Authenticate.self, .init(account: account, password: Secret(text: typed)))
    print("signed in")
} catch ClientError.failure(let failure) {
    print("no: \(failure.code)")
    exit(1)
}
