import SSPRVocabulary

/// What one configuration changes of another.
struct ConfigurationChanges {
    /// Every key with another value, in the order of the manual.
    let all: [PolicyChange]
    /// Those of them that only a restart can change.
    let needingRestart: [PolicyChange]

    /// Compares; throws nothing but `WordError` for a key that is no name, which a test excludes.
    init(from old: OpenConfiguration, to new: OpenConfiguration) throws {
        var (all, needingRestart): ([PolicyChange], [PolicyChange]) = ([], [])
        // Both lists have the same keys.
        for (before, after) in zip(old.keys, new.keys) where before.value != after.value {
            let change = try PolicyChange(
                field: PolicyFieldName(after.name), before: Self.shown(before.value), after: Self.shown(after, before))
            all.append(change)
            if after.needsRestart { needingRestart.append(change) }
        }
        self.all = all
        self.needingRestart = needingRestart
    }

    private static func shown(_ value: ConfigurationKey.Value) throws -> PolicyText {
        switch value {
        case .text(let text): try line(text)
        case .words(let words): try line("\(words.count) words")
        }
    }

    /// Of a list, how much of it is new: two lists may be equally long.
    private static func shown(_ after: ConfigurationKey, _ before: ConfigurationKey) throws -> PolicyText {
        guard case (.words(let new), .words(let old)) = (after.value, before.value) else {
            return try shown(after.value)
        }
        let (added, gone) = (Set(new).subtracting(old).count, Set(old).subtracting(new).count)
        return try line("\(new.count) words: \(added) new, \(gone) gone")
    }

    /// One visible line, as long as a value in the trail may be.
    private static func line(_ text: String) throws -> PolicyText {
        let end = " ..."
        var line = ""
        for scalar in text.unicodeScalars {
            guard line.utf8.count + 4 + end.utf8.count <= WireLimit.textBytes else { return try PolicyText(line + end) }
            line.unicodeScalars.append(scalar.isHidden ? "?" : scalar)
        }
        return try PolicyText(line)
    }
}

/// The file changes what cannot change while the daemon serves.
struct NeedsRestart: Error, CustomStringConvertible {
    let file: String
    let changes: [PolicyChange]

    /// Place, problem, and what is allowed.
    var description: String {
        let keys = changes.map { "\($0.field) from \($0.before) to \($0.after)" }.joined(separator: ", ")
        return "\(file): it changes \(keys), which a reload cannot. Allowed: the former values, or a restart."
    }
}
