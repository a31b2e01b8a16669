import Hummingbird

extension Request {
    /// Does some work that is cancelled when the client hangs up.
    ///
    /// The connection ends with the response, which should say so: nobody reads further requests
    /// from it. The body must have been collected into the request before.
    func whileConnected<Value: Sendable>(
        _ work: () async throws -> Value
    ) async throws -> Value {
        try await body.consumeWithCancellationOnInboundClose { body in
            // Hummingbird's copy of the body has to be read to its end, or it traps when let go.
            for try await _ in body {}
            return try await work()
        }
    }
}
