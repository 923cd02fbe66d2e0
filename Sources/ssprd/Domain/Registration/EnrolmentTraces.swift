public import SSPRVocabulary

extension Registration {
    /// Where the code message of a method under way is: the password has been proven, so its own state is told.
    public func trace(
        _ handle: RegistrationHandle, _ id: EnrolmentID, known: DeliveryState? = nil, by actor: EventActor
    ) throws -> Step<Traces.Told> {
        try traces.follow(world.hash(of: handle), known: known) {
            try world.store.read { tx in
                let (session, _) = try session(tx, handle, by: actor)
                guard let enrolment = try tx.enrolment(id),
                    constantTimeEqual(enrolment.registration, session.handle),
                    let channel = enrolment.kind.channels.first
                else { throw Refusal.refused }
                return try traces.look(tx, at: .enrolment(id), via: channel)
            }
        }
    }
}
