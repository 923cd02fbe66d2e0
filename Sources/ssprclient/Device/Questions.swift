import Glibc
import SSPRAgent
import SSPRVocabulary

/// What the device asks its owner.
struct Questions {
    /// A file whose first line is the passphrase, for programs.
    let passphraseFile: String?

    /// The passphrase of the device; asked twice when it is new.
    func passphrase(isNew: Bool) throws -> Secret {
        if let passphraseFile { return try fromFile(passphraseFile) }
        while true {
            let first = try hidden(isNew ? "Choose a passphrase for this device: " : "Passphrase of this device: ")
            guard !first.isEmpty else { throw DeviceError(.noInput, "no passphrase was typed") }
            guard isNew else { return first }
            guard first.count >= 8 else {
                say("Please take 8 characters or more: who copies the file can try passphrases for ever.")
                continue
            }
            if try hidden("Again: ") == first { return first }
            say("The two are not the same.")
        }
    }

    /// A line that may be seen; from the standard input when that is no terminal.
    func line(_ question: String) throws -> String {
        if isatty(STDIN_FILENO) == 1 { prompt(question) }
        guard let line = readLine() else { throw DeviceError(.noInput, "the input ended before an answer") }
        return line
    }

    func say(_ text: String) { show(PrintableText.clean(text.utf8, limit: 1024) + "\n") }

    private func prompt(_ question: String) { show(question) }

    private func show(_ text: String) {
        // What cannot be written to standard error can be told to nobody.
        _ = unsafe text.utf8.withContiguousStorageIfAvailable { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private func hidden(_ question: String) throws -> Secret {
        // getpass asks at /dev/tty without echo and restores the terminal; its buffer is wiped once it is copied.
        guard let typed = unsafe getpass(question) else {
            throw DeviceError(
                .usage, "a passphrase cannot be asked for", next: "run it in a terminal, or --passphrase-file")
        }
        let length = unsafe strlen(typed)
        defer { unsafe explicit_bzero(typed, length) }
        return unsafe Secret(UnsafeRawBufferPointer(start: typed, count: length))
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
