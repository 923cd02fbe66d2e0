import SSPRDomain
import SSPRVocabulary
import StrictCBOR

/// A short list in a column of its own, as deterministic CBOR: it is read and written whole, and nothing searches in it.
protocol StoredList: ColumnValue {
    associatedtype Element
    associatedtype Stored: Codable
    init(_ values: [Element])
    var values: [Element] { get }
    static func stored(_ element: Element) -> Stored
    static func element(_ stored: Stored) -> Element
}

extension StoredList {
    func bind(to places: inout Places) throws {
        places.blob(try CBOREncoder().encode(values.map(Self.stored)))
    }

    init(from row: inout Columns) throws {
        let bytes = try row.blob()
        do {
            let stored = try CBORDecoder(unknownKeys: .refuse).decode([Stored].self, from: bytes)
            self.init(stored.map(Self.element))
        } catch {
            throw row.corrupt("is no list as this daemon writes it")
        }
    }
}

/// Choices or question numbers.
struct Numbers: StoredList {
    let values: [UInt32]
    init(_ values: [UInt32]) { self.values = values }
    static func stored(_ element: UInt32) -> UInt32 { element }
    static func element(_ stored: UInt32) -> UInt32 { stored }
}

/// Names of groups.
struct Groups: StoredList {
    let values: [GroupName]
    init(_ values: [GroupName]) { self.values = values }
    static func stored(_ element: GroupName) -> GroupName { element }
    static func element(_ stored: GroupName) -> GroupName { stored }
}

/// What a recovery offers.
struct Offers: StoredList {
    let values: [Offer]
    init(_ values: [Offer]) { self.values = values }
    static func stored(_ offer: Offer) -> StoredOffer {
        StoredOffer(choice: offer.choice, kind: offer.kind, method: offer.method)
    }
    static func element(_ stored: StoredOffer) -> Offer {
        Offer(choice: stored.choice, kind: stored.kind, method: stored.method)
    }
}

/// An offer as stored; a decoy's has no method.
struct StoredOffer: Codable {
    let choice: UInt32
    let kind: MethodKind
    let method: MethodID?

    enum CodingKeys: Int, CodingKey {
        case choice = 1
        case kind, method
    }
}
