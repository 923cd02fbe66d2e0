import Glibc
import SSPRPlatform

/// The folder that holds the state.
///
/// The store checks it; here it is made where it is missing.
enum StateFolder {
    static func prepare(_ path: String) throws {
        guard unsafe mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        throw SystemError("make the folder \(path)", number: errno)
    }
}
