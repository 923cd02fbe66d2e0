import SSPRVocabulary

extension Snapshot {
    /// The number of the last event before a moment, by halving: numbers grow with time.
    func lastEvent(before moment: Timestamp) throws -> UInt64 {
        var low: UInt64 = 0
        var high = try auditHead().sequence
        while low < high {
            let middle = low + (high - low + 1) / 2
            guard let link = try links(after: middle - 1, limit: 1).first, link.event.at < moment else {
                high = middle - 1
                continue
            }
            low = middle
        }
        return low
    }
}
