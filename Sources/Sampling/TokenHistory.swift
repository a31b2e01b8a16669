/// The tokens a request has seen, as far as penalties need them.
struct TokenHistory: Sendable {
    /// Distinct tokens in the order of their first appearance.
    private(set) var tokenIDs: [Int32] = []
    /// How often each of them stands in the output; 0 for tokens of the prompt only.
    private(set) var outputCounts: [Int32] = []
    private var places: [Int32: Int] = [:]

    mutating func addPrompt(_ tokenID: Int32) {
        _ = place(of: tokenID)
    }

    mutating func addOutput(_ tokenID: Int32) {
        outputCounts[place(of: tokenID)] += 1
    }

    private mutating func place(of tokenID: Int32) -> Int {
        if let place = places[tokenID] { return place }
        let place = tokenIDs.count
        tokenIDs.append(tokenID)
        outputCounts.append(0)
        places[tokenID] = place
        return place
    }
}
