import FoundationEssentials
import ModelHub
import TestData
import Testing

@Suite("Links in the cache that lead elsewhere")
struct PlantedLinkTests {
    let folder: TemporaryFolder
    let tiny: ModelName
    let elsewhere: String
    static let root = "hf/hub/models--org--tiny"
    static let snapshot = root + "/snapshots/" + FakeModel.commit

    init() throws {
        folder = try TemporaryFolder()
        tiny = try ModelName("org/tiny")
        elsewhere = folder.path + "/elsewhere"
        try makeFolder("elsewhere")
        try folder.write("mine", as: "elsewhere/precious")
    }

    func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: folder.path + "/" + path,
            withIntermediateDirectories: true
        )
    }

    func plant(_ path: String, _ target: String) throws {
        let parent = path.split(separator: "/").dropLast().joined(separator: "/")
        try makeFolder(parent)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/" + path,
            withDestinationPath: target
        )
    }

    func expectNothingElsewhere() throws {
        let manager = FileManager.default
        #expect(try manager.contentsOfDirectory(atPath: elsewhere) == ["precious"])
        #expect(manager.contents(atPath: elsewhere + "/precious") == Data("mine".utf8))
    }

    @Test(
        "in the place of a folder: refused",
        arguments: [
            root, root + "/blobs", root + "/snapshots", snapshot, root + "/refs", "hf/hub/.locks",
            "hf/hub/.locks/models--org--tiny",
        ]
    )
    func folders(place: String) async throws {
        try plant(place, elsewhere)
        let hub = try await FakeHub.start()
        let client = try hub.client(folder)
        let path = folder.path + "/" + place
        await #expect(throws: HubError.cache(path: path, reason: "it is not a folder")) {
            try await client.pull(tiny) { _ in }
        }
        try expectNothingElsewhere()
        try await hub.stop()
    }

    static let fileNames: [String] =
        ["config.json", "model.safetensors"].flatMap { name in
            let blob = FakeModel.tiny.blob(name)
            return [
                root + "/blobs/\(blob)", root + "/blobs/\(blob).incomplete", snapshot + "/" + name,
                "hf/hub/.locks/models--org--tiny/\(blob).lock",
            ]
        } + [root + "/refs/main"]

    @Test(
        "in the place of a file: replaced or refused, not written through",
        arguments: fileNames,
        ["precious", "nothing", "."]
    )
    func files(place: String, target: String) async throws {
        try plant(place, "\(elsewhere)/\(target)")
        let hub = try await FakeHub.start()
        let client = try hub.client(folder)
        do {
            let path = try await client.pull(tiny) { _ in }
            for name in ["config.json", "model.safetensors"] {
                let bytes = FileManager.default.contents(atPath: path + "/" + name)
                #expect(bytes == Data(FakeModel.tiny.bytes(name)))
            }
        } catch HubError.cache(let path, _) {
            #expect(path == folder.path + "/" + place)
        }
        try expectNothingElsewhere()
        try await hub.stop()
    }

    @Test("a partial file that is somebody's file by a second name is not written")
    func hardLink() async throws {
        let blob = FakeModel.tiny.blob("config.json")
        let name = Self.root + "/blobs/\(blob).incomplete"
        try makeFolder(Self.root + "/blobs")
        try FileManager.default.linkItem(
            atPath: elsewhere + "/precious",
            toPath: folder.path + "/" + name
        )
        let hub = try await FakeHub.start()
        let client = try hub.client(folder)
        let error = await #expect(throws: HubError.self) {
            try await client.pull(tiny) { _ in }
        }
        #expect(error?.description.contains("it is no plain file with one name") == true)
        try expectNothingElsewhere()
        try await hub.stop()
    }

    @Test(
        "put in a folder's place in the middle of a pull: nothing is written there",
        arguments: [root, root + "/blobs", "hf/hub/.locks", "hf/hub/.locks/models--org--tiny"],
        0..<3
    )
    func race(place: String, number: Int) async throws {
        let path = folder.path + "/" + place
        let hub = try await FakeHub.start { [elsewhere] request, index in
            guard request.isFile, index == number + 1 else { return nil }
            // What an attacker with rights in the cache would do between a look and a write.
            let manager = FileManager.default
            try? manager.moveItem(atPath: path, toPath: path + ".moved")
            try? manager.createSymbolicLink(atPath: path, withDestinationPath: elsewhere)
            return nil
        }
        var configuration = try hub.configuration(folder)
        configuration.parallelCount = 1
        let client = HubClient(configuration)
        // It may end either way.
        _ = try? await client.pull(tiny) { _ in }
        #expect(FileManager.default.fileExists(atPath: path + ".moved"))
        try expectNothingElsewhere()
        try await hub.stop()
    }
}
