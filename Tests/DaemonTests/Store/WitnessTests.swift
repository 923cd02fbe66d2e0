import Foundation
import SSPRDomain
import SSPRVocabulary
import Testing

@testable import SSPRStore

/// What a host remembers of the newest record, apart from the state (attack G5).
@Suite struct WitnessTests {
    private let state: TemporaryState
    private let witness: String

    init() throws {
        state = try TemporaryState()
        witness = state.directory + ".witness"
    }

    private func open() throws -> SQLiteStore {
        try SQLiteStore(
            directory: state.directory, hash: MemoryStore.simpleHash, now: { Sample.at(0) }, witness: witness)
    }

    /// Writes so many records, as a daemon that has settled.
    private func write(_ count: Int, _ store: SQLiteStore) throws {
        try store.trust()
        for _ in 0..<count { try Self.append(store) }
    }

    private static func append(_ store: SQLiteStore) throws {
        try store.write { tx in
            try tx.append(AuditEvent(.daemonStarted, .succeeded, at: Sample.now, by: EventActor(uid: 1, role: nil)))
        }
    }

    /// The database as it is now, in a file of its own.
    private func copy() throws -> String {
        let copy = state.directory + ".copy-" + UUID().uuidString
        let result = try runTool(
            python, "-c",
            "import sqlite3,sys; a=sqlite3.connect(sys.argv[1]); b=sqlite3.connect(sys.argv[2]); a.backup(b); b.close()",
            state.database, copy)
        #expect(result.status == 0, "\(result.output)")
        return copy
    }

    private func putBack(_ copy: String) throws {
        for name in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: state.database + name) }
        try FileManager.default.copyItem(atPath: copy, toPath: state.database)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: state.database)
    }

    @Test func attack_G5_aCopyThatIsPutBackIsNoticed() throws {
        var store = try open()
        #expect(store.provenance == .new)
        try write(3, store)
        let copy = try copy()
        try write(4, store)
        try store.close()
        store = try open()
        #expect(store.provenance == .newest)
        try store.close()

        try putBack(copy)
        store = try open()
        #expect(store.provenance == .older(missing: 4))
        // A daemon that dies before it has dealt with it finds it again.
        try Self.append(store)
        try store.close()
        store = try open()
        #expect(store.provenance == .older(missing: 3))
        try store.trust()
        try Self.append(store)
        try store.close()
        #expect(try open().provenance == .newest)
    }

    @Test func attack_G5_aStateThatWentOnElsewhereIsForeign() throws {
        var store = try open()
        try write(3, store)
        let copy = try copy()
        try write(1, store)
        try store.close()
        try putBack(copy)
        // Elsewhere, without this host's witness.
        let elsewhere = try state.open()
        try elsewhere.write { tx in
            for _ in 0..<5 {
                try tx.append(AuditEvent(.daemonStopped, .failed, at: Sample.now, by: EventActor(uid: 2, role: nil)))
            }
        }
        try elsewhere.close()
        store = try open()
        #expect(store.provenance == .foreign)
    }

    @Test(arguments: ["", "SSPRSEEN", "something else, which is as long as what it is: 48"])
    func attack_G5_aWitnessThatSaysNothingVouchesForNothing(_ text: String) throws {
        let store = try open()
        try write(2, store)
        try store.close()
        try Data(text.utf8).write(to: URL(fileURLWithPath: witness))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: witness)
        #expect(try open().provenance == .unknown)
    }

    @Test func attack_G5_aWitnessThatOthersMayWriteIsRefused() throws {
        try Data().write(to: URL(fileURLWithPath: witness))
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: witness)
        #expect { try open() } throws: { ($0 as? StoreOpenError)?.reason == .permissions }
    }

    /// A daemon that nobody calls, and that dies, has been seen all the same.
    @Test func attack_G5_whatWasWrittenBeforeTheWitnessBeganIsSeen() throws {
        let store = try open()
        try Self.append(store)
        try store.trust()
        try store.close()
        #expect(try open().provenance == .newest)
    }

    /// A commit that was undone is no record that was seen.
    @Test func whatWasUndoneWasNotSeen() throws {
        struct Undone: Error {}
        let store = try open()
        try write(2, store)
        #expect(throws: Undone.self) {
            try store.write { tx in
                try tx.append(AuditEvent(.daemonStopped, .failed, at: Sample.now, by: EventActor(uid: 2, role: nil)))
                throw Undone()
            }
        }
        try store.close()
        #expect(try open().provenance == .newest)
    }
}
