extension [UInt8] {
    /// Where `part` is found first at or behind `start`.
    ///
    /// Takes time in proportion to the two lengths, whatever the texts (Knuth, Morris and Pratt
    /// 1977); short parts are compared place by place.
    func firstPlace(of part: [UInt8], from start: Int) -> Int? {
        guard start <= count else { return nil }
        guard let first = part.first else { return start }
        guard part.count <= count - start else { return nil }
        if part.count > 16 { return longPlace(of: part, from: start) }
        for place in start...(count - part.count) where self[place] == first {
            var length = 1
            while length < part.count, self[place + length] == part[length] { length += 1 }
            if length == part.count { return place }
        }
        return nil
    }

    /// Where `part` is found last, wholly before `end`.
    func lastPlace(of part: [UInt8], before end: Int) -> Int? {
        if part.isEmpty { return end }
        if part.count > 16 {
            let place = Array(self[..<end].reversed()).longPlace(of: part.reversed(), from: 0)
            return place.map { end - $0 - part.count }
        }
        guard part.count <= end else { return nil }
        var place = end - part.count
        while place >= 0 {
            var length = 0
            while length < part.count, self[place + length] == part[length] { length += 1 }
            if length == part.count { return place }
            place -= 1
        }
        return nil
    }

    private func longPlace(of part: [UInt8], from start: Int) -> Int? {
        // borders[i]: the longest proper beginning of part[...i] that is also its end.
        var borders = Array<Int>(repeating: 0, count: part.count)
        var length = 0
        for index in 1..<part.count {
            while length > 0, part[index] != part[length] { length = borders[length - 1] }
            if part[index] == part[length] { length += 1 }
            borders[index] = length
        }
        length = 0
        for index in start..<count {
            while length > 0, self[index] != part[length] { length = borders[length - 1] }
            if self[index] == part[length] { length += 1 }
            if length == part.count { return index + 1 - length }
        }
        return nil
    }

    /// All places where `part` is found, none over another, up to `limit` of them.
    func places(of part: [UInt8], limit: Int = .max) -> [Int] {
        var places: [Int] = []
        var start = 0
        if part.isEmpty {
            for index in 0...count where places.count < limit && isBoundary(index) {
                places.append(index)
            }
            return places
        }
        if part.count > 16 { return longPlaces(of: part, limit: limit) }
        while places.count < limit, let place = firstPlace(of: part, from: start) {
            places.append(place)
            start = place + part.count
        }
        return places
    }

    private func longPlaces(of part: [UInt8], limit: Int) -> [Int] {
        // Building the table anew for every place found costs no more than the place itself.
        var places: [Int] = []
        var start = 0
        while places.count < limit, part.count <= count - start,
            let place = longPlace(of: part, from: start)
        {
            places.append(place)
            start = place + part.count
        }
        return places
    }
}
