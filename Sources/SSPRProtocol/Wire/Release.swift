/// The product's release.
public enum Release {
    /// Semantic version, said by `service.hello` and by every program's `--version`.
    public static let version = "0.1.0"
}
