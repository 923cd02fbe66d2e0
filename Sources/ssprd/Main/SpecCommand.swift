import ArgumentParser
import Glibc
import SSPRCrypto
import SSPRDomain
import SSPRProtocol
import SSPRServer

/// `ssprd spec print`: writes the pages of `spec/` that follow from the declarations.
struct Spec: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The protocol's specification.", subcommands: [Print.self])

    struct Print: ParsableCommand {
        private static let hashing = FixedThrottle(
            "hashes that wait for a thread", "\(HashingPool.standardPlaces)", then: "`busy`, and nothing is charged",
            because: "it bounds the memory that hashing takes")

        static let configuration = CommandConfiguration(
            abstract: "Writes sspr.cddl, calls.md, calls.json, failures.md, policy.md and throttles.md into a folder.")

        @Option(help: "The folder to write into.")
        var directory = "spec"

        func run() throws {
            let own = [
                (name: "policy.md", text: PolicyPage.text),
                (name: "throttles.md", text: ThrottlePage.text(fixed: ServerThrottles.all + [Self.hashing])),
            ]
            for page in SpecPages.all + own {
                try TextFile.write(page.text, to: "\(directory)/\(page.name)")
            }
        }
    }
}
