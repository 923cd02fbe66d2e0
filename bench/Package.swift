// swift-tools-version: 6.2
import PackageDescription

// What is measured in process is compiled from the house's own sources, reached through the link `House`: rooms that the house's package
// exports to nobody. Same settings, same versions as there; nothing of the house depends on this package.

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
]

let package = Package(
    name: "bench",
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    ],
    targets: [
        // Rooms of the house.
        .target(name: "StrictCBOR", path: "House/SSPRProtocol/CBOR", swiftSettings: settings),
        .target(
            name: "SSPRVocabulary", dependencies: ["StrictCBOR"],
            path: "House/SSPRProtocol/Vocabulary", swiftSettings: settings),
        .target(
            name: "SSPRDomain", dependencies: ["SSPRVocabulary"],
            path: "House/ssprd/Domain", swiftSettings: settings),
        .target(
            name: "SSPRStore",
            dependencies: [
                "SSPRDomain", "SSPRVocabulary", "StrictCBOR",
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            path: "House/ssprd/Store", swiftSettings: settings),
        .systemLibrary(
            name: "CSodium", path: "House/CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        // Links to four files, only what the audit chain's hash is made of: the whole room needs BoringSSL, a minute to build.
        .target(
            name: "SSPRCrypto", dependencies: ["CSodium", "SSPRVocabulary"],
            path: "Sources/ChainHash", swiftSettings: settings),

        // The programs.
        .target(name: "CTicks", path: "Sources/CTicks"),
        .executableTarget(
            name: "nio-echo",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Sources/NIOEcho", swiftSettings: settings),
        .executableTarget(
            name: "in-process",
            dependencies: [
                "CTicks", "SSPRCrypto", "SSPRDomain", "SSPRStore", "SSPRVocabulary", "StrictCBOR",
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            path: "Sources/InProcess", swiftSettings: settings),
    ]
)
