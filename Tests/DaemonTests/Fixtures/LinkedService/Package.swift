// swift-tools-version: 6.2
import PackageDescription

// A service as somebody else would write it: a package of its own that links the client library and nothing else of ours.
let package = Package(
    name: "LinkedService",
    dependencies: [.package(name: "ssprd", path: "../../../..")],
    targets: [
        .executableTarget(
            name: "LinkedService", dependencies: [.product(name: "SSPRClient", package: "ssprd")],
            swiftSettings: [.swiftLanguageMode(.v6)])
    ]
)
