import SSPRVocabulary

/// What the exit codes of programs say about why (`sysexits.h`; msmtp 1.8 was tried).
///
/// | code | name | why |
/// | --- | --- | --- |
/// | 65 | EX_DATAERR | refused: not this recipient, not this text |
/// | 67 | EX_NOUSER | no such recipient |
/// | 68 | EX_NOHOST | msmtp: the relay's name is not known |
/// | 74, 75 | EX_IOERR, EX_TEMPFAIL | msmtp: the connection broke, or there was none |
/// | 69 | EX_UNAVAILABLE | msmtp: not now (4xx), or a certificate that is not trusted |
/// | 77 | EX_NOPERM | a wrong name or password |
/// | 64, 66, 72, 78 | EX_USAGE, EX_NOINPUT, EX_OSFILE, EX_CONFIG | the command, or what it reads, is configured wrongly |
/// | others | | nobody knows |
enum SysExit {
    static func fault(_ code: Int32) -> DeliveryFault? {
        switch code {
        case 0: nil
        case 65: .relayRefused
        case 67: .unknownRecipient
        case 68, 74, 75: .unreachable
        case 69: .relayBusy
        case 77: .badLogin
        case 64, 66, 72, 78: .misconfigured
        default: .unclear
        }
    }
}
