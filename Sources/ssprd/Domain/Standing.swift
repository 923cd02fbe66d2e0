import SSPRVocabulary

/// What is in memory and outlives a change of the configuration: orders on the desk, attempts under way, who was seen lately, who waits.
struct Standing: Sendable {
    let gate: AttemptGate
    let desk: WritebackDesk
    let watch: ChannelWatch
    let recoveryWaits = SoleWaits<RecoveryID>()
    /// By the keyed hash of a handle.
    let traceWaits = SoleWaits<[UInt8]>()

    init(ambient: any Ambient, bell: any Bell) {
        gate = AttemptGate(bell: bell)
        desk = WritebackDesk(ambient: ambient, bell: bell)
        watch = ChannelWatch(ambient: ambient, bell: bell)
    }
}
