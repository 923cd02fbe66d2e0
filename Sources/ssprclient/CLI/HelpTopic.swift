/// Pages of `ssprclient help TOPIC`.
enum HelpTopic: String, CaseIterable {
    case exitCodes = "exit-codes"
    case environment
    case output
    case pam

    var text: String {
        switch self {
        case .exitCodes:
            "Exit codes\n\n"
                + ExitStatus.allCases.map { "  \(Self.padded(String($0.rawValue), 4))  \($0.meaning)" }.joined(
                    separator: "\n")
        case .environment:
            "Environment variables\n\n"
                + Environment.listing.map { "  \(Self.padded($0.0, 24))  \($0.1)" }.joined(separator: "\n")
                + "\n\nUnder `ssprclient pam` none of these counts; PAM_USER and PAM_TYPE do."
        case .output: Self.outputPage
        case .pam: Self.pamPage
        }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static let outputPage = """
        Output

        Data goes to the standard output, everything else to the standard error. A change that was made prints no data.

          --output friendly   one thing as "label: value" lines (the default for one thing)
          --output table      many things as a table; into a pipe: columns separated by tabs (the default for many)
          --output json       one JSON value; its keys are the names in spec/calls.json (also --json)
          --output jsonl      one JSON value a line
          --no-legend         no line of column names

        In JSON, moments are milliseconds since 1970-01-01T00:00:00Z and byte strings are "hex:" and digits (in reports
        moments are text: 2026-03-01T09:30:00Z). With json or jsonl an
        error is one JSON object on the standard error: {"error":{"exit":77,"what":...,"why":...,"next":...,"code":4,...}}.
        Control characters and invisible ones are shown as \\u{...}.

        Answers by a program

        reset, unlock, change and register ask questions. --answers-from SOURCE takes them from a file, from "-" (the standard input)
        or from "fd:N", one answer a line, in the order in which they are asked:

          reset      for each proof its method (email, totp, questions or its number) when more than one is offered and --method does
                     not say it, then its code, or one line an asked question; then the new password, once
          unlock     the same without a password
          change     the present password, the new one
          register   email ADDRESS: password, code.  totp: password, code.  questions: password, the numbers in one line, the
                     answers.  remove ID: password, code of the app
        A refused answer then ends the command; nothing is asked twice.
        """

    private static let pamPage = """
        PAM

        ssprclient pam auth      checks the password on the standard input (pam_exec's expose_authtok) of the account in PAM_USER
        ssprclient pam account   reminds, on the standard output, of methods that are still to be registered

          auth     sufficient  pam_exec.so expose_authtok quiet /usr/local/bin/ssprclient pam auth
          account  optional    pam_exec.so stdout quiet /usr/local/bin/ssprclient pam account

        Optional, since a reminder is no reason to turn anybody away: not root, nor accounts that ssprd does not know.

        Options: --socket PATH, --server-uid N. The environment counts for PAM_USER and PAM_TYPE only. It ends within five seconds.
        Passwords of 512 bytes or more are refused, because pam_exec cuts them.

          0   yes; for account: answered, with or without a reminder
          1   no: wrong password, or no such account
          64  called wrongly: arguments, PAM_TYPE or PAM_USER
          65  the password is empty, cut or too long, or PAM_USER is no account name
          69  ssprd cannot be reached, or closed the connection
          70  a fault of ssprd's own
          75  locked for now, too busy, or no answer in time
          76  what came is not the protocol
          77  this process may not ask: its uid or group needs the role helper
          78  the socket is not served by ssprd; nothing was sent
        Any other end, by a signal too, is a no: pam_exec lets only 0 pass.
        """
}
