import Foundation
import Glibc
import Testing

@testable import SSPRClient

@Suite struct ServerTrustTests {
    /// Runs `body` with a fresh folder of ours that has `mode`.
    private func withFolder(mode: mode_t, _ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "sspr-trust-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: folder) } }
        try FileManager.default.setAttributes([.posixPermissions: Int(mode)], ofItemAtPath: folder)
        try body(folder)
    }

    private let stranger: UInt32 = getuid() + 4711

    /// Gives the folder to a stranger when we may; returns its owner.
    ///
    /// Root's own would be trusted anyway.
    private func giveAway(_ folder: String) throws -> UInt32 {
        guard getuid() == 0 else { return getuid() }
        try FileManager.default.setAttributes([.ownerAccountID: Int(stranger)], ofItemAtPath: folder)
        return stranger
    }

    @Test func trustsRootAndTheOwnerOfTheDirectory() throws {
        try withFolder(mode: 0o755) { folder in
            let trust = ServerTrust.rootOrDirectoryOwner
            #expect(trust.accepts(uid: 0, at: folder + "/s"))
            #expect(trust.accepts(uid: getuid(), at: folder + "/s"))
            #expect(!trust.accepts(uid: stranger, at: folder + "/s"))
            let owner = try giveAway(folder)
            #expect(trust.accepts(uid: owner, at: folder + "/s"))
        }
    }

    @Test(arguments: [mode_t(0o770), 0o707, 0o1777, 0o720])
    func trustsNoOwnerOfADirectoryThatOthersMayWriteTo(mode: mode_t) throws {
        try withFolder(mode: mode) { folder in
            let owner = try giveAway(folder)
            #expect(!ServerTrust.rootOrDirectoryOwner.accepts(uid: owner, at: folder + "/s"))
            #expect(ServerTrust.rootOrDirectoryOwner.accepts(uid: 0, at: folder + "/s"))
        }
    }

    @Test(arguments: ["/s", "//s", "/./../LINK/s"])
    func doesNotFollowALinkAtTheEnd(tail: String) throws {
        try withFolder(mode: 0o755) { folder in
            let link = folder + "-link"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder)
            defer { try? FileManager.default.removeItem(atPath: link) }
            let owner = try giveAway(folder)
            let name = String(try #require(link.split(separator: "/").last))
            #expect(
                !ServerTrust.rootOrDirectoryOwner.accepts(uid: owner, at: link + tail.replacing("LINK", with: name)))
            #expect(ServerTrust.rootOrDirectoryOwner.accepts(uid: owner, at: folder + "/s"))
        }
    }

    @Test func aGivenUidIsTheOnlyOne() {
        #expect(ServerTrust.uid(5).accepts(uid: 5, at: "/nowhere/s"))
        #expect(!ServerTrust.uid(5).accepts(uid: 0, at: "/nowhere/s"))
    }

    @Test func aDirectoryThatIsNotThereHasNoOwner() {
        #expect(!ServerTrust.rootOrDirectoryOwner.accepts(uid: stranger, at: "/nowhere/s"))
    }

    @Test(arguments: [("/a/b/s", "/a/b"), ("/s", "/"), ("s", "."), ("a/s", "a"), ("/a//s", "/a"), ("//s", "/")])
    func findsTheDirectory(path: String, directory: String) {
        #expect(ServerTrust.directory(of: path) == directory)
    }
}
