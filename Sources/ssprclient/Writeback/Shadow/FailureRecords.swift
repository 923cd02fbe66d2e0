import Glibc
import SSPRAgent
import SSPRVocabulary

/// The failure records of pam_faillock(8): one file for each account, empty or absent when nothing is counted.
struct FailureRecords: Sendable {
    var program = "/usr/sbin/faillock"
    var folder = "/var/run/faillock"

    private static let limit = Duration.seconds(10)

    /// Clears an account's records.
    ///
    /// `changed` means that none are left, also when there were none before.
    func clear(_ account: AccountName) -> TargetReport {
        do {
            guard try hasRecords(account) else { return .changed }
            let result = ChildProgram([program, "--dir", folder, "--user", account.text, "--reset"])
                .run(input: Secret([UInt8]()), limit: Self.limit)
            if try !hasRecords(account) { return .changed }
            if case .notStarted(let error) = result.ending {
                return .unchanged(TargetRefusal(.misconfigured, "\(error)"))
            }
            let complaint = PrintableText.masked(result.complaint, limit: 150)
            return .unchanged(TargetRefusal(.other, "faillock left the records: \(complaint)"))
        } catch {
            return .unchanged(TargetRefusal(.misconfigured, PrintableText.clean("\(error)".utf8, limit: 200)))
        }
    }

    private func hasRecords(_ account: AccountName) throws(SystemError) -> Bool {
        var status = stat()
        // The path is lent and the pointer lives for the call only. The name holds no slash: AccountName refuses it.
        guard unsafe lstat("\(folder)/\(account.text)", &status) == 0 else {
            guard errno == ENOENT else { throw SystemError("the failure records of \(account.text)") }
            return false
        }
        return status.st_size > 0
    }
}
