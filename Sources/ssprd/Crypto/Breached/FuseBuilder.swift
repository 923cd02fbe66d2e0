/// Makes the fingerprints of one filter.
enum FuseBuilder {
    /// The keys do not fit, whatever the seed: never seen, and less likely than a broken machine.
    struct DoesNotFit: Error, CustomStringConvertible {
        var description: String { "the keys of a filter do not fit after \(tries) seeds" }
    }

    private static let tries: UInt64 = 100

    /// A shape in which all keys fit, and its fingerprints; the keys must be different.
    ///
    /// The seeds are tried in a fixed order, so that the same passwords always give the same file.
    static func build(_ keys: [UInt64]) throws(DoesNotFit) -> (shape: FuseShape, fingerprints: [UInt32]) {
        for seed in 1...tries {
            let shape = FuseShape(keys: keys.count, seed: seed &* 0x9e37_79b9_7f4a_7c15)
            if let order = peel(keys, shape) { return (shape, assign(order, shape)) }
        }
        throw DoesNotFit()
    }

    /// A key and which of its places is its own.
    private struct Peeled {
        let mixed: UInt64
        let place: UInt8
    }

    /// What lies at a place: how many keys, and the exclusive or of them and of which of their places this is.
    private struct Heap {
        var count: UInt32 = 0
        var place: UInt8 = 0
        var mixed: UInt64 = 0

        mutating func turn(_ mixed: UInt64, _ place: UInt8, by change: UInt32) {
            count &+= change
            self.place ^= place
            self.mixed ^= mixed
        }
    }

    /// Takes away, again and again, a key that is alone at one of its places; nil when some are left that never are.
    private static func peel(_ keys: [UInt64], _ shape: FuseShape) -> [Peeled]? {
        var heaps = [Heap](repeating: Heap(), count: shape.places)
        func turn(_ mixed: UInt64, by change: UInt32) {
            let (first, second, third) = shape.placesOf(mixed)
            heaps[first].turn(mixed, 0, by: change)
            heaps[second].turn(mixed, 1, by: change)
            heaps[third].turn(mixed, 2, by: change)
        }
        for key in keys { turn(shape.mixed(key), by: 1) }
        var alone = heaps.indices.filter { heaps[$0].count == 1 }
        var order: [Peeled] = []
        order.reserveCapacity(keys.count)
        while let index = alone.popLast() {
            let heap = heaps[index]
            guard heap.count == 1 else { continue }
            order.append(Peeled(mixed: heap.mixed, place: heap.place))
            // Adding the largest number takes one away.
            turn(heap.mixed, by: .max)
            let (first, second, third) = shape.placesOf(heap.mixed)
            for place in [first, second, third] where heaps[place].count == 1 { alone.append(place) }
        }
        return order.count == keys.count ? order : nil
    }

    /// In the opposite order each key's own place is still free and makes the three of them right.
    private static func assign(_ order: [Peeled], _ shape: FuseShape) -> [UInt32] {
        var fingerprints = [UInt32](repeating: 0, count: shape.places)
        for key in order.reversed() {
            let (first, second, third) = shape.placesOf(key.mixed)
            let own = key.place == 0 ? first : key.place == 1 ? second : third
            fingerprints[own] =
                FuseShape.fingerprint(key.mixed) ^ fingerprints[first] ^ fingerprints[second] ^ fingerprints[third]
        }
        return fingerprints
    }
}
