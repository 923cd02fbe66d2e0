import SSPRAgent
import SSPRVocabulary

/// Why chpasswd has changed nothing, as far as its last words tell.
struct ChpasswdComplaint {
    let refusal: TargetRefusal

    /// Reads an ending; `password` must not appear in what is passed on.
    init(_ result: ChildProgram.Result, _ password: Secret) {
        switch result.ending {
        case .notStarted(let error):
            refusal = TargetRefusal(.misconfigured, PrintableText.clean("\(error)".utf8, limit: 200))
        case .timedOut:
            refusal = TargetRefusal(.other, "setting the password took too long")
        case .signalled(let number):
            refusal = TargetRefusal(.other, "setting the password was ended by signal \(number)")
        case .exited:
            // A module of PAM may quote what it was given.
            let isSafe = unsafe password.withBytes { word in unsafe !Self.contains(word, in: result.complaint) }
            let text = isSafe ? PrintableText.masked(result.complaint, limit: 200) : ""
            refusal = TargetRefusal(Self.isPolicy(text) ? .passwordPolicy : .other, text.isEmpty ? nil : text)
        }
    }

    /// The words of pam_pwquality, pam_cracklib, pam_unix and pam_pwhistory in the C locale, in which the program runs.
    private static func isPolicy(_ text: String) -> Bool {
        ["BAD PASSWORD", "already used", "already been used", "You must choose"].contains { phrase in
            text.utf8.indices.contains { text.utf8[$0...].starts(with: phrase.utf8) }
        }
    }

    private static func contains(_ word: UnsafeRawBufferPointer, in text: [UInt8]) -> Bool {
        guard word.count <= text.count else { return false }
        return (0...(text.count - word.count)).contains { unsafe text[$0...].starts(with: word) }
    }
}
