/// Why the state could not be opened: where, what is wrong, and what to do next.
public struct StoreOpenError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of trouble, for programs.
    public enum Reason: Sendable, Equatable {
        /// The folder or a file is missing or cannot be used.
        case inaccessible
        /// The folder or a file belongs to somebody else or is open to others.
        case permissions
        /// Another process has the state open; its process id, if it could be read.
        case locked(by: Int32?)
        /// The file is not a database of this daemon.
        case foreign
        /// A newer release wrote the file.
        case newerSchema
        /// The file is damaged.
        case corrupt
        /// Commits would not be durable.
        case notDurable
    }

    /// The kind of trouble.
    public let reason: Reason
    /// The file or folder concerned.
    public let path: String
    /// What is wrong.
    public let problem: String
    /// What whoever runs the daemon can do.
    public let remedy: String

    /// "path: problem. remedy."
    public var description: String { "\(path): \(problem). \(remedy)." }
}

extension StoreOpenError {
    static func foreign(_ path: String) -> StoreOpenError {
        StoreOpenError(
            reason: .foreign, path: path, problem: "this is not a database of ssprd",
            remedy: "Move the file away, or name the folder that holds the daemon's state")
    }
}
