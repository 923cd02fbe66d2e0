import Glibc

/// Roles of emphasis, none of which says anything that the words do not say.
struct Style {
    enum Role: String {
        case ok = "32"
        case warning = "33"
        case error = "31"
        case dim = "2"
        /// White on black, whatever the terminal's own colours are.
        case picture = "97;40"
    }

    let isColoured: Bool

    /// Colour only for a terminal that can show it and a person who has not said no (no-color.org).
    init(for descriptor: Int32, isForbidden: Bool, environment: Environment) {
        isColoured =
            !isForbidden && isatty(descriptor) == 1 && environment["NO_COLOR"] == nil && environment["TERM"] != "dumb"
            && environment["TERM"] != nil
    }

    /// `text`, which must be escaped already, in the role's colour.
    func paint(_ role: Role, _ text: String) -> String {
        isColoured ? "\u{1b}[\(role.rawValue)m\(text)\u{1b}[0m" : text
    }
}
