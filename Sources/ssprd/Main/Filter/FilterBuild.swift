import ArgumentParser
import SSPRCrypto
import SSPRPlatform

/// `ssprd filter build`.
struct FilterBuild: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build", abstract: "Make a file of known passwords from lists of words or of SHA-1 hashes.",
        discussion: """
            The file replaces one that is there in one step; have the daemon reload to use it. It takes 3.4 bytes a password, and \
            making it up to 20 bytes of memory a password. The same lists always give the same file.
            """)

    @Option(
        parsing: .singleValue, help: "A list of passwords in UTF-8, one a line; may be given several times.")
    var from: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "SHA-1 hashes as hexadecimal digits, HASH[:COUNT] a line in any order; or a range file that is called like the first five"
                + " digits and holds the other 35; or a folder of range files. May be given several times."))
    var fromHashes: [String] = []

    @Flag(help: "Leave out lines that are no text or no hash, and say how many.")
    var skipBad = false

    @Option(help: "The file to make.")
    var output: String

    func validate() throws {
        if from.isEmpty && fromHashes.isEmpty { throw ValidationError("Give --from or --from-hashes.") }
    }

    func run() throws {
        try FilterGroup.run {
            var builder = FilterBuilder()
            var skipped = 0
            func collect(_ path: String, _ digest: (ArraySlice<UInt8>) throws -> PasswordDigest?) throws {
                try LineFile.read(path) { line, number in
                    do {
                        if let found = try digest(line) { builder.add(found) }
                    } catch let bad as BadLine {
                        guard skipBad else { throw FilterInputError(place: "\(path):\(number)", problem: bad.reason) }
                        skipped += 1
                    }
                    FilterProgress.note(builder.collected, "passwords read", every: 1 << 17)
                }
            }
            let words = WordLine(text: UnicodeNormalizer())
            for path in from { try collect(path, words.digest) }
            for path in try fromHashes.flatMap(RangeFolder.files) {
                let line = HashLine(prefix: RangeFolder.prefix(of: path))
                try collect(path, line.digest)
            }
            let collected = builder.collected
            let written = try builder.write(to: output) { done, all in FilterProgress.note(done, "of \(all) parts made")
            }
            FilterProgress.clear()
            print("\(output): \(written.count) passwords of \(collected) lines, \(written.size) bytes")
            if skipped > 0 { print("\(skipped) lines were left out") }
        }
    }
}
