import SSPRVocabulary

extension Traces {
    /// Forgets what has become of messages of more than 96 hours ago, also where no new ones come.
    public func forgetOld() throws {
        let before = world.now + -Throttles.traceLife
        // Looking first keeps an idle daemon from writing; in portions, since others wait to write.
        while try world.store.read({ try $0.oldestTrace() }).map({ $0 < before }) ?? false {
            try world.store.write { try $0.removeTraces(queuedBefore: before, atMost: 256) }
        }
    }
}
