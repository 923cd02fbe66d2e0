/// The page of the policy's fields for administrators: printed from the table, compared in a test.
public enum PolicyPage {
    /// The page.
    public static var text: String {
        var page = """
            # The policy

            Who may do what with how much proof. Every field may stand in the configuration file, which is read at the start, and in a policy
            document, which an administrator applies to the running daemon and which wins over the file. This page is printed by `ssprd spec
            print`; edit the table of fields, not this page.

            | field | values | default | stricter | for groups | what it is for |
            | --- | --- | --- | --- | --- | --- |

            """
        for field in PolicyField.all {
            page +=
                "| `\(field.name)` | \(field.values) | \(field.read(Policy()).text) | \(field.stricterWord) | \(field.isForGroups ? "yes" : "no") | \(field.summary) |\n"
        }
        page += "\nIn the configuration file only:\n\n"
        for (name, reason) in PolicyField.configurationOnly { page += "- `\(name)`: \(reason).\n" }
        page += rules
        return page
    }

    private static let rules = """

        ## Documents

        A document is YAML or JSON of at most 64 KiB with the keys above: `recovery.proofs` is written as `proofs` inside `recovery`. It is read
        strictly: an unknown key, a value of another kind or out of its range, a key that stands there twice, and references (`&`, `*`) are refused
        with the line, and nothing changes. A document takes the place of the one before as a whole: a field that it does not name has the
        configuration file's value again.

            recovery:
              proofs: 2
              coolingOffHours: 48
            phones: true

        A document may have a section `groups` with stricter values for the members of groups, each with the keys above that are for groups:

            recovery:
              proofs: 1
            groups:
              finance:
                recovery:
                  proofs: 2
                phones: false

        - For an account holds, of every field, the strictest of what the house and all its groups say; the column *stricter* tells which that is.
          A section can only ask for more: a value that is less strict than the house's does nothing.
        - A group must be there when a document that names it is planned or applied, and cannot be removed while the policy in force has a
          section for it: its members would be under weaker rules without anybody saying so. Groups have no other name, ever.
        - Who joins or leaves a group is under its rules, or no longer, from that moment on; a recovery or registration that has begun keeps the
          groups that counted at its beginning.
        - Names that are nobody's are shown the rules of the account that they look like ([decision 12](decisions/0012-strangers-look-like-the-registered.md)).
        - The sections of a document have 200 values together at most.

        | command | what it does |
        | --- | --- |
        | `ssprclient policy show [VERSION]` | every field, its value, and whether release, configuration or document says so; `--document` prints the document |
        | `ssprclient policy show --account NAME` | what holds for an account, and which of its groups decides |
        | `ssprclient policy plan FILE` | which fields would change, how many accounts could not recover any more, and the first 100 of them |
        | `ssprclient policy simulate FILE [--since 30d]` | how many of the recoveries that were proven would have been by the same proofs, and the first 100 accounts whose would not |
        | `ssprclient accounts explain NAME [--at TIME] [--policy FILE]` | rule by rule whether an account can recover now, could at a moment of the last year, will at a later moment if nothing but time changes, or would under a document |
        | `ssprclient policy apply FILE --reason TEXT` | puts it into force; `--base VERSION` refuses when somebody else was faster |
        | `ssprclient policy apply FILE --effective-at TIME` | the same from a moment on, up to 366 days ahead; `--grace DAYS` in the place of `recovery.graceDays` |
        | `ssprclient policy cancel VERSION` | the last version that waits for its time never comes into force |
        | `ssprclient policy history` | who applied what, when and why |
        | `ssprclient policy rollback VERSION --reason TEXT` | an earlier document once more, as a new version; 0 is the configuration file alone; `--effective-at` and `--grace` as above |

        ## What holds whatever a document says

        - An administrator's account needs two proofs of different classes, and questions are never one of them.
        - A recovery or registration that has begun goes on under the policy that it began with, until it ends or its time is over. Budgets of
          messages, throttles ([throttles.md](throttles.md)), and what is asked at sign-in, follow the new policy at once.
        - A change after which more than 5 %, or more than 10, of the accounts that can recover could not any more is refused; `--allow-loss`
          says that it is meant.
        - Every field that a version changes is an event `policy.changed` of the trail with the old and the new value, in the transaction that
          brings the version into force, and every global administrator is told by mail.

        """
}

extension PolicyField {
    /// What may stand there, with its unit.
    fileprivate var values: String {
        if case .number(_, let unit) = kind { return "\(allowed) \(unit)" }
        return allowed
    }

    fileprivate var stricterWord: String {
        switch (strictness, kind) {
        case (.neither, _): "neither"
        case (.greater, .flag): "true"
        case (_, .flag): "false"
        case (.greater, _): "more"
        case (.lesser, _): "less"
        case (.lesserButNotNever, _): "less, but 0 is the least"
        }
    }
}
