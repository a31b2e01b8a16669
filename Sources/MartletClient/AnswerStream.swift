import AsyncHTTPClient
import JSONDocuments
import NIOCore

/// An answer in pieces, as the server sends them.
///
/// It can be read once. It ends when the server says so, and throws when it ends without that.
/// Letting it go, or cancelling the task that reads it, closes the connection. No piece may have
/// more than 4 MiB.
public struct AnswerStream<Chunk: ServerAnswer>: AsyncSequence, Sendable {
    let body: HTTPClientResponse.Body
    let clock: CallClock
    let end: Duration

    /// Begins to read; there can be one reader only.
    public func makeAsyncIterator() -> Iterator {
        Iterator(bytes: body.makeAsyncIterator(), clock: clock, end: end)
    }

    /// The reader.
    public struct Iterator: AsyncIteratorProtocol {
        private var bytes: HTTPClientResponse.Body.AsyncIterator
        private let clock: CallClock
        private let end: Duration
        private var parser = EventParser(limit: longestEvent)
        private var events: ArraySlice<[UInt8]> = []
        private var isFinished = false

        fileprivate init(
            bytes: HTTPClientResponse.Body.AsyncIterator,
            clock: CallClock,
            end: Duration
        ) {
            self.bytes = bytes
            self.clock = clock
            self.end = end
        }

        /// Waits for the next piece; nil after the last one, and after an error.
        ///
        /// - Throws: ``ClientError/interrupted(_:)`` with an error that the server sent in place of
        ///   a piece, ``ClientError/cutOff(_:)`` where the stream just ends,
        ///   ``ClientError/malformedAnswer(_:)``, ``ClientError/tookTooLong`` after the call's
        ///   deadline, or ``ClientError/cancelled``.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(ClientError) -> Chunk? {
            guard !isFinished else { return nil }
            do throws(ClientError) {
                while let event = try await nextEvent(isolation: actor) {
                    if event.elementsEqual("[DONE]".utf8) {
                        try await readRest(isolation: actor)
                        break
                    }
                    return try chunk(event)
                }
                isFinished = true
                return nil
            } catch {
                isFinished = true
                throw error
            }
        }

        private func chunk(_ event: [UInt8]) throws(ClientError) -> Chunk {
            let reader = try AnswerReader(event)
            if let error = ServerError(reader.value, status: nil) { throw .interrupted(error) }
            return try Chunk(reader)
        }

        private mutating func nextEvent(
            isolation actor: isolated (any Actor)?
        ) async throws(ClientError) -> [UInt8]? {
            while true {
                if let event = events.popFirst() { return event }
                guard let piece = try await nextBytes(isolation: actor) else {
                    throw .cutOff("the stream has no end.")
                }
                events = try parser.append(piece.readableBytesView)[...]
            }
        }

        /// Reads on after the last event, so that the connection can serve another call.
        private mutating func readRest(
            isolation actor: isolated (any Actor)?
        ) async throws(ClientError) {
            while try await nextBytes(isolation: actor) != nil {}
        }

        private mutating func nextBytes(
            isolation actor: isolated (any Actor)?
        ) async throws(ClientError) -> ByteBuffer? {
            guard clock.now() < end else { throw .tookTooLong }
            let piece: ByteBuffer?
            do {
                piece = try await bytes.next(isolation: actor)
            } catch {
                throw ClientError(brokenAnswer: error)
            }
            // A cancelled body just ends.
            if piece == nil && Task.isCancelled { throw .cancelled }
            return piece
        }
    }
}

/// One chunk with all its log-probabilities is far smaller.
private let longestEvent = 4 << 20
