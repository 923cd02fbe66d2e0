import SSPRCrypto
import SSPRDocuments
import SSPRDomain
import SSPRPlatform
import SSPRServer
import SSPRStore

/// The exit status of a start that did not succeed, after sysexits.h.
enum StartFailure {
    static func exitCode(of error: any Error) -> Int32 {
        switch error {
        case _ where isOfConfiguration(error): 78
        case is KeyRingError, is StoreOpenError, is CallTable.Faults: 78
        case is ListeningSocketError: 69
        case is TooFewDescriptors, is SystemError: 71
        default: 70
        }
    }

    /// True when the configuration file says why, or a file that it names.
    static func isOfConfiguration(_ error: any Error) -> Bool {
        switch error {
        case is DocumentError, is PolicyUnreadable, is TextFile.Failed, is FilterError, is NeedsRestart: true
        default: false
        }
    }
}
