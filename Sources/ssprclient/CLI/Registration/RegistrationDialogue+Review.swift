import SSPRProtocol
import SSPRVocabulary

extension RegistrationDialogue {
    /// Asks whether the contacts are still right, and notes it when they are; says what to do when they are not.
    func review(_ state: DescribeRegistration.Reply, _ handle: RegistrationHandle) throws -> Bool {
        for method in state.methods {
            if let hint = method.hint { console.insist("  \(method.kind.rawValue) \(hint)") }
        }
        guard ["y", "yes"].contains(try answers.line("Is this still right? [y/N]").lowercased()) else {
            console.say("Then add what is new here, and remove what is old: ssprclient register remove NUMBER")
            console.say("The numbers: ssprclient status")
            return false
        }
        let reply = try console.call(
            ReviewContacts.self, .init(handle: handle), doing: "note that it is still right", in: .registration)
        let next = reply.reviewDueAt.map { " It is asked again in \(Moment.words(until: $0))." } ?? ""
        console.say("Noted.\(next)", .ok)
        return true
    }
}
