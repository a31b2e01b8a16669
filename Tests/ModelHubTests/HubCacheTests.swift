import FoundationEssentials
import ModelHub
import TestData
import Testing

@Suite("The cache of models")
struct HubCacheTests {
    let folder: TemporaryFolder
    let tiny: ModelName

    init() throws {
        folder = try TemporaryFolder()
        tiny = try ModelName("org/tiny")
    }

    @Test("offline only the cache is looked at", arguments: ["HF_HUB_OFFLINE"])
    func offline(variable: String) async throws {
        let hub = try await FakeHub.start()
        let offline = try hub.client(folder, [variable: "1"])
        let cache = folder.path + "/hf/hub"
        await #expect(throws: HubError.offline(model: "org/tiny", cache: cache)) {
            try await offline.folder(of: tiny) { _ in }
        }
        #expect(hub.requests == [])
        let path = try await hub.client(folder).pull(tiny) { _ in }
        let count = hub.requests.count
        #expect(try await offline.folder(of: tiny) { _ in } == path)
        #expect(try await offline.pull(tiny) { _ in } == path)
        #expect(hub.requests.count == count)
        try await hub.stop()
    }

    @Test("models are listed with their revisions and sizes")
    func list() async throws {
        let hub = try await FakeHub.start()
        let client = try hub.client(folder)
        #expect(client.cache.models() == [])
        let path = try await client.pull(tiny) { _ in }
        let manager = FileManager.default
        for name in ["datasets--org--text", "models--org", "models--a--..", ".locks"] {
            try manager.createDirectory(
                atPath: client.cache.folder + "/" + name,
                withIntermediateDirectories: true
            )
        }
        let size = 300_000 + "{\"model_type\": \"llama\"}".utf8.count + 2
        let expected = CachedModelFacts(name: tiny, path: path, byteCount: size, isComplete: true)
        #expect(client.cache.models().map(CachedModelFacts.init) == [expected])
        #expect(client.cache.byteCount(of: tiny) == size)
        try await hub.stop()
    }

    /// What a listing says of a model.
    struct CachedModelFacts: Equatable {
        var name: ModelName
        var path: String
        var byteCount: Int
        var isComplete: Bool

        init(name: ModelName, path: String, byteCount: Int, isComplete: Bool) {
            self.name = name
            self.path = path
            self.byteCount = byteCount
            self.isComplete = isComplete
        }

        init(_ model: CachedModel) {
            self.init(
                name: model.name,
                path: model.path,
                byteCount: model.byteCount,
                isComplete: model.isComplete
            )
        }
    }

    @Test("removing takes one model away, and nothing else")
    func remove() async throws {
        let hub = try await FakeHub.start()
        let client = try hub.client(folder)
        try folder.write("mine", as: "precious")
        _ = try await client.pull(tiny) { _ in }
        let cache = client.cache
        try FileManager.default.createDirectory(
            atPath: cache.folder + "/models--org--other",
            withIntermediateDirectories: false
        )
        try cache.remove(tiny)
        #expect(
            try folder.listing() == ["hf", "hf/hub", "hf/hub/models--org--other", "precious"]
        )
        #expect(throws: HubError.notCached(model: "org/tiny", cache: cache.folder)) {
            try cache.remove(tiny)
        }
        try await hub.stop()
    }

    @Test("a link in a model's place is not removed through")
    func removeLink() throws {
        let cache = HubCache(folder: folder.path + "/hub")
        let manager = FileManager.default
        try manager.createDirectory(atPath: cache.folder, withIntermediateDirectories: true)
        try manager.createDirectory(
            atPath: folder.path + "/mine",
            withIntermediateDirectories: true
        )
        try folder.write("mine", as: "mine/precious")
        try manager.createSymbolicLink(
            atPath: cache.folder + "/models--org--tiny",
            withDestinationPath: folder.path + "/mine"
        )
        #expect(throws: HubError.notCached(model: "org/tiny", cache: cache.folder)) {
            try cache.remove(tiny)
        }
        #expect(manager.fileExists(atPath: folder.path + "/mine/precious"))
    }
}

@Suite("Names and variables of a hub")
struct HubConfigurationTests {
    @Test(
        "a name has an organisation, a name and perhaps a revision",
        arguments: [
            ("org/tiny", "org/tiny", "main"), ("org/tiny@main", "org/tiny", "main"),
            ("O-r_g/T.1-2@refs/pr/3", "O-r_g/T.1-2", "refs/pr/3"), ("_a/_b@v1.0", "_a/_b", "v1.0"),
        ]
    )
    func name(text: String, path: String, revision: String) throws {
        let name = try ModelName(text)
        #expect(name.path == path)
        #expect(name.revision == revision)
    }

    @Test(
        "other texts are no names",
        arguments: [
            "", "tiny", "org/", "/tiny", "org/tiny/x", "../tiny", "org/..", "./tiny", "org/.tiny",
            "org/tiny@", "org/tiny@../x", "org/tiny@a//b", "org/tiny@/a", "org/tiny@a/..",
            "org/ti ny", "org/tiny\n", "org/tiny?x", "org/tiny#x", "org/%2e%2e", "org\\tiny",
            "a--b/c", "a/b--c", "org/tiny@.x", "org/tïny", "org/tiny.", "~/tiny", "org/a..b",
            "org/tiny@a@b", "org/" + String(repeating: "a", count: 97),
        ]
    )
    func noName(text: String) {
        #expect(throws: HubError.invalidName(text)) { try ModelName(text) }
    }

    @Test(
        "the cache is where the Python tools have it",
        arguments: [
            (["HOME": "/h"], "/h/.cache/huggingface/hub"),
            (["HOME": "/h", "XDG_CACHE_HOME": "/x"], "/x/huggingface/hub"),
            (["HOME": "/h", "XDG_CACHE_HOME": "/x", "HF_HOME": "/f"], "/f/hub"),
            (["HOME": "/h", "HF_HOME": "/f", "HF_HUB_CACHE": "/c"], "/c"),
            (["HOME": "/h", "HF_HUB_CACHE": "~/c", "HF_HOME": ""], "/h/c"),
        ]
    )
    func cache(environment: [String: String], folder: String) throws {
        #expect(try HubConfiguration(environment: environment).cacheFolder == folder)
    }

    @Test("a token is read from its variable or its file")
    func token() throws {
        let folder = try TemporaryFolder()
        let home = ["HF_HOME": folder.path]
        #expect(try HubConfiguration(environment: home).token == nil)
        try folder.write("hf_file\n", as: "token")
        #expect(try HubConfiguration(environment: home).token == "hf_file")
        let both = home.merging(["HF_TOKEN": " hf_variable "]) { $1 }
        #expect(try HubConfiguration(environment: both).token == "hf_variable")
        for text in ["a b", "a\r\nX: y", "ä"] {
            #expect(throws: HubError.invalidToken) {
                try HubConfiguration(environment: ["HF_TOKEN": text])
            }
        }
    }

    @Test(
        "an endpoint is encrypted, or on this machine",
        arguments: [
            ("https://hub.example/", true), ("http://127.0.0.1:8080", true),
            ("http://localhost/mirror", true), ("http://hub.example", false), ("hub", false),
            ("ftp://127.0.0.1", false), ("https://user:word@hub.example", false),
            ("https://hub.example?x", false), ("http://127.0.0.1.example", false),
        ]
    )
    func endpoint(text: String, isTaken: Bool) {
        let configuration = try? HubConfiguration(environment: ["HF_ENDPOINT": text])
        #expect((configuration != nil) == isTaken)
    }
}
