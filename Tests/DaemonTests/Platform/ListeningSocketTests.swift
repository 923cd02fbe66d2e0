import Foundation
import Glibc
import Testing

@testable import SSPRPlatform

@Suite struct ListeningSocketTests {
    private let folder: ShortFolder
    private var path: String { folder.path + "/s" }

    init() throws { folder = try ShortFolder() }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        // The kernel fills the local.
        guard unsafe lstat(path, &status) == 0 else { return 0 }
        return status.st_mode
    }

    private func problem(_ path: String) -> ListeningSocketError? {
        do {
            close(try ListeningSocket.bind(path: path).descriptor)
            return nil
        } catch {
            return error as? ListeningSocketError
        }
    }

    @Test("It answers, has the mode that was asked for, and nothing else is left in the folder")
    func binding() throws {
        let old = umask(0o077)
        defer { umask(old) }
        let socket = try ListeningSocket.bind(path: path)
        defer { close(socket.descriptor) }
        _ = try RawClient(path)
        #expect(mode(path) == S_IFSOCK | 0o666)
        #expect(fcntl(socket.descriptor, F_GETFD) & FD_CLOEXEC != 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["s"])
        let other = try ListeningSocket.bind(path: folder.path + "/t", mode: 0o600)
        defer { close(other.descriptor) }
        #expect(mode(folder.path + "/t") == S_IFSOCK | 0o600)
    }

    @Test("A second daemon is told that the first serves, and the first goes on")
    func second() throws {
        let first = try ListeningSocket.bind(path: path)
        defer { close(first.descriptor) }
        #expect(problem(path) == .alreadyServing(path))
        _ = try RawClient(path)
    }

    @Test("A socket at which nobody answers is replaced")
    func stale() throws {
        close(try ListeningSocket.bind(path: path).descriptor)
        #expect(throws: RawClient.Problem.self) { try RawClient(path) }
        let socket = try ListeningSocket.bind(path: path)
        defer { close(socket.descriptor) }
        _ = try RawClient(path)
    }

    @Test("Of many that start at once exactly one serves")
    func race() async throws {
        let path = path
        let winners = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask { (try? ListeningSocket.bind(path: path)) == nil ? 0 : 1 }
            }
            return await group.reduce(0, +)
        }
        #expect(winners == 1)
        _ = try RawClient(path)
    }

    @Test("What is no socket is left alone")
    func file() throws {
        try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
        #expect(problem(path) == .notASocket(path))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/tmp/elsewhere")
        #expect(problem(path) == .notASocket(path))
    }

    @Test("Removing takes its own socket and no other")
    func removing() throws {
        let socket = try ListeningSocket.bind(path: path)
        close(socket.descriptor)
        let successor = try ListeningSocket.bind(path: path)
        try socket.remove()
        #expect(FileManager.default.fileExists(atPath: path))
        try successor.remove()
        #expect(!FileManager.default.fileExists(atPath: path))
        try successor.remove()
        close(successor.descriptor)
    }

    @Test(
        "A directory that others can write, or that is reached through a link, is refused",
        arguments: [0o775, 0o757, 0o1777])
    func writable(_ mode: Int) throws {
        let inner = folder.path + "/d"
        try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: inner)
        #expect(problem(inner + "/s") == .writableByOthers(inner))
        // On the way to a safe directory, only a sticky one may be open to others.
        let deeper = inner + "/e"
        try FileManager.default.createDirectory(atPath: deeper, withIntermediateDirectories: false)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: deeper)
        #expect(problem(deeper + "/s") == (mode == 0o1777 ? nil : .writableByOthers(inner)))
    }

    @Test("No component of the path may be a link")
    func link() throws {
        let real = folder.path + "/real"
        try FileManager.default.createDirectory(atPath: real + "/in", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: real)
        #expect(problem(folder.path + "/link/s") == .linkInPath(folder.path + "/link"))
        #expect(problem(folder.path + "/link/in/s") == .linkInPath(folder.path + "/link"))
        #expect(problem(real + "/in/s") == nil)
    }

    @Test("A directory of somebody else is refused", .enabled(if: ServerTools.isRoot, "giving away needs root"))
    func foreign() throws {
        let inner = folder.path + "/d"
        try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
        // The path is lent to the call only.
        unsafe chown(inner, 4242, 4242)
        #expect(problem(inner + "/s") == .foreignOwner(inner, uid: 4242))
    }

    @Test("Unclear and overlong paths are refused with their reason")
    func paths() {
        for path in ["s", "", "/", "tmp/s", folder.path + "/", folder.path + "//s", folder.path + "/./s", "/tmp/../s"] {
            #expect(problem(path) == .unclearPath(path), "\(path)")
        }
        let longest = folder.path + "/" + String(repeating: "x", count: 107 - folder.path.utf8.count - 1)
        #expect(problem(longest) == nil)
        #expect(problem(longest + "x") == .pathTooLong(longest + "x", bytes: 108))
        #expect(ListeningSocketError.pathTooLong("/x", bytes: 108).description.contains("107"))
    }

    @Test("Sockets of the service manager are taken by number and name")
    func inherited() throws {
        let first: Int32 = 700
        let made = try ListeningSocket.bind(path: path)
        let other = try ListeningSocket.bind(path: folder.path + "/t")
        dup2(made.descriptor, first)
        dup2(other.descriptor, first + 1)
        defer { for one in [made.descriptor, other.descriptor, first, first + 1] { close(one) } }
        func take(pid: Int32 = getpid(), count: String = "2", only: String? = nil) throws -> [Int32] {
            try ListeningSocket.inherited(pid: String(pid), count: count, names: "a:b", first: first, only: only)
                .map(\.descriptor)
        }
        #expect(try take() == [first, first + 1])
        #expect(try take(only: "b") == [first + 1])
        #expect(try take(pid: getpid() + 1) == [])
        #expect(fcntl(first, F_GETFD) & FD_CLOEXEC != 0)
        #expect(throws: ListeningSocketError.unclearEnvironment("x")) { try take(count: "x") }
        #expect(throws: ListeningSocketError.unclearEnvironment("-1")) { try take(count: "-1") }
        #expect(throws: ListeningSocketError.unfitDescriptor(first + 2)) { try take(count: "3") }
        // The path is lent to the call only.
        let null = unsafe open("/dev/null", O_RDONLY)
        dup2(null, first + 1)
        close(null)
        #expect(throws: ListeningSocketError.unfitDescriptor(first + 1)) { try take() }
        #expect(try ListeningSocket.inherited(pid: nil, count: nil, names: nil, first: first, only: nil).isEmpty)
    }
}
