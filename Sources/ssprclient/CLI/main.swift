import Glibc

// Decided before anything else is looked at: this path starts at every login and must stay as small as a C program (decision 0007).
if CommandLine.argc > 1, CommandLine.arguments[1] == "pam" {
    exit(PAMHelper.run(arguments: Array(CommandLine.arguments.dropFirst(2))).rawValue)
}
SSPRClientTool.start(Array(CommandLine.arguments.dropFirst()))
