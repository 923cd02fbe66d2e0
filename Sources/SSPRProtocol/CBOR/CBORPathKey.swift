/// One step of a coding path: a map key or an array index.
struct CBORPathKey: CodingKey {
    let number: UInt64

    init(_ number: UInt64) { self.number = number }

    init?(intValue: Int) {
        guard intValue >= 0 else { return nil }
        number = UInt64(intValue)
    }

    init?(stringValue: String) {
        guard let number = UInt64(stringValue) else { return nil }
        self.number = number
    }

    var stringValue: String { String(number) }
    var intValue: Int? { Int(exactly: number) }
}
