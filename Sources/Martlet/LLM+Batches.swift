extension LLM {
    /// Computes values side by side, only as many at once as can soon run: the engine's queue is
    /// bounded.
    ///
    /// - Parameters:
    ///   - count: how many values.
    ///   - width: requests that one value takes at once.
    ///   - compute: makes the value of an index from 0 on.
    /// - Returns: the values in the order of their indices.
    /// - Throws: the first that `compute` throws.
    func computeAll<Value: Sendable>(
        _ count: Int,
        width: Int = 1,
        _ compute: @escaping @Sendable (Int) async throws -> Value
    ) async throws -> [Value] {
        let settings = languageModel.engine.configuration
        let places = max(
            1,
            min(settings.maxRunningRequests * 2, settings.maxQueuedRequests) / max(1, width)
        )
        return try await withThrowingTaskGroup(of: (Int, Value).self) { group in
            var values: [Int: Value] = [:]
            var next = 0
            func addNext() {
                guard next < count else { return }
                let index = next
                next += 1
                group.addTask { (index, try await compute(index)) }
            }
            for _ in 0..<places { addNext() }
            while let (index, value) = try await group.next() {
                values[index] = value
                addNext()
            }
            return (0..<count).compactMap { values[$0] }
        }
    }
}
