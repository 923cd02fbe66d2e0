import SSPRDomain
import SSPRVocabulary

private enum SQL {
    static let columns = "version, id, applied_at, uid, reason, restores, document, effective_at, cancelled_at"
    static let stampColumns = "version, id, coalesce(effective_at, applied_at)"
    static let newest = "SELECT version FROM policy_versions ORDER BY version DESC LIMIT 1"
    static let inForce = """
        SELECT \(stampColumns) FROM policy_versions
        WHERE version < ? AND (effective_at IS NULL OR effective_at <= ?) AND cancelled_at IS NULL
        ORDER BY version DESC LIMIT 1
        """
    // In the terms of the index: nearly every version is none of these.
    static let scheduled = """
        SELECT \(columns) FROM policy_versions
        WHERE effective_at IS NOT NULL AND cancelled_at IS NULL AND effective_at > ? ORDER BY version
        """
    static let cancel = "UPDATE policy_versions SET cancelled_at = ? WHERE version = ?"
    static let stamp = "SELECT \(stampColumns) FROM policy_versions WHERE version = ?"
    static let byVersion = "SELECT \(columns) FROM policy_versions WHERE version = ?"
    static let page = "SELECT \(columns) FROM policy_versions WHERE version < ? ORDER BY version DESC LIMIT ?"
    /// A number, or one above the greatest that a version can have.
    static func bound(_ version: UInt32?) -> Int64 { version.map(Int64.init) ?? Int64(UInt32.max) + 1 }
    static let insert = """
        INSERT INTO policy_versions (\(columns), since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, moment())
        """

    static let configuredColumns = "since, fields, enablement, include, exclude"
    static let configured = """
        SELECT \(configuredColumns) FROM configured_policies WHERE since <= ? ORDER BY number DESC LIMIT 1
        """
    static let newestConfigured = "SELECT \(configuredColumns) FROM configured_policies ORDER BY number DESC LIMIT 1"
    static let insertConfigured = "INSERT INTO configured_policies (\(configuredColumns)) VALUES (?, ?, ?, ?, ?)"
}

extension SQLiteSnapshot {
    func newestPolicy() throws -> UInt32? { try connection.first(SQL.newest) { try $0.next() } }

    func policyInForce(at now: Timestamp, below version: UInt32?) throws -> PolicyStamp? {
        try connection.first(SQL.inForce, SQL.bound(version), now, read: PolicyStamp.init)
    }

    func scheduledPolicies(after now: Timestamp) throws -> [PolicyVersionRow] {
        try connection.all(SQL.scheduled, now, read: PolicyVersionRow.init)
    }

    func policyStamp(_ version: UInt32) throws -> PolicyStamp? {
        try connection.first(SQL.stamp, version, read: PolicyStamp.init)
    }

    func policyVersion(_ version: UInt32) throws -> PolicyVersionRow? {
        try connection.first(SQL.byVersion, version, read: PolicyVersionRow.init)
    }

    func policyVersions(before version: UInt32?, limit: Int) throws -> [PolicyVersionRow] {
        try connection.all(SQL.page, SQL.bound(version), max(limit, 0), read: PolicyVersionRow.init)
    }

    func configuredPolicy(at moment: Timestamp) throws -> ConfiguredPolicyRow? {
        try connection.first(SQL.configured, moment, read: ConfiguredPolicyRow.init)
    }

    func newestConfiguredPolicy() throws -> ConfiguredPolicyRow? {
        try connection.first(SQL.newestConfigured, read: ConfiguredPolicyRow.init)
    }
}

extension SQLiteTransaction {
    func insert(_ version: PolicyVersionRow) throws {
        try connection.run(
            SQL.insert, version.version, version.id, version.appliedAt, version.uid, version.reason.text,
            version.restores, Fields(version.document), version.effectiveAt, version.cancelledAt)
    }

    func cancelPolicy(_ version: UInt32, at now: Timestamp) throws {
        try change("policy_versions", SQL.cancel, now, version)
    }

    func insert(_ configured: ConfiguredPolicyRow) throws {
        let (word, include, exclude) = configured.enablement.stored
        try connection.run(
            SQL.insertConfigured, configured.since, Fields(PolicyDocument(configured.values)), word,
            include.map(Groups.init), Groups(exclude))
    }
}

extension PolicyStamp {
    fileprivate init(_ row: inout Columns) throws {
        self.init(version: try row.next(), id: try row.next(), since: try row.next())
    }
}

extension PolicyVersionRow {
    fileprivate init(_ row: inout Columns) throws {
        let version: UInt32 = try row.next()
        self.init(
            id: try row.next(), version: version, appliedAt: try row.next(), uid: try row.next(),
            reason: try row.reason(), restores: try row.next(), document: try row.next(Fields.self).document,
            effectiveAt: try row.next(), cancelledAt: try row.next())
    }
}

extension ConfiguredPolicyRow {
    fileprivate init(_ row: inout Columns) throws {
        self.init(
            since: try row.next(), values: try row.next(Fields.self).document.values, enablement: try row.enablement())
    }
}

extension Enablement {
    /// As a word and the names of groups.
    fileprivate var stored: (word: String, include: [GroupName]?, exclude: [GroupName]) {
        switch self {
        case .all: ("all", nil, [])
        case .none: ("none", nil, [])
        case .selected(let include, let exclude): ("selected", include, exclude)
        }
    }
}

extension Columns {
    fileprivate mutating func enablement() throws -> Enablement {
        let word = try text()
        let include = try next(Groups?.self)?.values
        let exclude = try next(Groups.self).values
        switch word {
        case "all": return .all
        case "none": return .none
        case "selected": return .selected(include: include, exclude: exclude)
        default: throw corrupt("is no enablement")
        }
    }

    fileprivate mutating func reason() throws -> PolicyReason {
        do { return try PolicyReason(try text()) } catch let error as WordError { throw corrupt("is no \(error.word)") }
    }
}

/// What a policy document says, field by field.
private struct Fields: StoredList {
    let values: [StoredField]
    init(_ values: [StoredField]) { self.values = values }
    static func stored(_ element: StoredField) -> StoredField { element }
    static func element(_ stored: StoredField) -> StoredField { stored }

    init(_ document: PolicyDocument) {
        values =
            Self.stored(document.values, of: nil)
            + document.groups.sorted { $0.key.text < $1.key.text }.flatMap { Self.stored($1, of: $0) }
    }

    private static func stored(_ values: [String: PolicyValue], of group: GroupName?) -> [StoredField] {
        values.sorted { $0.key < $1.key }.map { StoredField(field: $0, value: $1, group: group) }
    }

    var document: PolicyDocument {
        var document = PolicyDocument()
        for stored in values {
            if let group = stored.group {
                document.groups[group, default: [:]][stored.field] = stored.value
            } else {
                document.values[stored.field] = stored.value
            }
        }
        return document
    }
}

/// One field as stored: one of the three values is there.
private struct StoredField: Codable {
    let field: String
    let flag: Bool?
    let number: Int?
    let word: String?
    /// In whose section it stands; nil for the house.
    let group: GroupName?

    init(field: String, value: PolicyValue, group: GroupName?) {
        self.field = field
        self.group = group
        (flag, number, word) =
            switch value {
            case .flag(let isSo): (isSo, nil, nil)
            case .number(let number): (nil, number, nil)
            case .word(let word): (nil, nil, word)
            }
    }

    /// What holds none of the three is a word that no field accepts.
    var value: PolicyValue { flag.map(PolicyValue.flag) ?? number.map(PolicyValue.number) ?? .word(word ?? "") }

    enum CodingKeys: Int, CodingKey {
        case field = 1
        case flag, number, word, group
    }
}
