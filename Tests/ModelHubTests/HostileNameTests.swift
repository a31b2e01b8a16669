import FoundationEssentials
import ModelHub
import TestData
import Testing

/// Names as a hub should never give them, as they stand in JSON.
enum HostileNames {
    private static let endings = [
        // ways out
        "../x", "../../x", "../../../x", "../../../../../../../../../../x", "a/../../x", "a/../x",
        "/x", "//x", "///etc/x", "./x", "././x", "a/./x", "a//x", "..", ".", "", "/", "//", "./",
        "../", "a/", "a/..", "a/.", ".../x", "..../x", "~/x", "~root/x", "$HOME/x", "${HOME}/x",
        "%2e%2e/x", "%2e%2e%2fx", "..%2fx", "..%252fx", "%00x", "..;/x", "file:///x", "http://x/x",
        // other systems' ways out
        "..\\\\x", "..\\\\..\\\\x", "\\\\x", "\\\\\\\\server\\\\x", "C:\\\\x", "C:x", "C:/x",
        "\\\\\\\\?\\\\x",
        // bytes that end or break a text
        "\\u0000", "x\\u0000y", "\\u0000/../x", "x\\n", "x\\r\\ny", "\\tx", "\\u001b[2Jx",
        "\\u007fx", "\\u0085x",
        "x\\u2028y", " x", "x ", "x y",
        // letters that look like others
        "\\uff0e\\uff0e/x", "\\uff0e\\uff0e\\uff0fx", "..\\u2215x", "..\\u2044x", "..\\uff0fx",
        "\\u2025/x",
        "\\u2024\\u2024/x", "\\u202ex", "\\u200bx", "\\u200b..\\u200b/x", "\\ufeffx", "e\\u0301",
        "\\u00e9",
        "\\ud83d\\ude00", "x\\u0301\\u0301\\u0301\\u0301",
        // halves of letters
        "\\ud800x", "x\\udfff",
        // names with a meaning
        "CON", "con", "NUL", "AUX", "COM1", "LPT1", "x:stream", ".git/config", ".gitattributes",
        ".bashrc", "-rf", "--help", "*", "?", "x?y", "x#y", "x|y", "x;y", "x&y", "`id`", "$(id)",
        "'x'", "x<y>", "refs", "blobs", "snapshots", "../blobs", "refs/main", "../../refs/main",
        "HASH", "../../blobs/HASH", "../../../.locks/x", "HASH.incomplete", "HASH.lock", "token",
        "../../../../token",
    ]

    private static let long = [
        String(repeating: "a", count: 200), String(repeating: "a", count: 255),
        String(repeating: "a", count: 256), String(repeating: "a", count: 5000),
        String(repeating: "../", count: 500) + "x", String(repeating: "a/", count: 500) + "x",
        String(repeating: "é", count: 200), String(repeating: "/", count: 1000),
    ]

    static let all = (endings + long).map {
        $0.replacing("HASH", with: String(repeating: "a", count: 64))
    }
}

@Suite("Names that a hub gives")
struct HostileNameTests {
    /// Where in a hub's answers a name stands.
    enum Place: CaseIterable {
        case extraFile, weights, tokenizer, shard, pair
    }

    /// The answers of a hub: its list, and the index where there is one.
    static func answers(_ name: String, _ place: Place) -> (list: String, index: String) {
        let config = HostileHubTests.entry("config.json")
        let model = HostileHubTests.entry("model.safetensors")
        func entries(_ names: [String]) -> String {
            FakeModel.manifest([config] + names.map { HostileHubTests.entry($0) })
        }
        let map = "{\"weight_map\": {\"a\": \"\(name)\", \"b\": \"\(name).safetensors\"}}"
        switch place {
        case .extraFile:
            return (FakeModel.manifest([config, model, HostileHubTests.entry(name)]), "")
        case .weights: return (entries([name + ".safetensors"]), "")
        case .tokenizer: return (entries(["model.safetensors", name + "/tokenizer.json"]), "")
        case .pair: return (entries([name + "A.safetensors", name + "a.safetensors"]), "")
        case .shard:
            let index = HostileHubTests.entry(
                "model.safetensors.index.json",
                size: "\(map.utf8.count)"
            )
            let list = [config, index, HostileHubTests.entry(name + ".safetensors")]
            return (FakeModel.manifest(list), map)
        }
    }

    /// Everything in the folder that is not where a model's files belong.
    static func strays(_ folder: TemporaryFolder) throws -> [String] {
        let manager = FileManager.default
        let root = "hf/hub/models--org--tiny"
        let known = [
            "hf", "hf/hub", "hf/hub/.locks", "hf/hub/.locks/models--org--tiny", root,
            root + "/blobs",
            root + "/refs", root + "/refs/main", root + "/snapshots",
            root + "/snapshots/" + FakeModel.commit,
        ]
        return try manager.subpathsOfDirectory(atPath: folder.path).filter { path in
            if known.contains(path) { return false }
            let parts = path.split(separator: "/", omittingEmptySubsequences: false)
            let parent = parts.dropLast().joined(separator: "/")
            let stem = (parts.last ?? "").prefix { $0 != "." }
            let isHash = stem.utf8.count == 64 && stem.allSatisfy(\.isHexDigit)
            switch parent {
            case root + "/blobs", "hf/hub/.locks/models--org--tiny": return !isHash
            case root + "/snapshots/" + FakeModel.commit:
                let file = folder.path + "/" + path
                let target = try manager.destinationOfSymbolicLink(atPath: file)
                return !target.hasPrefix("../../blobs/") || target.utf8.count != 12 + 64
            default: return true
            }
        }
    }

    @Test("nothing is written but where a model's files belong", arguments: Place.allCases)
    func strays(place: Place) async throws {
        for name in HostileNames.all {
            let folder = try TemporaryFolder()
            try folder.write("mine", as: "precious")
            let (list, index) = Self.answers(name, place)
            let hub = try await FakeHub.start(manifest: list) { request, _ in
                guard request.isFile else { return nil }
                let isIndex = request.path.hasSuffix("index.json")
                return FakeHub.Answer(body: isIndex ? Array(index.utf8) : [1, 2, 3])
            }
            let client = try hub.client(folder)
            _ = try? await client.pull(try ModelName("org/tiny")) { _ in }
            #expect(try Self.strays(folder) == ["precious"], "\(name.prefix(100))")
            let bytes = FileManager.default.contents(atPath: folder.path + "/precious")
            #expect(bytes == Data("mine".utf8))
            try await hub.stop()
        }
    }

    @Test("there are enough of them")
    func count() {
        let count = HostileNames.all.count * Place.allCases.count
        #expect(count + HostileHubTests.manifests.count >= 600)
    }

    @Test("a name that differs from another in capitals alone is refused")
    func capitals() async throws {
        let folder = try TemporaryFolder()
        let names = ["model-a.safetensors", "model-A.safetensors"]
        let list = FakeModel.manifest(names.map { HostileHubTests.entry($0) })
        let hub = try await FakeHub.start(manifest: list)
        let client = try hub.client(folder)
        let error = await #expect(throws: HubError.self) {
            try await client.pull(try ModelName("org/tiny")) { _ in }
        }
        guard case .badManifest = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(hub.fileRequests == [])
        try await hub.stop()
    }
}
