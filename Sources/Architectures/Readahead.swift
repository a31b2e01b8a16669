import Checkpoints

/// Has the system read what will be packed next while the present slice is packed.
struct Readahead {
    /// Bytes that are on their way: enough for a drive with a queue, little beside any model.
    private static let window = 64 << 20

    /// What will be read, in this order.
    var tensors: [WeightTensor] = []
    private let source: any WeightSource
    private var tensorIndex = 0
    private var firstRow = 0
    private var requestedByteCount = 0
    private var usedByteCount = 0

    init(_ source: any WeightSource) {
        self.source = source
    }

    /// To be called before the next bytes are read.
    mutating func advance(by byteCount: Int) {
        usedByteCount += byteCount
        while tensorIndex < tensors.count, requestedByteCount < usedByteCount + Self.window {
            let tensor = tensors[tensorIndex]
            let end = min(tensor.rowCount, firstRow + tensor.rowsPerSlice)
            source.prefetch(tensor, firstRow..<end)
            requestedByteCount += (end - firstRow) * tensor.rowByteCount
            firstRow = end
            if end == tensor.rowCount { (tensorIndex, firstRow) = (tensorIndex + 1, 0) }
        }
    }
}
