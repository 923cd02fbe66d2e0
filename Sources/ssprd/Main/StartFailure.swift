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
        case is DocumentError, is PolicyUnreadable, is TextFile.Failed, is KeyRingError, is StoreOpenError,
            is CallTable.Faults, is FilterError:
            78
        case is ListeningSocketError: 69
        case is TooFewDescriptors, is SystemError: 71
        default: 70
        }
    }
}
