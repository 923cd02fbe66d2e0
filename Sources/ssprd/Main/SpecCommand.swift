import ArgumentParser
import Glibc
import SSPRDomain
import SSPRProtocol

/// `ssprd spec print`: writes the pages of `spec/` that follow from the declarations.
struct Spec: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The protocol's specification.", subcommands: [Print.self])

    struct Print: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes sspr.cddl, calls.md, calls.json, failures.md and policy.md into a folder.")

        @Option(help: "The folder to write into.")
        var directory = "spec"

        func run() throws {
            for page in SpecPages.all + [(name: "policy.md", text: PolicyPage.text)] {
                try TextFile.write(page.text, to: "\(directory)/\(page.name)")
            }
        }
    }
}
