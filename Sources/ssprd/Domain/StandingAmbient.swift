import SSPRVocabulary

/// Surroundings in which it is always the same moment.
struct StandingAmbient: Ambient {
    let now: Timestamp
    let behind: any Ambient

    init(now: Timestamp, behind: any Ambient) {
        self.now = now
        self.behind = behind
    }

    var steady: Timestamp { behind.steady }

    func random(_ count: Int) -> [UInt8] { behind.random(count) }
}
