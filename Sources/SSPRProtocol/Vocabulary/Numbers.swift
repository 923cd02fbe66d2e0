/// A number that names one row of one kind, so that two kinds can never be mixed up.
///
/// Drawn at random below 2^52: it tells nothing about how many there are, and every JSON reader keeps it exact.
public struct Identifier<Kind>: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    /// The number.
    public let number: UInt64

    /// Identifiers are below this number.
    public static var bound: UInt64 { 1 << 52 }

    /// Takes a number below `bound`; throws `WordError` otherwise.
    public init(_ number: UInt64) throws {
        guard number < Self.bound else { throw WordError("identifier", "a number below 2^52") }
        self.number = number
    }

    /// Keeps the low 52 bits of a random number.
    public init(random number: UInt64) {
        self.number = number & (Self.bound - 1)
    }

    /// Reads the number.
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(UInt64.self))
    }

    /// Writes the number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(number)
    }

    /// Orders by number.
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }

    /// The number in decimal.
    public var description: String { String(number) }
}

extension Identifier: WireWord {
    /// An unsigned integer below 2^52.
    public static var wireShape: WireShape { .unsigned(maximum: bound - 1) }
    /// The number 0.
    public static var wireSample: Self { Self(random: 0) }
}

/// Names the kinds of rows that have identifiers.
public enum RowKind {
    /// A person.
    public enum Account {}
    /// A registered way to prove who you are.
    public enum Method {}
    /// A method on its way to be registered.
    public enum Enrolment {}
    /// One attempt to recover an account; also the correlation number in the audit trail.
    public enum Recovery {}
    /// A message on its way to a person.
    public enum Delivery {}
    /// A password on its way to a directory.
    public enum Order {}
    /// A question to a device.
    public enum Approval {}
}

/// Names an account for ever; never reused.
public typealias AccountID = Identifier<RowKind.Account>
/// Names a registered method.
public typealias MethodID = Identifier<RowKind.Method>
/// Names a method that is being registered.
public typealias EnrolmentID = Identifier<RowKind.Enrolment>
/// Names a recovery; stands in the audit trail as correlation.
public typealias RecoveryID = Identifier<RowKind.Recovery>
/// Names a message in the outbox; the same on every repeat.
public typealias DeliveryID = Identifier<RowKind.Delivery>
/// Names a write-back order.
public typealias OrderID = Identifier<RowKind.Order>

/// A moment: milliseconds since 1970-01-01T00:00:00Z by the daemon's clock.
public struct Timestamp: Hashable, Sendable, Codable, Comparable {
    /// Milliseconds since the epoch.
    public let milliseconds: Int64

    /// Takes milliseconds since the epoch.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Reads milliseconds.
    public init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    /// Writes milliseconds.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }

    /// Orders by time.
    public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    /// The moment `span` later; the last or first moment there is where that lies beyond it.
    ///
    /// A peer may send any moment, and none may stop the process (attack D14).
    public static func + (left: Self, span: Span) -> Self {
        let (sum, overflow) = left.milliseconds.addingReportingOverflow(span.milliseconds)
        return Self(milliseconds: overflow ? (span.milliseconds > 0 ? .max : .min) : sum)
    }

    /// The time from `right` to `left`; negative when `right` is later; the longest there is where it would be longer.
    public static func - (left: Self, right: Self) -> Span {
        let (difference, overflow) = left.milliseconds.subtractingReportingOverflow(right.milliseconds)
        return Span(milliseconds: overflow ? (right.milliseconds > 0 ? .min : .max) : difference)
    }

    /// A length of time.
    public struct Span: Hashable, Sendable, Comparable {
        /// Milliseconds.
        public let milliseconds: Int64
        /// Takes milliseconds.
        public init(milliseconds: Int64) { self.milliseconds = milliseconds }
        /// `count` seconds.
        public static func seconds(_ count: Int64) -> Span { Span(milliseconds: count * 1000) }
        /// `count` minutes.
        public static func minutes(_ count: Int64) -> Span { .seconds(count * 60) }
        /// `count` hours.
        public static func hours(_ count: Int64) -> Span { .minutes(count * 60) }
        /// The same length backwards.
        public static prefix func - (span: Span) -> Span {
            Span(milliseconds: span.milliseconds == .min ? .max : -span.milliseconds)
        }
        /// Orders by length.
        public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }
    }
}

extension Timestamp: WireWord {
    /// A signed integer: milliseconds since the epoch.
    public static var wireShape: WireShape { .integer }
    /// The epoch.
    public static var wireSample: Timestamp { Timestamp(milliseconds: 0) }
}
