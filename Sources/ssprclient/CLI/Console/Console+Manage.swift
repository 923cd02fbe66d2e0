import SSPRProtocol

extension Console {
    /// Makes an administrator's call whose refusals mean something else than that a name is taken or an account unknown.
    ///
    /// `conflict` and `missing` say what they mean instead, `list` where to look what there is.
    @discardableResult
    func manage<C: Call>(
        _ call: C.Type, _ request: C.Request, doing what: String, conflict: String? = nil,
        missing: String = "There is no such group, plan or account.",
        list: String = "ssprclient groups list, licences list or accounts list"
    ) throws(CommandFailure) -> C.Reply {
        do throws(CommandFailure) {
            return try self.call(call, request, doing: what, in: .administration)
        } catch {
            switch error.refusal?.code {
            case .conflict:
                throw CommandFailure(
                    .badData, "cannot \(what)", why: conflict, next: nil, refusal: error.refusal)
            case .notFound:
                throw CommandFailure(.notFound, "cannot \(what)", why: missing, next: list, refusal: error.refusal)
            default: throw error
            }
        }
    }
}
