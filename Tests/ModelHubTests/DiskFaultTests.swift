import FoundationEssentials
import ModelHub
import Synchronization
import SystemPackage
import TestData
import Testing

/// What a disk was asked for, and what it refuses.
final class FaultyDisk: Sendable {
    enum Fault: Sendable {
        /// This step alone.
        case step(Int, Errno)
        /// This step and all later ones, but those that free something.
        case from(Int, Errno)
        /// What does not fit into so many bytes.
        case bytes(Int)
    }

    private let fault: Fault
    private let state = Mutex((steps: [DiskStep](), byteCount: 0))

    init(_ fault: Fault) {
        self.fault = fault
    }

    var steps: [DiskStep] { state.withLock { $0.steps } }

    var disk: Disk {
        Disk { [self] step, _, byteCount in
            state.withLock { state in
                let number = state.steps.count
                state.steps.append(step)
                switch fault {
                case .step(number, let error): return .failure(error)
                case .from(let first, let error)
                where number >= first && ![.remove, .cut].contains(step):
                    return .failure(error)
                case .bytes(let limit):
                    let room = min(byteCount, limit - state.byteCount)
                    state.byteCount += room
                    return .success(room)
                default: return .success(byteCount)
                }
            }
        }
    }
}

@Suite("A disk that refuses")
struct DiskFaultTests {
    let model = FakeModel.tiny
    let tiny: ModelName
    static let needed = ["config.json", "tokenizer.json", "model.safetensors"]

    init() throws {
        tiny = try ModelName("org/tiny")
    }

    func client(_ hub: FakeHub, _ folder: TemporaryFolder, _ disk: Disk) throws -> HubClient {
        var configuration = try hub.configuration(folder)
        configuration.disk = disk
        configuration.parallelCount = 1
        return HubClient(configuration)
    }

    /// Says what is wrong with a model's folder in the cache; nothing if it is valid.
    func flaws(_ folder: TemporaryFolder) throws -> [String] {
        let root = folder.path + "/hf/hub/models--org--tiny"
        let manager = FileManager.default
        func names(_ path: String) -> [String] {
            ((try? manager.contentsOfDirectory(atPath: root + path)) ?? []).sorted()
        }
        var flaws = try folder.listing().filter {
            !["hf", "hf/hub", "hf/hub/models--org--tiny"].contains($0)
                && !$0.hasPrefix("hf/hub/.locks")
        }
        for name in names("/blobs") where !name.hasSuffix(".incomplete") {
            let isRight = Self.needed.contains { file in
                model.blob(file) == name
                    && manager.contents(atPath: "\(root)/blobs/\(name)") == Data(model.bytes(file))
            }
            if !isRight { flaws.append("blob \(name)") }
        }
        flaws += names("").filter { !["blobs", "refs", "snapshots"].contains($0) }
        for name in names("/refs") {
            let commit = manager.contents(atPath: "\(root)/refs/\(name)")
            let files = names("/snapshots/" + FakeModel.commit)
            let isRight =
                commit == Data(FakeModel.commit.utf8) && files == Self.needed.sorted()
                && files.allSatisfy {
                    manager.fileExists(atPath: "\(root)/snapshots/\(FakeModel.commit)/\($0)")
                }
            if name != "main" || !isRight { flaws.append("ref \(name)") }
        }
        return flaws
    }

    /// What the system says, and whether of one step or of all from there on.
    static let refusals: [(error: Errno, isForGood: Bool)] = [
        (.noSpace, true), (.noSpace, false), (.diskQuotaExceeded, true),
        (.permissionDenied, true), (.readOnlyFileSystem, true), (.ioError, false),
    ]

    @Test("at any step: a valid cache, and the next pull ends well", arguments: refusals)
    func everyStep(error: Errno, isForGood: Bool) async throws {
        let hub = try await FakeHub.start()
        var number = 0
        while true {
            let folder = try TemporaryFolder()
            let fault =
                isForGood
                ? FaultyDisk.Fault.from(number, error) : .step(number, error)
            let faulty = FaultyDisk(fault)
            do {
                _ = try await client(hub, folder, faulty.disk).pull(tiny) { _ in }
                #expect(faulty.steps.count == number)
                break
            } catch let failure as HubError {
                expectAdvice(failure, error)
            }
            #expect(try flaws(folder) == [], "step \(number) of \(faulty.steps)")
            let client = try client(hub, folder, .real)
            let path = try await client.pull(tiny) { _ in }
            #expect(client.cache.snapshot(of: tiny) == path)
            #expect(try flaws(folder) == [])
            number += 1
        }
        #expect(number >= 20)
        try await hub.stop()
    }

    func expectAdvice(_ failure: HubError, _ error: Errno) {
        switch (failure, error) {
        case (.noRoom(_, _, _, let isQuota), .noSpace), (.noRoom(_, _, _, let isQuota), _):
            #expect(isQuota == (error == .diskQuotaExceeded))
            #expect(failure.description.contains("Make room, or set HF_HOME"))
        case (.cache(_, let reason), .ioError): #expect(reason.contains("Input/output error"))
        case (.cache, _): #expect(failure.description.contains("set HF_HOME to a folder"))
        default: Issue.record("\(failure)")
        }
    }

    @Test(
        "a disk with room for some bytes keeps those, says what is missing, and goes on there",
        arguments: [
            0, 1, 22, 23, 24, 25, 1000, 65_536, 150_000, 299_999, 300_024, 300_025, 300_060,
        ]
    )
    func someRoom(limit: Int) async throws {
        let hub = try await FakeHub.start()
        let folder = try TemporaryFolder()
        let sizes = Self.needed.map { model.bytes($0).count }
        let total = sizes.reduce(0, +)
        let full = try client(hub, folder, FaultyDisk(.bytes(limit)).disk)
        let error = await #expect(throws: HubError.self) { try await full.pull(tiny) { _ in } }
        guard case .noRoom(max(0, total - limit), _, _, false) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try flaws(folder) == [])
        let before = hub.fileRequests.count
        let path = try await client(hub, folder, .real).pull(tiny) { _ in }
        #expect(try flaws(folder) == [])
        #expect(HubCache(folder: folder.path + "/hf/hub").snapshot(of: tiny) == path)
        // Only what was missing is asked for.
        var left = limit
        let expected = zip(Self.needed, sizes).compactMap { name, size -> String? in
            let there = min(left, size)
            left -= there
            if there == size { return nil }
            return "\(name) \(there == 0 ? "all" : "bytes=\(there)-")"
        }
        let asked = hub.fileRequests.dropFirst(before).map { request in
            let name = request.path.split(separator: "/").last ?? ""
            return "\(name) \(request.headers["range"] ?? "all")"
        }
        #expect(asked == expected)
        try await hub.stop()
    }

    @Test("where all is there nothing is written")
    func nothingToDo() async throws {
        let hub = try await FakeHub.start()
        let folder = try TemporaryFolder()
        let path = try await client(hub, folder, .real).pull(tiny) { _ in }
        let disk = FaultyDisk(.from(0, .readOnlyFileSystem))
        #expect(try await client(hub, folder, disk.disk).pull(tiny) { _ in } == path)
        #expect(disk.steps == [])
        try await hub.stop()
    }

    @Test("a folder without rights is not written", .enabled(if: FaultyDisk.obeysRights))
    func noRights() async throws {
        let hub = try await FakeHub.start()
        let folder = try TemporaryFolder()
        let cache = folder.path + "/hf/hub"
        let manager = FileManager.default
        try manager.createDirectory(atPath: cache, withIntermediateDirectories: true)
        try manager.setAttributes([.posixPermissions: 0o555], ofItemAtPath: cache)
        let client = try client(hub, folder, .real)
        let error = await #expect(throws: HubError.self) { try await client.pull(tiny) { _ in } }
        #expect(error?.description.contains("Permission denied. Change its rights") == true)
        #expect(try folder.listing() == ["hf", "hf/hub"])
        try await hub.stop()
    }
}

extension FaultyDisk {
    /// False for the superuser, whom nothing is forbidden.
    static let obeysRights: Bool = {
        guard let folder = try? TemporaryFolder() else { return false }
        let manager = FileManager.default
        try? manager.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path)
        defer { try? manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path) }
        return (try? folder.write("x", as: "x")) == nil
    }()
}
