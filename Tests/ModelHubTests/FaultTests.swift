import FoundationEssentials
import ModelHub
import Synchronization
import TestData
import Testing

@Suite("Faults of a hub")
struct FaultTests {
    let folder: TemporaryFolder
    let tiny: ModelName
    let model = FakeModel.tiny

    init() throws {
        folder = try TemporaryFolder()
        tiny = try ModelName("org/tiny")
    }

    /// What a pull fails with when the weights are answered like this.
    func failure(
        _ answer: @escaping @Sendable (FakeHub.Request) -> FakeHub.Answer
    ) async throws -> HubError? {
        let hub = try await FakeHub.start { request, _ in
            request.path.hasSuffix("safetensors") ? answer(request) : nil
        }
        let client = try hub.client(folder)
        let failure = await #expect(throws: HubError.self) {
            try await client.pull(tiny) { _ in }
        }
        try await hub.stop()
        #expect(client.cache.snapshot(of: tiny) == nil)
        let blobs = folder.path + "/hf/hub/models--org--tiny/blobs"
        let name = model.blob("model.safetensors")
        #expect(!FileManager.default.fileExists(atPath: "\(blobs)/\(name)"))
        let size = try? Data(contentsOf: URL(filePath: "\(blobs)/\(name).incomplete")).count
        #expect((size ?? 0) <= 300_000)
        return failure
    }

    @Test("a wrong hash is refused", arguments: ["config.json", "model.safetensors"])
    func wrongHash(name: String) async throws {
        var bytes = model.bytes(name)
        bytes[0] ^= 1
        let hub = try await FakeHub.start { [bytes] request, _ in
            request.path.hasSuffix(name) ? FakeHub.Answer(body: bytes) : nil
        }
        let client = try hub.client(folder)
        let error = await #expect(throws: HubError.self) {
            try await client.pull(tiny) { _ in }
        }
        guard case .wrongHash(name, model.blob(name), _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(client.cache.snapshot(of: tiny) == nil)
        try await hub.stop()
    }

    @Test("a body of another length is refused", arguments: [0, 299_999, 300_001, 900_000])
    func wrongLength(count: Int) async throws {
        let body = [UInt8](repeating: 7, count: count)
        let error = try await failure { _ in FakeHub.Answer(body: body) }
        #expect(
            error == .wrongSize(file: "model.safetensors", expected: 300_000, got: count)
        )
    }

    @Test("a body without a length is cut off", arguments: [299_999, 2_000_000])
    func noLength(count: Int) async throws {
        let body = [UInt8](repeating: 7, count: count)
        let error = try await failure { _ in FakeHub.Answer(body: body, isChunked: true) }
        switch error {
        // It may be a connection that broke.
        case .unreachable where count < 300_000: break
        case .wrongSize("model.safetensors", 300_000, _) where count > 300_000: break
        default: Issue.record("\(String(describing: error))")
        }
    }

    @Test("a compressed body is refused")
    func compressed() async throws {
        let error = try await failure { _ in
            FakeHub.Answer(headers: ["Content-Encoding: gzip"], body: [0x1F, 0x8B])
        }
        guard case .encoded(_, "gzip") = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("a part that was not asked for is refused")
    func otherPart() async throws {
        let error = try await failure { _ in
            FakeHub.Answer(
                status: "206 Partial Content",
                headers: ["Content-Range: bytes 5-9/300000"],
                body: [1, 2, 3, 4, 5]
            )
        }
        guard case .badRedirect = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("a connection that always breaks is given up")
    func alwaysBroken() async throws {
        let error = try await failure { _ in FakeHub.Answer(length: 300_000, closes: true) }
        guard case .unreachable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("what may pass is tried again")
    func transient() async throws {
        let hub = try await FakeHub.start { _, index in
            [0, 1, 3].contains(index) ? .status("503 Service Unavailable") : nil
        }
        let client = try hub.client(folder)
        let path = try await client.pull(tiny) { _ in }
        #expect(client.cache.snapshot(of: tiny) == path)
        try await hub.stop()
    }

    @Test(
        "a refusal says what to do",
        arguments: [
            ("401 Unauthorized", "", "set HF_TOKEN"),
            ("403 Forbidden", "secret", "Your token does not open it"),
            ("404 Not Found", "", "Look at the spelling"),
            ("418 I am a teapot", "", "status 418"),
        ]
    )
    func refused(status: String, token: String, advice: String) async throws {
        let hub = try await FakeHub.start { _, _ in .status(status) }
        let client = try hub.client(folder, ["HF_TOKEN": token])
        let error = await #expect(throws: HubError.self) {
            try await client.pull(tiny) { _ in }
        }
        #expect(error?.description.contains(advice) == true)
        #expect(hub.requests.count == 1)
        #expect(try folder.listing() == [])
        try await hub.stop()
    }

    @Test("a compressed or endless list of files is refused")
    func badList() async throws {
        let hub = try await FakeHub.start { _, _ in
            FakeHub.Answer(headers: ["Content-Encoding: br"], body: [1])
        }
        let client = try hub.client(folder)
        let error = await #expect(throws: HubError.self) {
            try await client.pull(tiny) { _ in }
        }
        guard case .encoded(_, "br") = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        try await hub.stop()
    }

    // MARK: - Waiting

    /// The waits of a pull of which some requests are answered like this first.
    func waits(
        _ answers: [FakeHub.Answer]
    ) async throws -> (waits: [Duration], error: HubError?) {
        let hub = try await FakeHub.start { _, index in
            index < answers.count ? answers[index] : nil
        }
        let waits = Mutex<[Duration]>([])
        var configuration = try hub.configuration(folder)
        configuration.pause = { delay in waits.withLock { $0.append(delay) } }
        let client = HubClient(configuration)
        var failure: HubError?
        do throws(HubError) {
            _ = try await client.pull(tiny) { _ in }
        } catch {
            failure = error
        }
        try await hub.stop()
        return (waits.withLock { $0 }, failure)
    }

    @Test("each wait is twice as long as the one before")
    func backingOff() async throws {
        let result = try await waits(Array(repeating: .status("500 Broken"), count: 4))
        #expect(result.waits == [500, 1000, 2000, 4000].map { .milliseconds($0) })
        #expect(result.error == nil)
        let more = try await waits(Array(repeating: .status("500 Broken"), count: 5))
        guard case .refused(500, _, nil) = more.error else {
            Issue.record("\(String(describing: more.error))")
            return
        }
    }

    @Test("a hub is asked again when it wants to be")
    func retryAfter() async throws {
        let answers = ["7", "0", "Wed, 21 Oct 2065 07:28:00 GMT", "-5"].map { value in
            FakeHub.Answer(status: "429 Too Many Requests", headers: ["Retry-After: \(value)"])
        }
        let result = try await waits(answers)
        #expect(result.waits == [7000, 1000, 2000, 4000].map { .milliseconds($0) })
        #expect(result.error == nil)
    }

    @Test("a wait of hours is not waited, but told")
    func longWait() async throws {
        let answer = FakeHub.Answer(
            status: "429 Too Many Requests",
            headers: ["Retry-After: 3600"]
        )
        let result = try await waits([answer])
        #expect(result.waits == [])
        #expect(result.error?.description.contains("try again in 3600 seconds") == true)
        #expect(result.error?.description.contains("HF_TOKEN") == true)
    }

    // MARK: - Origins

    @Test("a token does not leave its origin, and does not come back")
    func foreignOrigin() async throws {
        let home = HomeAddress()
        let foreign = try await FakeHub.start { request, _ in
            guard request.path.hasSuffix("config.json") else { return nil }
            return .redirect(to: home.value + "/back/config.json")
        }
        let hub = try await FakeHub.start { [model, address = foreign.address] request, _ in
            if request.path == "/back/config.json" {
                return FakeHub.Answer(body: model.bytes("config.json"))
            }
            return request.isFile ? .redirect(to: address + request.path) : nil
        }
        home.value = hub.address
        let client = try hub.client(folder, ["HF_TOKEN": "hf_secret"])
        _ = try await client.pull(tiny) { _ in }
        #expect(foreign.requests.count == 3)
        #expect(foreign.requests.allSatisfy { $0.headers["authorization"] == nil })
        for request in hub.requests {
            let isBack = request.path.hasPrefix("/back/")
            #expect(request.headers["authorization"] == (isBack ? nil : "Bearer hf_secret"))
            #expect(request.headers["accept-encoding"] == "identity")
        }
        try await foreign.stop()
        try await hub.stop()
    }

    @Test("a redirect inside the origin keeps the token")
    func sameOrigin() async throws {
        let hub = try await FakeHub.start { [model] request, _ in
            if request.path.hasPrefix("/moved/") {
                return FakeHub.Answer(body: model.bytes(String(request.path.dropFirst(7))))
            }
            guard request.isFile, let name = request.path.split(separator: "/").last else {
                return nil
            }
            return .redirect(to: "/moved/\(name)")
        }
        let client = try hub.client(folder, ["HF_TOKEN": "hf_secret"])
        _ = try await client.pull(tiny) { _ in }
        #expect(hub.requests.count == 7)
        #expect(hub.requests.allSatisfy { $0.headers["authorization"] == "Bearer hf_secret" })
        try await hub.stop()
    }

    @Test(
        "a redirect to where nothing is encrypted is refused",
        arguments: [
            "http://192.0.2.1/x", "ftp://127.0.0.1/x", "file:///etc/hostname", "javascript:x",
            "http://user@192.0.2.1/",
        ]
    )
    func badRedirect(target: String) async throws {
        let error = try await failure { _ in .redirect(to: target) }
        guard case .badRedirect = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("redirects in a circle end")
    func circle() async throws {
        let error = try await failure { request in .redirect(to: request.path) }
        guard case .badRedirect = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
