import Foundation
import SSPRVocabulary
import Testing

@testable import SSPRCrypto

/// The file of a ring: whose it is, who may read it, and how it comes to be there.
@Suite(.timeLimit(.minutes(2))) struct KeyRingFileTests {
    let folder: CryptoFolder
    let path: String

    init() throws {
        folder = try CryptoFolder()
        path = folder.path + "/keys"
    }

    @Test func isCreatedPrivateAndReadBack() throws {
        let created = try KeyRing.create(at: path)
        var info = stat()
        #expect(unsafe stat(path, &info) == 0)
        #expect(info.st_mode == S_IFREG | 0o600 && info.st_uid == geteuid() && info.st_nlink == 1)
        #expect(try folder.names() == ["keys"])
        #expect(KeyRingTests.content(try KeyRing.load(at: path)) == KeyRingTests.content(created))
    }

    @Test func isNeverCreatedTwice() throws {
        let first = try KeyRing.create(at: path)
        #expect(throws: KeyRingError.alreadyThere(path: path)) { try KeyRing.create(at: path) }
        #expect(KeyRingTests.content(try KeyRing.load(at: path)) == KeyRingTests.content(first))
        #expect(try folder.names() == ["keys"])
    }

    @Test func isCreatedByOneOfManyAtOnce() throws {
        let created = Guarded<[KeyRing]>([])
        let refused = Guarded<[KeyRingError]>([])
        DispatchQueue.concurrentPerform(iterations: 16) { [path] _ in
            do throws(KeyRingError) {
                let ring = try KeyRing.create(at: path)
                created.withLock { $0.append(ring) }
            } catch {
                refused.withLock { $0.append(error) }
            }
        }
        let winner = try #require(created.withLock { $0 }.first)
        #expect(created.withLock { $0.count } == 1)
        #expect(refused.withLock { $0 } == [KeyRingError](repeating: .alreadyThere(path: path), count: 15))
        #expect(KeyRingTests.content(try KeyRing.load(at: path)) == KeyRingTests.content(winner))
        #expect(try folder.names() == ["keys"])
    }

    @Test func isReplacedByTheRotatedRing() throws {
        let rotated = try KeyRing.create(at: path).addingSealingKey()
        try rotated.replace(at: path)
        let read = try KeyRing.load(at: path)
        #expect(KeyRingTests.content(read) == KeyRingTests.content(rotated) && read.newestSealingKey == 2)
        #expect(try folder.names() == ["keys"])
    }

    @Test func isNeverSeenHalfWritten() throws {
        var ring = try KeyRing.create(at: path)
        let isOver = Guarded(false)
        let failures = Guarded<[KeyRingError]>([])
        let reads = Guarded(0)
        let done = Semaphore()
        Thread.detachNewThread { [path] in
            repeat {
                do throws(KeyRingError) {
                    _ = try KeyRing.load(at: path)
                } catch {
                    failures.withLock { $0.append(error) }
                }
                reads.withLock { $0 += 1 }
            } while !isOver.withLock({ $0 })
            done.signal()
        }
        for _ in 0..<50 {
            ring = try ring.addingSealingKey()
            try ring.replace(at: path)
        }
        isOver.withLock { $0 = true }
        done.wait()
        #expect(failures.withLock { $0 } == [] && reads.withLock { $0 } > 0)
    }

    @Test func isMissedWithAWordOnWhatToRestore() throws {
        #expect(throws: KeyRingError.missing(path: path)) { try KeyRing.load(at: path) }
        #expect(try folder.names() == [], "loading must never create")
        let text = KeyRingError.missing(path: path).description
        #expect(text.contains(path) && text.contains("restore it from the backup"))
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o620, 0o602, 0o700, 0o644, 0o666, 0o4600])
    func isRefusedWhenOthersMayReachIt(mode: UInt32) throws {
        _ = try KeyRing.create(at: path)
        #expect(unsafe chmod(path, mode) == 0)
        let error = KeyRingError.openMode(path: path, mode: mode)
        #expect(throws: error) { try KeyRing.load(at: path) }
        #expect(error.description.contains("chmod 0600 \(path)"))
    }

    @Test func mayBeReadOnlyAsACredentialIs() throws {
        _ = try KeyRing.create(at: path)
        #expect(unsafe chmod(path, 0o400) == 0)
        _ = try KeyRing.load(at: path)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
    func isRefusedWhenItIsSomebodyElses() throws {
        _ = try KeyRing.create(at: path)
        #expect(unsafe chown(path, 65_534, 65_534) == 0)
        let error = KeyRingError.foreignOwner(path: path, owner: 65_534, expected: 0)
        #expect(throws: error) { try KeyRing.load(at: path) }
        #expect(error.description.contains("chown 0 \(path)"))
    }

    @Test func isRefusedAsALinkAPipeOrAFolder() throws {
        _ = try KeyRing.create(at: path)
        let other = folder.path + "/other"
        #expect(unsafe symlink(path, other) == 0)
        #expect(throws: KeyRingError.symbolicLink(path: other)) { try KeyRing.load(at: other) }
        #expect(throws: KeyRingError.alreadyThere(path: other)) { try KeyRing.create(at: other) }
        #expect(unsafe unlink(other) == 0)
        #expect(unsafe mkfifo(other, 0o600) == 0)
        #expect(throws: KeyRingError.notAFile(path: other)) { try KeyRing.load(at: other) }
        #expect(throws: KeyRingError.notAFile(path: folder.path)) { try KeyRing.load(at: folder.path) }
    }

    /// A dangling link must not lead the new keys elsewhere.
    @Test func isNotCreatedThroughALink() throws {
        #expect(unsafe symlink(folder.path + "/elsewhere", path) == 0)
        #expect(throws: KeyRingError.alreadyThere(path: path)) { try KeyRing.create(at: path) }
        #expect(try folder.names() == ["keys"])
    }

    @Test func isRefusedWhenDamaged() throws {
        _ = try KeyRing.create(at: path)
        let content = try Data(contentsOf: URL(fileURLWithPath: path))
        var altered = content
        altered[40] ^= 1
        for bytes in [altered, content.dropLast(), Data(), content + Data(count: KeyRingFormat.maximumBytes)] {
            try bytes.write(to: URL(fileURLWithPath: path))
            do throws(KeyRingError) {
                _ = try KeyRing.load(at: path)
                Issue.record("\(bytes.count) bytes were accepted")
            } catch {
                guard case .damaged(path, _) = error else {
                    Issue.record("\(error)")
                    continue
                }
                #expect(error.description.contains(path) && error.description.contains("restore it from backup"))
            }
        }
    }

    @Test func saysWhenItCannotBeWritten() throws {
        let nowhere = folder.path + "/no/keys"
        let error = KeyRingError.system(path: nowhere, operation: "create a file beside it", code: ENOENT)
        #expect(throws: error) { try KeyRing.create(at: nowhere) }
        #expect(error.description == "key ring \(nowhere): cannot create a file beside it: No such file or directory")
        // A folder at the path: nothing is replaced, and no copy of the keys stays.
        #expect(unsafe mkdir(path, 0o700) == 0)
        #expect(throws: KeyRingError.system(path: path, operation: "replace it", code: EISDIR)) {
            try KeyRing().replace(at: path)
        }
        #expect(try folder.names() == ["keys"])
    }
}
