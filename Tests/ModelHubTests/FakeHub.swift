import Crypto
import ModelHub
import NIOCore
import NIOPosix
import Synchronization
import TestData

/// A model on a fake hub: its files, and what the hub says about them.
struct FakeModel: Sendable {
    static let commit = String(repeating: "c0ffee42", count: 5)

    var files: [(name: String, bytes: [UInt8], isLarge: Bool)] = []

    /// A small model of three files.
    static let tiny = FakeModel(files: [
        ("config.json", Array("{\"model_type\": \"llama\"}".utf8), false),
        ("tokenizer.json", Array("{}".utf8), false),
        ("model.safetensors", (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) }, true),
        ("README.md", Array("# Tiny".utf8), false),
        ("pytorch_model.bin", [1, 2, 3], true),
        ("onnx/model.onnx", [1, 2, 3], true),
    ])

    func bytes(_ name: String) -> [UInt8] { files.first { $0.name == name }?.bytes ?? [] }

    /// The name that a file has among the blobs.
    func blob(_ name: String) -> String {
        guard let file = files.first(where: { $0.name == name }) else { return "" }
        if file.isLarge { return hexadecimal(SHA256.hash(data: file.bytes)) }
        let head = Array("blob \(file.bytes.count)\0".utf8)
        return hexadecimal(Insecure.SHA1.hash(data: head + file.bytes))
    }

    var manifest: String {
        let siblings = files.map { file in
            let size = file.bytes.count
            let large = "{\"sha256\": \"\(blob(file.name))\", \"size\": \(size)}"
            let hash =
                file.isLarge
                ? "\"blobId\": \"\(String(repeating: "0", count: 40))\", \"lfs\": \(large)"
                : "\"blobId\": \"\(blob(file.name))\""
            return "{\"rfilename\": \"\(file.name)\", \"size\": \(size), \(hash)}"
        }
        return Self.manifest(siblings)
    }

    static func manifest(_ siblings: [String], commit: String = FakeModel.commit) -> String {
        "{\"sha\": \"\(commit)\", \"siblings\": [\(siblings.joined(separator: ", "))]}"
    }
}

private func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// A hub on this machine that answers as it should, or as the test wants.
final class FakeHub: Sendable {
    struct Request: Sendable, Equatable {
        var path: String
        /// Names in small letters.
        var headers: [String: String]
        /// The request as it came.
        var text = ""

        var isFile: Bool { path.contains("/resolve/") }
        var offset: Int? {
            headers["range"].flatMap { Int($0.dropFirst("bytes=".count).dropLast()) }
        }
    }

    struct Answer: Sendable {
        var status = "200 OK"
        var headers: [String] = []
        var body: [UInt8] = []
        /// Without it the body's own.
        var length: Int?
        var isChunked = false
        var closes = false
        /// The body goes on with zeros until the client has had enough.
        var isEndless = false
        /// No length and no chunks: the body ends with the connection.
        var isUnframed = false

        static func status(_ status: String) -> Answer { Answer(status: status) }

        static func redirect(to address: String) -> Answer {
            Answer(status: "302 Found", headers: ["Location: \(address)"])
        }

        fileprivate var bytes: [UInt8] {
            let length = "Content-Length: \(length ?? body.count)"
            let framing = isUnframed ? [] : [isChunked ? "Transfer-Encoding: chunked" : length]
            let lines = ["HTTP/1.1 \(status)"] + framing + headers + ["", ""]
            let head = Array(lines.joined(separator: "\r\n").utf8)
            guard isChunked else { return head + body }
            let size = Array("\(String(body.count, radix: 16))\r\n".utf8)
            return head + size + body + Array((isEndless ? "\r\n" : "\r\n0\r\n\r\n").utf8)
        }
    }

    typealias Behaviour = @Sendable (_ request: Request, _ index: Int) -> Answer?

    let address: String
    private let channel: any Channel
    private let log: RequestLog

    var requests: [Request] { log.requests.withLock { $0 } }
    var fileRequests: [Request] { requests.filter(\.isFile) }

    /// Waits until the client has closed the connection that a request came by.
    func waitUntilClosed(_ request: Int) async throws {
        try await log.channels.withLock { $0[request] }.closeFuture.get()
    }

    /// Starts a hub; `behaviour` answers in its place where it is not nil.
    static func start(
        _ model: FakeModel = .tiny,
        name: String = "org/tiny",
        manifest: String? = nil,
        behaviour: @escaping Behaviour = { _, _ in nil }
    ) async throws -> FakeHub {
        let log = RequestLog()
        let manifest = manifest ?? model.manifest
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = HubHandler(log: log) { request, index in
                        behaviour(request, index) ?? honest(request, model, name, manifest)
                    }
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return FakeHub(channel: channel, log: log)
    }

    private init(channel: any Channel, log: RequestLog) {
        self.channel = channel
        self.log = log
        address = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)"
    }

    func stop() async throws { try await channel.close() }

    /// A client of this hub with a cache of its own.
    func client(
        _ folder: TemporaryFolder,
        _ more: [String: String] = [:]
    ) throws -> HubClient {
        HubClient(try configuration(folder, more))
    }

    /// The configuration of such a client, in which time passes at once.
    func configuration(
        _ folder: TemporaryFolder,
        _ more: [String: String] = [:]
    ) throws -> HubConfiguration {
        var environment = ["HF_ENDPOINT": address, "HF_HOME": folder.path + "/hf"]
        environment.merge(more) { $1 }
        var configuration = try HubConfiguration(environment: environment)
        configuration.pause = { _ in
            try Task.checkCancellation()
            await Task.yield()
        }
        return configuration
    }

    private static func honest(
        _ request: Request,
        _ model: FakeModel,
        _ name: String,
        _ manifest: String
    ) -> Answer {
        if request.path == "/api/models/\(name)/revision/main?blobs=true" {
            return Answer(body: Array(manifest.utf8))
        }
        let prefix = "/\(name)/resolve/\(FakeModel.commit)/"
        let name = String(request.path.dropFirst(prefix.count))
        guard request.path.hasPrefix(prefix), model.files.contains(where: { $0.name == name })
        else { return .status("404 Not Found") }
        let bytes = model.bytes(name)
        guard let offset = request.offset else { return Answer(body: bytes) }
        let range = "Content-Range: bytes \(offset)-\(bytes.count - 1)/\(bytes.count)"
        return Answer(
            status: "206 Partial Content",
            headers: [range],
            body: Array(bytes.dropFirst(offset))
        )
    }
}

private final class RequestLog: Sendable {
    let requests = Mutex<[FakeHub.Request]>([])
    let channels = Mutex<[any Channel]>([])
}

/// Reads requests without bodies and writes the answers.
private final class HubHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let log: RequestLog
    private let answer: @Sendable (FakeHub.Request, Int) -> FakeHub.Answer
    private var received = ""

    init(
        log: RequestLog,
        answer: @escaping @Sendable (FakeHub.Request, Int) -> FakeHub.Answer
    ) {
        self.log = log
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += String(buffer: unwrapInboundIn(data))
        guard let headEnd = received.firstRange(of: "\r\n\r\n") else { return }
        let text = String(received[..<headEnd.upperBound])
        let lines = text.split(separator: "\r\n")
        received = String(received[headEnd.upperBound...])
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ": ", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count == 2 ? String(parts[1]) : ""
        }
        let path = lines[0].split(separator: " ")[1]
        let request = FakeHub.Request(path: String(path), headers: headers, text: text)
        let index = log.requests.withLock { requests in
            requests.append(request)
            log.channels.withLock { $0.append(context.channel) }
            return requests.count - 1
        }
        let answer = answer(request, index)
        let bytes = ByteBuffer(bytes: answer.bytes)
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        if answer.isEndless { Self.writeForEver(context.channel, isChunked: answer.isChunked) }
        if answer.closes { context.close(promise: nil) }
    }

    private static func writeForEver(_ channel: any Channel, isChunked: Bool) {
        let zeros = [UInt8](repeating: 0, count: 1 << 16)
        let piece = isChunked ? Array("10000\r\n".utf8) + zeros + Array("\r\n".utf8) : zeros
        channel.writeAndFlush(ByteBuffer(bytes: piece)).whenSuccess {
            Self.writeForEver(channel, isChunked: isChunked)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
