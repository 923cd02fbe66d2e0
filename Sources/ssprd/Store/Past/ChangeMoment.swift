import GRDB
import GRDBSQLite
import SSPRVocabulary

/// The moment of the change under way: `moment()` in the schema's triggers and in statements.
///
/// It is read when a job begins and stays the same to its end, so what a job does happened at no later moment than its records say.
final class ChangeMoment: Sendable {
    private let now: @Sendable () -> Timestamp
    private let current: Guarded<Timestamp>

    init(_ now: @escaping @Sendable () -> Timestamp) {
        self.now = now
        current = Guarded(now())
    }

    /// A job begins.
    func begin() {
        let moment = now()
        current.withLock { $0 = moment }
    }

    /// Gives a connection the function.
    ///
    /// Innocuous, since triggers may call nothing else where the schema is not trusted (`PRAGMA trusted_schema`).
    func attach(to database: Database) throws {
        // The connection owns one reference, and gives it back when it is closed or the function replaced.
        let code = unsafe sqlite3_create_function_v2(
            database.sqliteConnection, "moment", 0, SQLITE_UTF8 | SQLITE_INNOCUOUS,
            Unmanaged.passRetained(self).toOpaque(), Self.answer, nil, nil, Self.release)
        guard code == SQLITE_OK else { throw StoreFailure(code: code, message: "moment() cannot be defined") }
    }

    private static let answer: @convention(c) (OpaquePointer?, CInt, UnsafeMutablePointer<OpaquePointer?>?) -> Void = {
        context, _, _ in
        // SQLite calls with the pointer that it was given, which is valid until `release`.
        guard let held = unsafe sqlite3_user_data(context) else { return }
        let moment = unsafe Unmanaged<ChangeMoment>.fromOpaque(held).takeUnretainedValue()
        unsafe sqlite3_result_int64(context, moment.current.withLock { $0.milliseconds })
    }

    private static let release: @convention(c) (UnsafeMutableRawPointer?) -> Void = { held in
        guard let held = unsafe held else { return }
        unsafe Unmanaged<ChangeMoment>.fromOpaque(held).release()
    }
}
