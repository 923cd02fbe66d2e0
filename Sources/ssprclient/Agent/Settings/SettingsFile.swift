import Glibc
import Yams

/// A configuration file in YAML.
public enum SettingsFile {
    private static let limit = 65_536

    /// Reads the file and checks that its keys are among `keys`.
    ///
    /// The file says which programs run, so it must belong to root or to the agent's own user and be writable by nobody else.
    public static func read(_ path: String, keys: [String]) throws(SettingsError) -> SettingsSection {
        func refused(_ rule: String, line: Int? = nil) -> SettingsError {
            SettingsError(file: path, line: line, key: "", rule: rule)
        }
        let bytes: [UInt8]
        do {
            let file = try OpenFile(reading: path)
            let status = try file.status()
            guard status.st_uid == 0 || status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
                throw refused("must belong to root or to this user and be writable by nobody else")
            }
            bytes = try file.readAll(limit: limit)
        } catch let error as SettingsError {
            throw error
        } catch {
            throw refused("cannot be read: \(error)")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw refused("is not UTF-8") }
        let root: Node?
        do {
            root = try compose(yaml: text)
        } catch let error as YamlError {
            let (problem, line) = explain(error)
            throw refused(problem, line: line)
        } catch {
            throw refused("is not YAML")
        }
        guard let root else { throw refused("is empty") }
        return try SettingsValue(file: path, key: "", node: root).section(keys: keys)
    }

    /// What the parser has to say and where; the file's own content is not repeated.
    private static func explain(_ error: YamlError) -> (String, Int?) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            ("is not YAML: \(problem)", mark.line)
        case .duplicatedKeysInMapping(let duplicates, let context):
            ("the same key twice: \(duplicates.sorted().joined(separator: ", "))", context.mark.line)
        default:
            ("is not YAML", nil)
        }
    }
}
