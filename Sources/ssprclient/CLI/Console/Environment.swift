import Glibc

/// The environment variables that people's commands heed (`ssprclient help environment`).
///
/// Never used under `pam`.
struct Environment {
    /// The value of a variable, nil when it is not set or empty.
    subscript(name: String) -> String? {
        // The environment's memory is only read, and the text is copied at once; nothing here changes the environment.
        guard let value = unsafe getenv(name), let text = unsafe String(validatingCString: value) else { return nil }
        return text.isEmpty ? nil : text
    }

    /// True when things are to be read aloud or by touch.
    var isAccessible: Bool { self["SSPR_ACCESSIBLE"] == "1" }

    /// The variables with what they do.
    static let listing = [
        ("SSPR_SOCKET", "the socket's path, where --socket does not say it"),
        (
            "SSPR_ACCESSIBLE",
            "1: plain lines for screen readers: no tables, QR codes, colours, folding or redrawing"
        ),
        ("USER, LOGNAME", "the account, where a person's command names none"),
        ("NO_COLOR", "anything: no colour (no-color.org)"),
        ("TERM", "dumb: no colour"),
        ("LC_ALL, LC_CTYPE, LANG", "with UTF-8: a QR code can be drawn"),
    ]
}
