extension [RankedToken] {
    /// Keeps the `count` greatest, in no particular but a repeatable order.
    ///
    /// - Complexity: O(`self.count`) on average; no sort.
    mutating func keepGreatest(_ count: Int) {
        guard count < self.count else { return }
        var low = 0
        var high = self.count
        // Everything before `low` belongs to the result, nothing from `high` on does.
        while low < count && count < high {
            let (greater, end) = partition(low..<high)
            if count <= greater {
                high = greater
            } else {
                low = end
            }
        }
        removeLast(self.count - count)
    }

    /// Keeps the fewest tokens, greatest first, whose values reach `mass` together; at least one.
    ///
    /// The values are weights, none negative.
    ///
    /// - Complexity: O(`count`) on average; no sort.
    mutating func keepMass(_ mass: Double) {
        guard count > 1 else { return }
        var low = 0
        var high = count
        var massBefore = 0.0
        while low < high {
            let (greater, end) = partition(low..<high)
            var massOfGreater = massBefore
            for index in low..<greater { massOfGreater += Double(self[index].value) }
            if massOfGreater >= mass {
                high = greater
                continue
            }
            // The pivot itself is needed: what comes before it does not reach the mass.
            massBefore = massOfGreater + Double(self[greater].value)
            low = end
            if massBefore >= mass { break }
        }
        removeLast(count - Swift.max(1, low))
    }

    /// Orders a part of the array around one of its elements.
    ///
    /// - Returns: where the pivot lies now, with all greater before it, and the position after it.
    private mutating func partition(_ range: Range<Int>) -> (pivot: Int, end: Int) {
        let last = range.upperBound - 1
        let first = self[range.lowerBound]
        let middle = self[range.lowerBound + range.count / 2]
        // The median of three: rows that are sorted already do not become the worst case.
        let pivot = Swift.max(
            Swift.min(first, middle),
            Swift.min(Swift.max(first, middle), self[last])
        )
        var place = range.lowerBound
        var pivotPlace = place
        for index in range where self[index] >= pivot {
            if self[index] == pivot { pivotPlace = place }
            swapAt(index, place)
            place += 1
        }
        swapAt(pivotPlace, place - 1)
        return (place - 1, place)
    }
}
