/// Who proves to be an account's owner: whoever sits at the terminal, or a caller on the help desk's telephone.
enum Prover {
    case owner
    case caller

    /// Which words errors have.
    var family: CommandFailure.Family { self == .owner ? .recovery : .helpDesk }

    /// That a code has been sent; a stranger's is not, and nobody but the help desk is told.
    func sent(to address: String, typed: Bool, goodFor time: String) -> String {
        let start =
            switch (self, typed) {
            case (.owner, false): "If recovery is possible, a code is on its way to \(address)."
            case (.owner, true): "If that is your number and recovery is possible, a code is on its way to \(address)."
            case (.caller, false): "A code is on its way to \(address); the caller tells it to you."
            case (.caller, true):
                "If that is the account's number, a code is on its way to \(address); the caller tells it to you."
            }
        return "\(start) It is good for \(time)."
    }

    /// What the code's question begins with.
    var code: String { self == .owner ? "Code (you can paste it" : "Code that the caller tells you (no more" }

    /// That a device asks for this number.
    func asks(for digits: String) -> String {
        self == .owner
            ? "Your device asks for a number. Type there: \(digits)"
            : "The caller's device asks for a number. Tell them: \(digits)"
    }

    /// What to do when it was somebody else, or nothing happens.
    var advice: String {
        self == .owner
            ? "If it was not you who began this, deny it there. If it asks nothing, use another method. Waiting ..."
            : "If their device asks nothing, it is another one's: use another method, or end the call. Waiting ..."
    }

    /// What is still to be done with the number.
    func toDo(_ digits: String) -> String {
        self == .owner ? "type \(digits) on your device" : "the caller types \(digits) on their device"
    }
}
