import SSPRDomain
import SSPRVocabulary

private enum SQL {
    static let columns = "handle, account, peer, expires_at, is_full, policy, scopes"
    static let byHandle = "SELECT \(columns) FROM registrations WHERE handle = ?"
    static let insert = "INSERT INTO registrations (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?)"
    static let update = """
        UPDATE registrations SET account = ?, peer = ?, expires_at = ?, is_full = ?, policy = ?, scopes = ?
        WHERE handle = ?
        """
    static let forget = "DELETE FROM registrations WHERE expires_at < ?"
    static let removeOfAccount = "DELETE FROM registrations WHERE account = ?"

    static let enrolmentColumns =
        "id, registration, account, kind, payload_key, payload, code, tries, begun_at, expires_at"
    static let enrolment = "SELECT \(enrolmentColumns) FROM enrolments WHERE id = ?"
    static let ofRegistration = "SELECT \(enrolmentColumns) FROM enrolments WHERE registration = ? ORDER BY id"
    static let insertEnrolment = "INSERT INTO enrolments (\(enrolmentColumns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    static let updateEnrolment = """
        UPDATE enrolments SET registration = ?, account = ?, kind = ?, payload_key = ?, payload = ?, code = ?, tries = ?,
        begun_at = ?, expires_at = ? WHERE id = ?
        """
    static let removeEnrolment = "DELETE FROM enrolments WHERE id = ?"
}

extension SQLiteSnapshot {
    func registration(handle: [UInt8]) throws -> RegistrationRow? {
        try connection.first(SQL.byHandle, handle, read: RegistrationRow.init)
    }

    func enrolment(_ id: EnrolmentID) throws -> EnrolmentRow? {
        try connection.first(SQL.enrolment, id, read: EnrolmentRow.init)
    }

    func enrolments(of registration: [UInt8]) throws -> [EnrolmentRow] {
        try connection.all(SQL.ofRegistration, registration, read: EnrolmentRow.init)
    }
}

// Enrolments go with their registration by their foreign key.
extension SQLiteTransaction {
    func insert(_ registration: RegistrationRow, now: Timestamp) throws {
        try connection.run(SQL.forget, now)
        try connection.run(
            SQL.insert, registration.handle, registration.account, registration.peer, registration.expiresAt,
            registration.isFull, registration.policy, Groups(registration.scopes))
    }

    func update(_ registration: RegistrationRow) throws {
        try change(
            "registrations", SQL.update, registration.account, registration.peer, registration.expiresAt,
            registration.isFull, registration.policy, Groups(registration.scopes), registration.handle)
    }

    func removeRegistrations(of account: AccountID) throws {
        try connection.run(SQL.removeOfAccount, account)
    }

    func insert(_ enrolment: EnrolmentRow) throws {
        try connection.run(
            SQL.insertEnrolment, enrolment.id, enrolment.registration, enrolment.account, enrolment.kind,
            enrolment.payload.key, enrolment.payload.bytes, enrolment.code, enrolment.tries, enrolment.begunAt,
            enrolment.expiresAt)
    }

    func update(_ enrolment: EnrolmentRow) throws {
        try change(
            "enrolments", SQL.updateEnrolment, enrolment.registration, enrolment.account, enrolment.kind,
            enrolment.payload.key, enrolment.payload.bytes, enrolment.code, enrolment.tries, enrolment.begunAt,
            enrolment.expiresAt, enrolment.id)
    }

    func remove(_ enrolment: EnrolmentID) throws {
        try connection.run(SQL.removeEnrolment, enrolment)
    }
}

extension RegistrationRow {
    fileprivate init(_ row: inout Columns) throws {
        self.init(
            handle: try row.next(), account: try row.next(), peer: try row.next(), expiresAt: try row.next(),
            isFull: try row.next(), policy: try row.next(), scopes: try row.next(Groups.self).values)
    }
}

extension EnrolmentRow {
    fileprivate init(_ row: inout Columns) throws {
        self.init(
            id: try row.next(), registration: try row.next(), account: try row.next(), kind: try row.next(),
            payload: try Sealed(&row), code: try row.next(), tries: try row.next(), begunAt: try row.next(),
            expiresAt: try row.next())
    }
}
