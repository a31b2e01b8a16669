import NIOCore
import NIOPosix

/// Speaks HTTP byte by byte, so that a test can stop anywhere.
struct TestClient {
    let port: Int

    /// The part of a connection a test uses.
    struct Connection {
        let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
        var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator

        func send(_ text: String) async throws {
            try await outbound.write(ByteBuffer(string: text))
        }

        /// More bytes; nil once the server has closed.
        mutating func receive() async throws -> [UInt8]? {
            try await inbound.next(isolation: #isolation).map { Array($0.readableBytesView) }
        }

        /// Everything until the server closes.
        mutating func receiveAll() async throws -> [UInt8] {
            var bytes: [UInt8] = []
            do {
                while let more = try await receive() { bytes += more }
            } catch is IOError where !bytes.isEmpty {
                // Cut off after an answer: the answer counts.
            }
            return bytes
        }
    }

    /// Opens a connection, closes it when `body` returns.
    func connect<Value: Sendable>(
        _ body: @Sendable (inout Connection) async throws -> Value
    ) async throws -> Value {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel
                    )
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var connection = Connection(
                outbound: outbound,
                inbound: inbound.makeAsyncIterator()
            )
            return try await body(&connection)
        }
    }

    /// Sends one request on a connection of its own and reads the answer.
    func send(
        _ method: String,
        _ path: String,
        headers: [String: String] = [:],
        body: [UInt8] = []
    ) async throws -> HTTPAnswer? {
        let request = Self.head(method, path, headers, bodyByteCount: body.count)
        return try await connect { connection in
            try await connection.send(request)
            // The server may refuse the body before it has read it.
            try? await connection.outbound.write(ByteBuffer(bytes: body))
            return HTTPAnswer(try await connection.receiveAll())
        }
    }

    /// Posts JSON.
    func post(
        _ path: String,
        _ body: String,
        headers: [String: String] = [:]
    ) async throws -> HTTPAnswer? {
        try await send("POST", path, headers: headers, body: Array(body.utf8))
    }

    /// The head of a request after which the connection closes.
    static func head(
        _ method: String,
        _ path: String,
        _ headers: [String: String] = [:],
        bodyByteCount: Int
    ) -> String {
        var text = "\(method) \(path) HTTP/1.1\r\nConnection: close\r\n"
        if headers["Host"] == nil { text += "Host: localhost\r\n" }
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        if bodyByteCount > 0 { text += "Content-Length: \(bodyByteCount)\r\n" }
        return text + "\r\n"
    }
}
