import Glibc

/// The arguments from `first` on, read from the process's own memory: the ready-made array costs a login more than all of its work.
private func arguments(from first: Int32) -> [String] {
    var result: [String] = []
    for index in first..<max(first, CommandLine.argc) {
        // The vector has argc entries, which end with a zero each and are never changed.
        if let argument = unsafe CommandLine.unsafeArgv[Int(index)] { unsafe result.append(String(cString: argument)) }
    }
    return result
}

// Decided before anything else is looked at: this path starts at every login and must stay as small as a C program (decision 0007).
let given = arguments(from: 1)
if given.first == "pam" {
    exit(PAMHelper.run(arguments: arguments(from: 2)).rawValue)
}
SSPRClientTool.start(given)
