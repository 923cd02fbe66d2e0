import Glibc
import SSPRAgent
import SSPRTerminal
import SSPRVocabulary

/// What the device asks its owner.
struct Questions {
    /// A file whose first line is the passphrase, for programs.
    let passphraseFile: String?

    /// The passphrase of the device; asked twice when it is new.
    func passphrase(isNew: Bool) throws -> Secret {
        if let passphraseFile { return try fromFile(passphraseFile) }
        while true {
            let first = try hidden(
                isNew ? "Choose a passphrase for this device (not shown):" : "Passphrase of this device (not shown):")
            guard !first.isEmpty else { throw DeviceError(.noInput, "no passphrase was typed") }
            guard isNew else { return first }
            guard first.count >= 8 else {
                say("Please take 8 characters or more: whoever copies the file can guess for ever.")
                continue
            }
            if try hidden("Again:") == first { return first }
            say("The two are not the same.")
        }
    }

    /// A line that may be seen; from the standard input when that is no terminal.
    func line(_ question: String) throws -> String {
        if isatty(STDIN_FILENO) == 1 { return try ask(question, isHidden: false).revealText() ?? "" }
        guard let line = readLine() else { throw DeviceError(.noInput, "the input ended before an answer") }
        return line
    }

    func say(_ text: String) { show(PrintableText.clean(text.utf8, limit: 1024) + "\n") }

    private func show(_ text: String) {
        // What cannot be written to standard error can be told to nobody.
        _ = unsafe text.utf8.withContiguousStorageIfAvailable { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private func hidden(_ question: String) throws -> Secret { try ask(question, isHidden: true) }

    private func ask(_ question: String, isHidden: Bool) throws -> Secret {
        guard let terminal = PersonTerminal() else {
            throw DeviceError(.usage, "a question cannot be asked", next: "run it in a terminal, or --passphrase-file")
        }
        switch terminal.ask(PrintableText.clean(question.utf8, limit: 1024), isHidden: isHidden) {
        case .answered(let answer): return answer
        case .endOfInput, .signal(SIGINT): throw DeviceError(.cancelled, "cancelled")
        case .signal(let number):
            Interruption.passOn(number)
            throw DeviceError(.cancelled, "cancelled")
        case .timeOut: throw DeviceError(.tryLater, "no answer in time")
        case .failed(let reason): throw DeviceError(.software, reason)
        }
    }

    private func fromFile(_ path: String) throws -> Secret {
        let file = try OpenFile(reading: path)
        guard try file.status().st_mode & 0o077 == 0 else {
            throw DeviceError(.file, "\(path) may be read by others", next: "chmod 600 \(path)")
        }
        let bytes = try file.readAll(limit: WireLimit.secretBytes)
        let passphrase = Secret(bytes.prefix { $0 != UInt8(ascii: "\n") })
        guard !passphrase.isEmpty else { throw DeviceError(.noInput, "\(path) holds no passphrase") }
        return passphrase
    }
}
