import SSPRVocabulary

/// A value that has a column of its own.
protocol ColumnValue {
    /// Writes itself to the next place of a statement.
    func bind(to places: inout Places) throws
    /// Reads itself from the next column of a row; throws `StoreCorrupt` when something else is there.
    init(from row: inout Columns) throws
}

extension Int64: ColumnValue {
    func bind(to places: inout Places) { places.integer(self) }
    init(from row: inout Columns) throws { self = try row.integer() }
}

extension ColumnValue where Self: FixedWidthInteger {
    func bind(to places: inout Places) { places.integer(Int64(truncatingIfNeeded: self)) }
    init(from row: inout Columns) throws {
        guard let value = Self(exactly: try row.integer()) else { throw row.corrupt("is out of range") }
        self = value
    }
}
extension UInt8: ColumnValue {}
extension UInt32: ColumnValue {}
extension Int: ColumnValue {}

extension UInt64: ColumnValue {
    // All 64 bits fit into SQLite's signed integer, and come back.
    init(from row: inout Columns) throws { self.init(bitPattern: try row.integer()) }
}

extension Bool: ColumnValue {
    func bind(to places: inout Places) { places.integer(self ? 1 : 0) }
    init(from row: inout Columns) throws {
        switch try row.integer() {
        case 0: self = false
        case 1: self = true
        default: throw row.corrupt("is neither 0 nor 1")
        }
    }
}

extension String: ColumnValue {
    func bind(to places: inout Places) { places.text(self) }
    init(from row: inout Columns) throws { self = try row.text() }
}

extension [UInt8]: ColumnValue {
    func bind(to places: inout Places) { places.blob(self) }
    init(from row: inout Columns) throws { self = try row.blob() }
}

extension Optional: ColumnValue where Wrapped: ColumnValue {
    func bind(to places: inout Places) throws {
        if let self { try self.bind(to: &places) } else { places.null() }
    }
    init(from row: inout Columns) throws {
        self = row.skipNull() ? nil : try Wrapped(from: &row)
    }
}

extension Timestamp: ColumnValue {
    func bind(to places: inout Places) { places.integer(milliseconds) }
    init(from row: inout Columns) throws { self.init(milliseconds: try row.integer()) }
}

extension Identifier: ColumnValue {
    func bind(to places: inout Places) { places.integer(Int64(truncatingIfNeeded: number)) }
    init(from row: inout Columns) throws {
        guard let number = UInt64(exactly: try row.integer()), number < Self.bound else {
            throw row.corrupt("is no identifier")
        }
        self.init(random: number)
    }
}

extension ApprovalNonce: ColumnValue {
    func bind(to places: inout Places) { places.blob(bytes) }
    init(from row: inout Columns) throws {
        do { try self.init(try row.blob()) } catch let error as WordError { throw row.corrupt("is no \(error.word)") }
    }
}

extension AccountName: ColumnValue {
    func bind(to places: inout Places) { places.text(text) }
    init(from row: inout Columns) throws {
        do { try self.init(try row.text()) } catch let error as WordError { throw row.corrupt("is no \(error.word)") }
    }
}

extension LanguageTag: ColumnValue {
    func bind(to places: inout Places) { places.text(text) }
    init(from row: inout Columns) throws {
        do { try self.init(try row.text()) } catch let error as WordError { throw row.corrupt("is no \(error.word)") }
    }
}

extension TargetName: ColumnValue {
    func bind(to places: inout Places) { places.text(text) }
    init(from row: inout Columns) throws {
        do { try self.init(try row.text()) } catch let error as WordError { throw row.corrupt("is no \(error.word)") }
    }
}

// Enumerations are stored by the word that the wire and the trail use: it never changes its meaning.
extension ColumnValue where Self: RawRepresentable, RawValue: ColumnValue {
    func bind(to places: inout Places) throws { try rawValue.bind(to: &places) }
    init(from row: inout Columns) throws {
        guard let value = Self(rawValue: try RawValue(from: &row)) else { throw row.corrupt("holds an unknown word") }
        self = value
    }
}
extension AccountRole: ColumnValue {}
extension MethodKind: ColumnValue {}
extension RecoveryPurpose: ColumnValue {}
extension DeliveryChannel: ColumnValue {}
extension MessageKind: ColumnValue {}
extension WritebackOutcome: ColumnValue {}
extension WritebackOperation: ColumnValue {}
