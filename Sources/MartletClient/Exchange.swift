import AsyncHTTPClient
import JSONDocuments
import NIOCore
import NIOHTTP1

/// One call: sent, and sent again as long as the policy and the deadline allow it.
struct Exchange: Sendable {
    /// More than any whole answer has; what exceeds it is not one.
    static let longestAnswer = 64 << 20
    /// As much of an error as is looked at.
    static let longestError = 1 << 20

    let baseURL: String
    let apiKey: String?
    let retries: RetryPolicy
    let deadline: Duration
    let connections: HTTPClient
    let clock: CallClock

    /// Waits for a whole answer; without a body it is asked for with GET.
    func answer<Answer: ServerAnswer>(
        _ path: String,
        _ body: JSONValue?,
        isBesideVersion: Bool = false
    ) async throws(ClientError) -> Answer {
        let end = clock.now() + deadline
        let request = request(path, body, isBesideVersion)
        let response = try await response(to: request, end: end)
        let bytes = try await collect(response.body, upTo: Self.longestAnswer, end: end)
        return try Answer(AnswerReader(bytes))
    }

    /// Waits for the beginning of a stream.
    func stream<Chunk: ServerAnswer>(
        _ path: String,
        _ body: JSONValue
    ) async throws(ClientError) -> AnswerStream<Chunk> {
        let end = clock.now() + deadline
        var request = request(path, body, false)
        request.headers.add(name: "Accept", value: "text/event-stream")
        let response = try await response(to: request, end: end)
        return AnswerStream(body: response.body, clock: clock, end: end)
    }

    private func request(
        _ path: String,
        _ body: JSONValue?,
        _ isBesideVersion: Bool
    ) -> HTTPClientRequest {
        let hasVersion = baseURL.hasSuffix("/v1")
        let root = isBesideVersion && hasVersion ? String(baseURL.dropLast(3)) : baseURL
        var request = HTTPClientRequest(url: root + path)
        if let apiKey { request.headers.add(name: "Authorization", value: "Bearer \(apiKey)") }
        if let body {
            var writer = JSONWriter()
            writer.value(body)
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: writer.bytes))
        }
        return request
    }

    // MARK: - Attempts

    /// The first success; until its head is there the request may be sent again.
    private func response(
        to request: HTTPClientRequest,
        end: Duration
    ) async throws(ClientError) -> HTTPClientResponse {
        var attempt = 0
        while true {
            let failure: ClientError
            do throws(ClientError) {
                return try await send(request, end: end)
            } catch {
                failure = error
            }
            guard failure.mayPass,
                let delay = retries.delay(
                    after: attempt,
                    asked: failure.retryAfter,
                    random: clock.random()
                ),
                // Waiting until it is too late would only hide why.
                clock.now() + delay < end
            else { throw failure }
            do { try await clock.sleep(delay) } catch { throw .cancelled }
            attempt += 1
        }
    }

    private func send(
        _ request: HTTPClientRequest,
        end: Duration
    ) async throws(ClientError) -> HTTPClientResponse {
        let left = end - clock.now()
        guard left > .zero else { throw .tookTooLong }
        let response: HTTPClientResponse
        do {
            response = try await connections.execute(request, timeout: TimeAmount(left))
        } catch {
            throw ClientError(noAnswer: error)
        }
        guard !(200..<300).contains(response.status.code) else { return response }
        let bytes = try await collect(response.body, upTo: Self.longestError, end: end)
        throw .refused(
            ServerError(
                status: Int(response.status.code),
                headers: response.headers,
                body: bytes
            )
        )
    }

    private func collect(
        _ body: HTTPClientResponse.Body,
        upTo limit: Int,
        end: Duration
    ) async throws(ClientError) -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            for try await piece in body {
                guard clock.now() < end else { throw ClientError.tookTooLong }
                guard bytes.count + piece.readableBytes <= limit else {
                    throw ClientError.malformedAnswer("it has more than \(limit) bytes")
                }
                bytes += piece.readableBytesView
            }
        } catch {
            throw ClientError(brokenAnswer: error)
        }
        // A cancelled body just ends.
        guard !Task.isCancelled else { throw .cancelled }
        return bytes
    }
}
