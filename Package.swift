// swift-tools-version: 6.2
import PackageDescription

/// The compiler guards the layers (spec/decisions/0001-layers.md): one list for every target that we write.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
]

let package = Package(
    name: "ssprd",
    products: [
        // A service needs the calls and the words as well as the client.
        .library(name: "SSPRClient", targets: ["SSPRClient", "SSPRProtocol", "SSPRVocabulary"]),
        .executable(name: "ssprd", targets: ["ssprd"]),
        .executable(name: "ssprclient", targets: ["SSPRClientCLI"]),
        .executable(name: "sspr-courier", targets: ["SSPRCourier"]),
        .executable(name: "sspr-writeback", targets: ["SSPRWriteback"]),
        .executable(name: "sspr-device", targets: ["SSPRDevice"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        // The contract: bytes, words, calls.
        .target(name: "StrictCBOR", path: "Sources/SSPRProtocol/CBOR", swiftSettings: settings),
        .target(
            name: "SSPRVocabulary", dependencies: ["StrictCBOR"],
            path: "Sources/SSPRProtocol/Vocabulary", swiftSettings: settings),
        .target(
            name: "SSPRProtocol", dependencies: ["StrictCBOR", "SSPRVocabulary"],
            path: "Sources/SSPRProtocol", exclude: ["CBOR", "Vocabulary"], swiftSettings: settings),

        // The daemon, inside out.
        .target(
            name: "SSPRDomain", dependencies: ["SSPRVocabulary"],
            path: "Sources/ssprd/Domain", swiftSettings: settings),
        .systemLibrary(
            name: "CSodium", path: "Sources/CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .target(name: "CHashMemory", path: "Sources/ssprd/Crypto/Memory"),
        .target(
            name: "SSPRCrypto",
            dependencies: [
                "CHashMemory", "CSodium", "SSPRDomain", "SSPRVocabulary", "StrictCBOR",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            path: "Sources/ssprd/Crypto", exclude: ["Memory"], swiftSettings: settings),
        .target(
            name: "SSPRStore",
            dependencies: [
                "SSPRDomain", "SSPRVocabulary", "StrictCBOR",
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            path: "Sources/ssprd/Store", swiftSettings: settings),
        .target(
            name: "SSPRPlatform", dependencies: ["SSPRDomain", "SSPRVocabulary"],
            path: "Sources/ssprd/Platform", exclude: ["Documents"], swiftSettings: settings),
        .target(
            name: "SSPRDocuments",
            dependencies: ["SSPRDomain", "SSPRVocabulary", .product(name: "Yams", package: "Yams")],
            path: "Sources/ssprd/Platform/Documents", swiftSettings: settings),
        .target(
            name: "SSPRServer",
            dependencies: [
                "SSPRDomain", "SSPRPlatform", "SSPRProtocol", "SSPRVocabulary", "StrictCBOR",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Sources/ssprd/Server", swiftSettings: settings),
        .executableTarget(
            name: "ssprd",
            dependencies: [
                "SSPRCrypto", "SSPRDocuments", "SSPRDomain", "SSPRPlatform", "SSPRProtocol", "SSPRServer", "SSPRStore",
                "SSPRVocabulary",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Sources/ssprd/Main", swiftSettings: settings),

        // Everything that touches the outside world links the client library.
        .target(
            name: "SSPRClient", dependencies: ["SSPRProtocol", "SSPRVocabulary", "StrictCBOR"],
            path: "Sources/ssprclient/Library", swiftSettings: settings),
        .target(
            name: "SSPRTerminal", dependencies: ["SSPRVocabulary", "StrictCBOR"],
            path: "Sources/ssprclient/Terminal", swiftSettings: settings),
        .executableTarget(
            name: "SSPRClientCLI",
            dependencies: [
                "SSPRClient", "SSPRProtocol", "SSPRTerminal", "SSPRVocabulary", "StrictCBOR",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/ssprclient/CLI", swiftSettings: settings),
        .target(
            name: "SSPRAgent",
            dependencies: ["SSPRClient", "SSPRProtocol", "SSPRVocabulary", .product(name: "Yams", package: "Yams")],
            path: "Sources/ssprclient/Agent", swiftSettings: settings),
        .systemLibrary(
            name: "CCurl", path: "Sources/ssprclient/Courier/CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])]),
        .executableTarget(
            name: "SSPRCourier", dependencies: ["CCurl", "SSPRAgent", "SSPRProtocol", "SSPRVocabulary"],
            path: "Sources/ssprclient/Courier", exclude: ["CCurl"], swiftSettings: settings),
        .executableTarget(
            name: "SSPRWriteback", dependencies: ["SSPRAgent", "SSPRProtocol", "SSPRVocabulary"],
            path: "Sources/ssprclient/Writeback", swiftSettings: settings, linkerSettings: [.linkedLibrary("crypt")]),
        .executableTarget(
            name: "SSPRDevice",
            dependencies: [
                "CSodium", "SSPRAgent", "SSPRClient", "SSPRProtocol", "SSPRTerminal", "SSPRVocabulary", "StrictCBOR",
            ],
            path: "Sources/ssprclient/Device", swiftSettings: settings),

        .testTarget(
            name: "ProtocolTests", dependencies: ["StrictCBOR", "SSPRVocabulary", "SSPRProtocol"],
            path: "Tests/ProtocolTests", exclude: ["CBOR/check_vectors.py", "Fuzz"], swiftSettings: settings),
        .testTarget(
            name: "DaemonTests",
            dependencies: [
                "SSPRClient", "SSPRClientCLI", "SSPRCourier", "SSPRCrypto", "SSPRDocuments", "SSPRDomain",
                "SSPRPlatform",
                "SSPRProtocol",
                "SSPRServer", "SSPRStore", "SSPRVocabulary", "StrictCBOR",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Tests/DaemonTests",
            exclude: ["Fixtures", "Interop", "Mutants", "Attacks", "Features", "conftest.py"], swiftSettings: settings),
    ]
)
