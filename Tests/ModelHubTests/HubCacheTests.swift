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

    @Test(
        "offline only the cache is looked at",
        arguments: ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"]
    )
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
        for name in [
            "datasets--org--text", "models--a--b--c", "models--a--..", ".locks", "models--",
        ] {
            try manager.createDirectory(
                atPath: client.cache.folder + "/" + name,
                withIntermediateDirectories: true
            )
        }
        let size = 300_000 + "{\"model_type\": \"llama\"}".utf8.count + 2
        #expect(
            rows(client.cache) == ["org/tiny main \(size) whole \(path.suffix(51))"]
        )
        #expect(client.cache.byteCount(of: tiny) == size)
        try await hub.stop()
    }

    /// What a listing says, one line for each.
    func rows(_ cache: HubCache) -> [String] {
        cache.models().map { model in
            let state = model.isLeftOver ? "left over" : model.isComplete ? "whole" : "not whole"
            return "\(model.name.path) \(model.name.revision) \(model.byteCount) \(state) "
                + model.path.suffix(51)
        }
    }

    @Test("revisions share files, and what was stopped belongs to none")
    func revisions() async throws {
        let root = folder.path + "/hf/hub/models--org--tiny"
        let old = String(repeating: "1", count: 40)
        let new = String(repeating: "2", count: 40)
        let manager = FileManager.default
        for path in ["blobs", "snapshots/\(old)/sub", "snapshots/\(new)", "refs/pr"] {
            try manager.createDirectory(
                atPath: root + "/" + path,
                withIntermediateDirectories: true
            )
        }
        let files = [("a", 100), ("b", 20), ("c", 3), ("d.incomplete", 4000)]
        for (name, count) in files {
            let bytes = [UInt8](repeating: 0, count: count)
            try folder.write(bytes, as: "hf/hub/models--org--tiny/blobs/\(name)")
        }
        func link(_ path: String, _ target: String) throws {
            try manager.createSymbolicLink(
                atPath: "\(root)/snapshots/\(path)",
                withDestinationPath: target
            )
        }
        try link("\(old)/config.json", "../../blobs/a")
        try link("\(old)/copy.json", "../../blobs/a")
        try link("\(old)/sub/x", "../../../blobs/b")
        try link("\(new)/config.json", "../../blobs/a")
        // Only blobs of the model count, whatever a link says.
        try link("\(new)/passwd", "/etc/passwd")
        try link("\(new)/parent", "..")
        try folder.write(old, as: "hf/hub/models--org--tiny/refs/main")
        try folder.write(old, as: "hf/hub/models--org--tiny/refs/pr/1")
        try folder.write("../../x", as: "hf/hub/models--org--tiny/refs/bad")
        let cache = HubCache(folder: folder.path + "/hf/hub")
        #expect(
            rows(cache) == [
                "org/tiny main 120 not whole \("/snapshots/\(old)")",
                "org/tiny \(new) 100 not whole \("/snapshots/\(new)")",
                "org/tiny main 4003 left over \("\(root)/blobs".suffix(51))",
            ]
        )
        #expect(cache.byteCount(of: tiny) == 4123)
        #expect(try cache.removePartialFiles(of: tiny) == 4000)
        #expect(cache.byteCount(of: tiny) == 123)
    }

    @Test("a model of which nothing was finished is listed and removed")
    func onlyPartial() throws {
        let cache = HubCache(folder: folder.path)
        try FileManager.default.createDirectory(
            atPath: folder.path + "/models--tiny/blobs",
            withIntermediateDirectories: true
        )
        try folder.write("abc", as: "models--tiny/blobs/x.incomplete")
        let path = folder.path + "/models--tiny/blobs"
        #expect(rows(cache) == ["tiny main 3 left over \(path.suffix(51))"])
        try cache.remove(try ModelName("tiny"))
        #expect(rows(cache) == [])
        #expect(try folder.listing() == [])
    }

    @Test("a model without an organisation is pulled, found and removed")
    func canonical() async throws {
        let hub = try await FakeHub.start(name: "tiny")
        let client = try hub.client(folder)
        let name = try ModelName("tiny")
        let path = try await client.folder(of: name) { _ in }
        #expect(path == "\(folder.path)/hf/hub/models--tiny/snapshots/\(FakeModel.commit)")
        #expect(client.cache.snapshot(of: name) == path)
        #expect(client.cache.models().map(\.name) == [name])
        #expect(client.cache.snapshot(of: tiny) == nil)
        try client.cache.remove(name)
        #expect(client.cache.models() == [])
        try await hub.stop()
    }

    @Test(
        "names that are close are suggested",
        arguments: [
            ("org/tine", ["org/tiny"]), ("ORG/TINY", ["org/tiny"]), ("tiny", ["org/tiny"]),
            ("gro/tiny", ["org/tiny"]), ("gpt-2", ["gpt2"]), ("openai/gpt2", ["gpt2"]),
            ("org/other-model", []), ("x", []),
        ]
    )
    func similar(typed: String, names: [String]) throws {
        let cache = HubCache(folder: folder.path)
        for name in ["models--org--tiny", "models--gpt2", "models--org--quite-another-one"] {
            try FileManager.default.createDirectory(
                atPath: folder.path + "/" + name,
                withIntermediateDirectories: true
            )
        }
        let name = try ModelName(typed)
        #expect(cache.names(like: name) == names)
        #expect(
            throws: HubError.notCached(model: typed, cache: folder.path, similar: names)
        ) {
            try cache.remove(name)
        }
    }

    @Test("links in a model are removed, not what they lead to")
    func removeLinksInside() throws {
        let cache = HubCache(folder: folder.path + "/hub")
        let manager = FileManager.default
        let snapshot = cache.folder + "/models--org--tiny/snapshots/x"
        let mine = folder.path + "/mine"
        for path in [snapshot, mine] {
            try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        try folder.write("mine", as: "mine/precious")
        for (place, target) in [
            (snapshot + "/file", mine + "/precious"), (snapshot + "/folder", mine),
            (cache.folder + "/models--org--tiny/blobs", mine), (snapshot + "/up", "../../../../.."),
            (snapshot + "/itself", "itself"), (snapshot + "/all", "/"),
        ] {
            try manager.createSymbolicLink(atPath: place, withDestinationPath: target)
        }
        try cache.remove(tiny)
        #expect(try folder.listing() == ["hub", "mine", "mine/precious"])
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
        // Locks stay: others may be waiting for them.
        #expect(
            try folder.listing().filter { !$0.hasPrefix("hf/hub/.locks") }
                == ["hf", "hf/hub", "hf/hub/models--org--other", "precious"]
        )
        #expect(throws: HubError.notCached(model: "org/tiny", cache: cache.folder, similar: [])) {
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
        #expect(throws: HubError.notCached(model: "org/tiny", cache: cache.folder, similar: [])) {
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

    @Test("a name may be without an organisation", arguments: ["gpt2", "t5-small@v1", "_x"])
    func shortName(text: String) throws {
        let name = try ModelName(text)
        #expect(name.owner == nil)
        #expect(name.description == text)
        #expect(name.path == text.split(separator: "@").first.map(String.init))
    }

    @Test("the model that comes with Martlet is on no hub")
    func reservedName() throws {
        for text in ["martlet-mini", "Martlet-MINI", "martlet-mini@main"] {
            #expect(throws: HubError.reservedName("martlet-mini")) { try ModelName(text) }
        }
        #expect(try ModelName("org/martlet-mini").name == "martlet-mini")
    }

    @Test(
        "other texts are no names",
        arguments: [
            "", "a--b", ".", "..", "~", "@main", "org/", "/tiny", "org/tiny/x", "../tiny", "org/..",
            "./tiny", "org/.tiny",
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
            (["HOME": "/h", "HUGGINGFACE_HUB_CACHE": "/o"], "/o"),
            (["HF_HUB_CACHE": "/c", "HUGGINGFACE_HUB_CACHE": "/o"], "/c"),
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
        let old = ["HUGGING_FACE_HUB_TOKEN": "hf_old"]
        #expect(try HubConfiguration(environment: old.merging(home) { $1 }).token == "hf_old")
        let none = both.merging(["HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"]) { $1 }
        #expect(try HubConfiguration(environment: none).token == nil)
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
