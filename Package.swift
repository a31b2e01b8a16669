// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// A room of the house: one folder, one module, one layer.
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of a room; all may use the test data and the tiny models.
func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.target(name: name), "TestData"] + dependencies,
        swiftSettings: strict
    )
}

let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let argumentParser = Target.Dependency.product(
    name: "ArgumentParser",
    package: "swift-argument-parser"
)
let lifecycle = Target.Dependency.product(
    name: "ServiceLifecycle",
    package: "swift-service-lifecycle"
)
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let nio: [Target.Dependency] = ["NIOCore", "NIOPosix", "NIOHTTP1"].map {
    .product(name: $0, package: "swift-nio")
}

let httpClient = Target.Dependency.product(
    name: "AsyncHTTPClient",
    package: "async-http-client"
)
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let http: [Target.Dependency] = [
    .product(name: "HTTPTypes", package: "swift-http-types"),
    .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
    .product(name: "HummingbirdCore", package: "hummingbird"),
    .product(name: "UnixSignals", package: "swift-service-lifecycle"),
]

let package = Package(
    name: "martlet",
    products: [
        .library(name: "Martlet", targets: ["Martlet"]),
        // With JSONDocuments, as schemas and tool arguments are JSON.
        .library(name: "MartletClient", targets: ["MartletClient", "JSONDocuments"]),
        .executable(name: "martlet", targets: ["MartletCLI"]),
    ],
    dependencies: [
        .package(
            url: "https://github.com/hummingbird-project/hummingbird",
            from: "2.28.1",
            traits: []
        ),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle",
            from: "2.13.0"
        ),
    ],
    targets: [
        // arithmetic
        .target(name: "CMachine"),
        .target(
            name: "CLimits",
            dependencies: ["CMachine"],
            cSettings: [.headerSearchPath(".")]
        ),
        .target(name: "CSystemCalls", cSettings: [.headerSearchPath(".")]),
        .target(name: "CKernels", cSettings: [.headerSearchPath(".")]),
        room("Compute", ["CKernels", "CMachine"]),
        // what is in the binary
        .target(name: "CAssets", exclude: ["page"]),
        room("Assets", ["CAssets"]),
        // files and text
        room("JSONDocuments"),
        room("Checkpoints", ["Compute"]),
        room("Tokenization"),
        room("ChatTemplates", ["JSONDocuments"]),
        room("Grammars", ["JSONDocuments"]),
        // model
        room("Architectures", ["Compute", "Checkpoints"]),
        // engine
        room("PagedCache", [deque]),
        room("Scheduling", ["PagedCache", deque]),
        room("Sampling"),
        room(
            "Inference",
            [
                "Architectures", "Checkpoints", "Compute", "Grammars", "PagedCache", "Scheduling",
                "Sampling",
            ]
        ),
        room(
            "TextGeneration",
            [
                "ChatTemplates", "Checkpoints", "Grammars", "Inference", "JSONDocuments",
                "Sampling", "Scheduling", "Tokenization",
            ]
        ),
        // service
        room("AnswerParsing", ["JSONDocuments"]),
        room("OpenAIProtocol", ["JSONDocuments"]),
        room("PrometheusExport", [metrics]),
        room(
            "Serving",
            [
                "AnswerParsing", "Assets", "ChatTemplates", "Grammars", "Inference",
                "JSONDocuments", "OpenAIProtocol", "PagedCache", "PrometheusExport", "Sampling",
                "Scheduling", "TextGeneration", "Tokenization", hummingbird, logging, metrics,
                lifecycle,
            ] + nio + http
        ),
        room("LoadTesting", nio),
        room(
            "Measuring",
            [
                "CLimits", "Checkpoints", "Compute", "Inference", "LoadTesting", "Sampling",
                "Scheduling",
            ]
        ),
        room(
            "Martlet",
            [
                "Architectures", "Assets", "ChatTemplates", "Checkpoints", "Compute", "Grammars",
                "Inference", "JSONDocuments", "Sampling", "Scheduling", "TextGeneration",
                "Tokenization",
            ]
        ),
        room("MartletClient", ["JSONDocuments", httpClient] + nio),
        room("ModelHub", ["CSystemCalls", "JSONDocuments", httpClient, crypto, system] + nio),
        room("TerminalChat", ["CMachine", "JSONDocuments"]),
        .executableTarget(
            name: "MartletCLI",
            dependencies: [
                "AnswerParsing", "Architectures", "Assets", "CSystemCalls", "ChatTemplates",
                "Checkpoints", "Compute", "Grammars", "Inference", "JSONDocuments", "LoadTesting",
                "MartletClient", "Measuring", "ModelHub", "Sampling", "Scheduling", "Serving",
                "TerminalChat", "TextGeneration", "Tokenization",
                argumentParser, logging, lifecycle, system,
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "Complete",
            dependencies: ["Martlet"],
            path: "Examples/Complete",
            swiftSettings: strict
        ),
        // tests
        .target(name: "TestData", path: "Tests/TestData", swiftSettings: strict),
        tests(of: "Compute", ["CKernels"]),
        tests(of: "Assets"),
        tests(of: "JSONDocuments"),
        tests(of: "Checkpoints", ["Compute"]),
        tests(of: "Tokenization"),
        tests(of: "ChatTemplates", ["JSONDocuments"]),
        tests(of: "Grammars", ["JSONDocuments", "Tokenization"]),
        tests(of: "Architectures", ["Checkpoints", "Compute"]),
        tests(of: "PagedCache"),
        tests(of: "Scheduling", ["PagedCache"]),
        tests(of: "Sampling"),
        tests(
            of: "Inference",
            ["Architectures", "Checkpoints", "Compute", "PagedCache", "Sampling", "Scheduling"]
        ),
        tests(of: "TextGeneration", ["Checkpoints", "Inference", "Sampling", "Tokenization"]),
        tests(of: "AnswerParsing", ["JSONDocuments"]),
        tests(of: "OpenAIProtocol", ["JSONDocuments"]),
        tests(of: "PrometheusExport", [metrics]),
        tests(
            of: "Serving",
            [
                "Inference", "JSONDocuments", "OpenAIProtocol", "Scheduling", "TextGeneration",
                "Tokenization", logging, lifecycle,
                .product(name: "InMemoryLogging", package: "swift-log"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ] + nio + http
        ),
        tests(of: "LoadTesting", nio),
        tests(of: "Measuring", ["Checkpoints", "Compute", "Inference", "LoadTesting"]),
        tests(of: "Martlet", ["Sampling"]),
        tests(of: "MartletClient", ["JSONDocuments"] + nio),
        tests(of: "ModelHub", [crypto, system] + nio),
        tests(of: "TerminalChat", ["JSONDocuments"]),
        .testTarget(name: "TidyTests", swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c17
)
