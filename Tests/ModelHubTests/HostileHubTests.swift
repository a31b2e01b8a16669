import FoundationEssentials
import ModelHub
import Synchronization
import TestData
import Testing

/// An address that is known only after those who use it.
final class HomeAddress: Sendable {
    private let address = Mutex("")

    var value: String {
        get { address.withLock { $0 } }
        set { address.withLock { $0 = newValue } }
    }
}

extension TemporaryFolder {
    /// All paths below the folder, but those of the model's own folder in the cache.
    func listing() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).sorted().filter {
            !$0.hasPrefix("hf/hub/models--org--tiny/")
        }
    }
}

@Suite("A hostile hub")
struct HostileHubTests {
    static let good = String(repeating: "a", count: 64)

    /// One file of a list, with what is given in place of what is right.
    static func entry(_ name: String, size: String = "3", hash: String = good) -> String {
        let large = "{\"sha256\": \"\(hash)\", \"size\": \(size)}"
        return "{\"rfilename\": \"\(name)\", \"size\": \(size), \"lfs\": \(large)}"
    }

    static let manifests: [String] = {
        let paths = [
            "../config.json", "../../config.json", "/config.json", "a/../../config.json", "..",
            ".", "", "a//config.json", "config.json/", "./config.json", "..\\\\config.json",
            "C:\\\\config.json", "\\u0000config.json", "config.json\\u0000.x", "a\\nb",
            "\\u0085", "a/./b", "../../../../../../../../tmp/martlet-was-here",
            String(repeating: "a/", count: 40) + "b", String(repeating: "a", count: 3000),
        ]
        let weights = [
            "..safetensors", "a b.safetensors", "a;b.safetensors", "%2e%2e%2fx.safetensors",
            ".safetensors", "\u{202E}x.safetensors", "a?b.safetensors", "a#b.safetensors",
            "$(id).safetensors", String(repeating: "a", count: 240) + ".safetensors",
        ]
        let hashes = [
            "", "a", "..", "../../x", "/etc/passwd", String(repeating: "a", count: 63),
            String(repeating: "a", count: 65), String(repeating: "A", count: 64),
            String(repeating: "g", count: 64), String(repeating: "../", count: 21) + "x",
            String(repeating: "a", count: 40), String(repeating: "a", count: 63) + "/",
            String(repeating: "a", count: 63) + "\\n", String(repeating: "é", count: 32),
        ]
        let sizes = [
            "-1", "0.5", "1e30", "9223372036854775807", "18446744073709551616", "\"3\"", "null",
            "[]", "{}", "true", "8796093022209", "-9223372036854775808",
        ]
        let commits = [
            "", "..", "../../../x", "/tmp", String(repeating: "a", count: 39),
            String(repeating: "A", count: 40), String(repeating: "a", count: 41),
            String(repeating: "../", count: 13) + "x", "main",
        ]
        let documents = [
            "", "[]", "null", "{", "{}", "\"x\"", "{\"sha\": 3}", "{\"siblings\": []}",
            String(repeating: "[", count: 10_000), "{\"sha\": \"\(FakeModel.commit)\"}",
            FakeModel.manifest([]), FakeModel.manifest(["3"]), FakeModel.manifest(["{}"]),
            FakeModel.manifest(["{\"rfilename\": [\"config.json\"]}"]),
            FakeModel.manifest([entry("config.json"), entry("config.json")]),
            "{\"sha\": \"\(FakeModel.commit)\", \"siblings\": {\"a\": 1}}",
        ]
        let name = "model.safetensors"
        return paths.map { FakeModel.manifest([entry(name), entry($0)]) }
            + weights.map { FakeModel.manifest([entry($0)]) }
            + hashes.map { FakeModel.manifest([entry(name, hash: $0)]) }
            + hashes.map { FakeModel.manifest([blobEntry("config.json", $0), entry(name)]) }
            + sizes.map { FakeModel.manifest([entry(name, size: $0)]) }
            + commits.map { FakeModel.manifest([entry(name)], commit: $0) }
            + documents
    }()

    static func blobEntry(_ name: String, _ hash: String) -> String {
        // Of the right length where the other kind of hash has it wrong.
        let hash = hash.utf8.count == 40 ? hash + "a" : hash
        return "{\"rfilename\": \"\(name)\", \"size\": 3, \"blobId\": \"\(hash)\"}"
    }

    @Test("its list of files writes nothing", arguments: manifests.indices)
    func manifest(index: Int) async throws {
        let folder = try TemporaryFolder()
        try folder.write("mine", as: "precious")
        let before = try folder.listing()
        let hub = try await FakeHub.start(manifest: Self.manifests[index]) { request, _ in
            request.isFile ? FakeHub.Answer(body: [1, 2, 3]) : nil
        }
        let client = try hub.client(folder)
        let error = await #expect(throws: HubError.self) {
            try await client.pull(try ModelName("org/tiny")) { _ in }
        }
        switch error {
        case .badManifest, .noFile, .noWeights: break
        default: Issue.record("\(String(describing: error))")
        }
        #expect(try folder.listing() == before)
        #expect(hub.fileRequests == [])
        try await hub.stop()
    }

    @Test("a promise of more than the disk has is refused before a byte is asked for")
    func room() async throws {
        let folder = try TemporaryFolder()
        // 8 TiB, the most that a file may have.
        let entries = (0..<8).map {
            Self.entry("model-\($0).safetensors", size: "8796093022208", hash: Self.hash($0))
        }
        let hub = try await FakeHub.start(manifest: FakeModel.manifest(entries))
        let client = try hub.client(folder)
        let error = await #expect(throws: HubError.self) {
            try await client.pull(try ModelName("org/tiny")) { _ in }
        }
        guard case .noRoom(8 << 43, _, _, false) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(hub.fileRequests == [])
        try await hub.stop()
    }

    private static func hash(_ digit: Int) -> String { String(repeating: "\(digit)", count: 64) }

    @Test(
        "its index leads nowhere else",
        arguments: [
            "", "[]", "{\"weight_map\": {}}", "{\"weight_map\": {\"a\": 3}}",
            "{\"weight_map\": {\"a\": \"../x.safetensors\"}}",
            "{\"weight_map\": {\"a\": \"/x.safetensors\"}}",
            "{\"weight_map\": {\"a\": \"missing.safetensors\"}}",
            "{\"weight_map\": {\"a\": \"config.json\"}}",
        ]
    )
    func index(text: String) async throws {
        let folder = try TemporaryFolder()
        let model = FakeModel(files: [
            ("config.json", Array("{}".utf8), false),
            ("model.safetensors.index.json", Array(text.utf8), false),
        ])
        let hub = try await FakeHub.start(model)
        let client = try hub.client(folder)
        let name = try ModelName("org/tiny")
        await #expect(throws: HubError.self) { try await client.pull(name) { _ in } }
        #expect(client.cache.snapshot(of: name) == nil)
        let rest = try folder.listing().filter { !$0.hasPrefix("hf/hub/.locks") }
        #expect(rest == ["hf", "hf/hub", "hf/hub/models--org--tiny"])
        try await hub.stop()
    }
}
