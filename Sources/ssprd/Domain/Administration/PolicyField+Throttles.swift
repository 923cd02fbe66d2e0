extension PolicyField {
    /// Every field, in the order of the page for administrators.
    public static let all = own + throttles

    /// The fields of every throttle, as its table says.
    static let throttles: [PolicyField] = Throttle.all.flatMap(\.numbers).map { number in
        PolicyField(number.field, .number(number.range, unit: number.unit.word), number.strictness, number.summary) {
            .number($0.throttles[number])
        } store: { policy, value in
            if case .number(let count) = value { policy.throttles[number] = count }
        }
    }
}
