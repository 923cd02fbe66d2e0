/// Words with places in them: `"\(.code) is your code at \(.instance)"`.
///
/// A literal with interpolation, so that a language is plain data and the compiler knows every place.
struct Pattern<Place: Sendable>: ExpressibleByStringInterpolation, Sendable {
    enum Piece: Sendable {
        case literal(String)
        case place(Place)
    }

    struct StringInterpolation: StringInterpolationProtocol {
        var pieces: [Piece] = []

        init(literalCapacity: Int, interpolationCount: Int) {}

        mutating func appendLiteral(_ literal: String) { pieces.append(.literal(literal)) }
        mutating func appendInterpolation(_ place: Place) { pieces.append(.place(place)) }
    }

    let pieces: [Piece]

    init(stringLiteral value: String) { pieces = [.literal(value)] }
    init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.pieces }

    private init(pieces: [Piece]) { self.pieces = pieces }

    static func + (left: Self, right: Self) -> Self { Self(pieces: left.pieces + right.pieces) }

    /// The text with every place filled in.
    func filled(_ text: (Place) -> String) -> String {
        pieces.map { piece in
            switch piece {
            case .literal(let literal): literal
            case .place(let place): text(place)
            }
        }.joined()
    }
}

/// What a message says.
typealias Phrase = Pattern<Fact>

/// How a language writes a moment.
typealias DateForm = Pattern<DatePart>

/// What is filled in when a message is written.
enum Fact: CaseIterable, Sendable {
    /// The whole name of the account.
    case account
    /// The name of the account, cut where little room is.
    case accountInShort
    /// The name of the house.
    case instance
    /// The name of the house, for telephones.
    case instanceInShort
    /// When it happened: day, month, year, hour and minute.
    case happened
    /// When it happened: day, month, hour and minute.
    case happenedInShort
    /// Until when the code is good: day, month, year, hour and minute.
    case expires
    /// Until when the code is good: hour and minute.
    case expiresInShort
    /// How many administrators' passwords were reset.
    case resets
    /// Whose, as many as there is room for.
    case resetAccounts
    /// The code's digits in one piece.
    case code
    /// The code's digits, one by one, to be heard.
    case codeApart
}
