import FoundationEssentials
import ModelHub
import TestData
import Testing

/// One misdeed of a hub, and what becomes of the pull.
struct Misdeed: Sendable, CustomTestStringConvertible {
    enum End: Sendable, Equatable {
        case whole, refused
    }

    var name: String
    var end = End.refused
    /// Which requests are answered so.
    var isForList = false
    /// Addresses are filled in where the answer says HOME and FOREIGN.
    var answer: @Sendable (_ request: FakeHub.Request, _ model: FakeModel) -> FakeHub.Answer?

    var testDescription: String { name }

    static func redirect(_ target: String, _ end: End = .refused) -> Misdeed {
        Misdeed(name: "302 to \(target.prefix(60))", end: end) { request, _ in
            let name = request.path.split(separator: "/").last ?? ""
            return .redirect(to: target.replacing("NAME", with: name))
        }
    }

    static func weights(
        _ name: String,
        _ end: End = .refused,
        _ answer: @escaping @Sendable (FakeHub.Request, FakeModel) -> FakeHub.Answer
    ) -> Misdeed {
        Misdeed(name: name, end: end) { request, model in
            request.path.hasSuffix("safetensors") ? answer(request, model) : nil
        }
    }

    static func list(_ name: String, _ answer: FakeHub.Answer) -> Misdeed {
        Misdeed(name: "list: \(name)", isForList: true) { _, _ in answer }
    }

    /// A body of the right length that stands for ten times as much.
    static let bomb = [UInt8](repeating: 0x1F, count: 300_000)

    static let all: [Misdeed] = [
        // elsewhere
        redirect("FOREIGN/org/tiny/resolve/COMMIT/NAME", .whole),
        redirect("FOREIGN/bounce/NAME", .whole), redirect("FOREIGN/circle"),
        redirect("FOREIGN/401"), redirect("FOREIGN/403"), redirect("FOREIGN/404"),
        redirect("/moved/NAME", .whole), redirect("LOCALHOST/moved/NAME", .whole),
        redirect("//FOREIGN_HOST/org/tiny/resolve/COMMIT/NAME", .whole),
        redirect("http://hf_secret@FOREIGN_HOST/x"), redirect("http://user:word@FOREIGN_HOST/x"),
        redirect("http://192.0.2.1/x"), redirect("ftp://FOREIGN_HOST/x"), redirect("/a\\b"),
        redirect("/circle"), redirect(""), redirect("https://"),
        Misdeed(name: "302 without an address") { _, _ in .status("302 Found") },
        Misdeed(name: "302 of the list, to another", end: .whole, isForList: true) { request, _ in
            .redirect(to: "FOREIGN" + request.path)
        },
        Misdeed(name: "401 with another realm") { _, _ in
            let realm = "WWW-Authenticate: Bearer realm=\"FOREIGN/token\",service=\"hub\""
            return FakeHub.Answer(status: "401 Unauthorized", headers: [realm])
        },
        Misdeed(name: "407 with a realm") { _, _ in
            let realm = "Proxy-Authenticate: Basic realm=\"FOREIGN\""
            return FakeHub.Answer(status: "407 Proxy Authentication Required", headers: [realm])
        },
        Misdeed(name: "200 with Refresh and Link elsewhere", end: .whole) { request, model in
            let name = request.path.split(separator: "/").last.map(String.init) ?? ""
            return FakeHub.Answer(
                headers: ["Refresh: 0; url=FOREIGN/x", "Link: <FOREIGN/x>; rel=next"],
                body: model.bytes(name)
            )
        },
        // compressed
        weights("gzip") { _, _ in FakeHub.Answer(headers: ["Content-Encoding: gzip"], body: bomb) },
        weights("deflate") { _, _ in
            FakeHub.Answer(headers: ["Content-Encoding: deflate"], body: bomb)
        },
        weights("zstd after identity") { _, _ in
            FakeHub.Answer(headers: ["Content-Encoding: identity, zstd"], body: bomb)
        },
        weights("gzip in capitals, chunked") { _, _ in
            FakeHub.Answer(headers: ["content-encoding: GZIP"], body: bomb, isChunked: true)
        },
        weights("gzip as a transfer") { _, _ in
            FakeHub.Answer(
                headers: ["Transfer-Encoding: gzip, chunked"],
                body: Array("3\r\nabc\r\n0\r\n\r\n".utf8),
                isUnframed: true
            )
        },
        weights("unasked gzip that says nothing") { _, _ in FakeHub.Answer(body: bomb) },
        // without an end
        weights("endless chunks") { _, _ in FakeHub.Answer(isChunked: true, isEndless: true) },
        weights("endless, no framing") { _, _ in FakeHub.Answer(isEndless: true, isUnframed: true)
        },
        weights("endless after the right bytes") { _, model in
            FakeHub.Answer(
                body: model.bytes("model.safetensors"),
                isChunked: true,
                isEndless: true
            )
        },
        weights("a head of many lines") { _, model in
            FakeHub.Answer(
                headers: (0..<20_000).map { "X-\($0): \(String(repeating: "a", count: 60))" },
                body: model.bytes("model.safetensors")
            )
        },
        // of another length
        weights("no length, early close") { _, model in
            FakeHub.Answer(
                body: Array(model.bytes("model.safetensors").prefix(1000)),
                closes: true,
                isUnframed: true
            )
        },
        weights("no length, right bytes", .whole) { _, model in
            FakeHub.Answer(
                body: model.bytes("model.safetensors"),
                closes: true,
                isUnframed: true
            )
        },
        weights("early close") { _, _ in
            FakeHub.Answer(body: [1, 2, 3], length: 300_000, closes: true)
        },
        weights("nothing at all") { _, _ in FakeHub.Answer(length: 300_000, closes: true) },
        weights("a short body") { _, _ in FakeHub.Answer(body: [1, 2, 3]) },
        weights("a long body") { _, _ in FakeHub.Answer(body: Array(repeating: 1, count: 400_000))
        },
        weights("a negative length") { _, _ in FakeHub.Answer(body: [1], length: -1) },
        weights("a length of 19 digits") { _, _ in
            FakeHub.Answer(body: [1], length: Int.max, closes: true)
        },
        weights("a part that was not asked for") { _, _ in
            FakeHub.Answer(
                status: "206 Partial Content",
                headers: ["Content-Range: bytes 5-9/300000"],
                body: [1, 2, 3, 4, 5]
            )
        },
        weights("a part without a range") { _, model in
            FakeHub.Answer(status: "206 Partial Content", body: model.bytes("model.safetensors"))
        },
        weights("a range that cannot be") { _, _ in .status("416 Range Not Satisfiable") },
        // of other bytes
        weights("other bytes") { _, _ in FakeHub.Answer(body: Array(repeating: 7, count: 300_000))
        },
        weights("one bit") { _, model in
            var bytes = model.bytes("model.safetensors")
            bytes[299_999] ^= 0x80
            return FakeHub.Answer(body: bytes)
        },
        weights("a pointer in place of the file") { _, _ in
            FakeHub.Answer(body: Array("version https://git-lfs.github.com/spec/v1\n".utf8))
        },
        // the list
        list("gzip", FakeHub.Answer(headers: ["Content-Encoding: gzip"], body: bomb)),
        list("endless", FakeHub.Answer(isChunked: true, isEndless: true)),
        list("endless, no framing", FakeHub.Answer(isEndless: true, isUnframed: true)),
        list("early close", FakeHub.Answer(body: [0x7B], length: 1000, closes: true)),
        list("no HTTP", FakeHub.Answer(status: "200 OK\r\nbad header", body: [])),
        list("nothing", FakeHub.Answer(body: [])),
    ]
}

@Suite("Misdeeds of a hub")
struct LeakTests {
    static let token = "hf_secret"

    /// A server of another origin that the hub may lead to.
    static func foreignServer(_ home: HomeAddress) async throws -> FakeHub {
        try await FakeHub.start { request, _ in
            let last = request.path.split(separator: "/").last ?? ""
            switch request.path.split(separator: "/").first {
            case "bounce": return .redirect(to: "\(home.value)/moved/\(last)")
            case "circle": return .redirect(to: home.value + "/circle")
            case "401": return .status("401 Unauthorized")
            case "403": return .status("403 Forbidden")
            case "404": return .status("404 Not Found")
            default: return nil
            }
        }
    }

    static func fill(
        _ answer: FakeHub.Answer,
        _ foreign: String,
        _ home: String
    ) -> FakeHub.Answer {
        var answer = answer
        answer.headers = answer.headers.map { line in
            line.replacing("FOREIGN_HOST", with: foreign.dropFirst("http://".count))
                .replacing("FOREIGN", with: foreign)
                .replacing("LOCALHOST", with: home.replacing("127.0.0.1", with: "localhost"))
                .replacing("COMMIT", with: FakeModel.commit)
        }
        return answer
    }

    @Test("no other sees the token, and only right bytes are kept", arguments: Misdeed.all)
    func misdeed(_ misdeed: Misdeed) async throws {
        let folder = try TemporaryFolder()
        let tiny = try ModelName("org/tiny")
        let home = HomeAddress()
        let foreign = try await Self.foreignServer(home)
        let hub = try await FakeHub.start { [address = foreign.address] request, _ in
            let name = request.path.split(separator: "/").last.map(String.init) ?? ""
            if request.path.hasPrefix("/moved/") {
                return FakeHub.Answer(body: FakeModel.tiny.bytes(name))
            }
            if request.path == "/circle" { return .redirect(to: address + "/circle") }
            guard request.isFile != misdeed.isForList else { return nil }
            return misdeed.answer(request, .tiny).map { Self.fill($0, address, home.value) }
        }
        home.value = hub.address
        let client = try hub.client(folder, ["HF_TOKEN": Self.token])
        var end = Misdeed.End.whole
        do throws(HubError) {
            _ = try await client.pull(tiny) { _ in }
        } catch {
            end = .refused
            #expect(!error.description.contains(Self.token))
            #expect(error.description.utf8.count < 1000)
        }
        #expect(end == misdeed.end)
        #expect((client.cache.snapshot(of: tiny) != nil) == (end == .whole))
        #expect(foreign.requests.allSatisfy { !$0.text.contains(Self.token) })
        // By another name this machine is another origin.
        for request in hub.requests where request.headers["host"]?.hasPrefix("localhost") == true {
            #expect(!request.text.contains(Self.token))
        }
        #expect(hub.requests.first?.text.contains(Self.token) == true)
        // A blob has its name only if it is what the name says.
        let blobs = folder.path + "/hf/hub/models--org--tiny/blobs"
        let manager = FileManager.default
        for name in (try? manager.contentsOfDirectory(atPath: blobs)) ?? [] {
            let byteCount = manager.contents(atPath: "\(blobs)/\(name)")?.count ?? 0
            #expect(byteCount <= 300_000)
            let file = FakeModel.tiny.files.first { FakeModel.tiny.blob($0.name) == name }
            #expect(name.hasSuffix(".incomplete") || file?.bytes.count == byteCount)
        }
        let known = ["hf", "hf/hub", "hf/hub/models--org--tiny"]
        let rest = try folder.listing().filter {
            !$0.hasPrefix("hf/hub/.locks") && !known.contains($0)
        }
        #expect(rest == [])
        try await foreign.stop()
        try await hub.stop()
    }

    @Test("there are enough of them")
    func count() {
        #expect(Misdeed.all.count >= 40)
        #expect(RouteTests.steps.count >= 40)
    }
}
