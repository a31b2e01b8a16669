internal import CKernels

/// Memory that attention works in, made once with the device.
@safe final class AttentionScratch {
    /// Results of partitions that wait to be merged.
    ///
    /// A request whose results have no room here is computed by
    /// one thread per head group, with the same bits.
    static let partialsByteCount = 16 << 20

    let perThread: Memory
    let partials: Memory
    /// The block tables of all sequences of a batch, one after another.
    var blocks: [Int32] = []
    var items: [ck_attention_item] = unsafe []
    /// Items whose partitions were computed apart.
    var merges: [ck_attention_item] = unsafe []

    init(threadCount: Int) throws(ComputeError) {
        perThread = try Memory(
            byteCount: threadCount * Self.threadByteCount,
            purpose: "attention scratch"
        )
        partials = try Memory(
            byteCount: Self.partialsByteCount,
            purpose: "attention partitions"
        )
    }

    static func byteCount(threadCount: Int) -> Int {
        partialsByteCount + threadCount * threadByteCount
    }

    func floats(worker: Int) -> UnsafeMutablePointer<Float> {
        unsafe (perThread.base + worker * Self.threadByteCount).assumingMemoryBound(to: Float.self)
    }

    /// CK_ATTENTION_SCRATCH floats.
    private static let threadByteCount =
        Int(
            CK_ITEM_QUERIES * (3 * CK_HEAD_DIMENSION + CK_PARTITION_POSITIONS + 16)
        ) * 4
}

extension CPUDevice {
    /// Writes the batch's keys and values into their slots of one layer.
    public func storeKeyValues(
        _ qkv: Tensor,
        batch: Batch,
        keyColumns: Range<Int>,
        valueColumns: Range<Int>,
        layer: Int,
        in keyValues: PagedKeyValues
    ) {
        let dimension = keyValues.headDimension
        let headCount = keyValues.keyValueHeadCount
        precondition(
            keyColumns.count == headCount * dimension && valueColumns.count == keyColumns.count,
            "the columns are not the cache's heads"
        )
        precondition(
            max(keyColumns.upperBound, valueColumns.upperBound) <= qkv.columnCount,
            "the columns reach past the tensor"
        )
        let keys = unsafe keyValues.keys(layer: layer)
        let values = unsafe keyValues.values(layer: layer)
        let type = keyValues.elementType.kernelType
        for sequence in batch.sequences {
            check(sequence, rowCapacity: qkv.rowCapacity, blockCount: keyValues.blockCount)
            pool.run(over: sequence.rowCount, unit: 16) { rows in
                for row in rows {
                    let position = sequence.firstPosition + row
                    let place = Int(sequence.blocks[position / 16]) * headCount
                    let source = unsafe qkv.pointer(row: sequence.firstRow + row)
                    for head in 0..<headCount {
                        unsafe kernels.table.pointee.store_key(
                            source + keyColumns.lowerBound + head * dimension,
                            dimension,
                            position % 16,
                            type,
                            keys + (place + head) * keyValues.keyBlockByteCount
                        )
                        unsafe kernels.table.pointee.store_value(
                            source + valueColumns.lowerBound + head * dimension,
                            dimension,
                            position % 16,
                            type,
                            values + (place + head) * keyValues.valueBlockByteCount
                        )
                    }
                }
            }
        }
    }

    /// Causal attention of the batch's rows over all positions of their requests, themselves
    /// included.
    public func attend(
        _ qkv: Tensor,
        batch: Batch,
        queryHeadCount: Int,
        layer: Int,
        keyValues: PagedKeyValues,
        scale: Float,
        slidingWindow: Int?,
        into output: Tensor
    ) {
        let dimension = keyValues.headDimension
        let headCount = keyValues.keyValueHeadCount
        precondition(
            queryHeadCount > 0 && queryHeadCount.isMultiple(of: headCount),
            "query heads are no multiple of the key-value heads"
        )
        precondition(
            queryHeadCount * dimension <= min(qkv.columnCount, output.columnCount),
            "the query heads reach past the tensor"
        )
        precondition(slidingWindow.map { $0 > 0 } ?? true, "the window sees nothing")
        let attention = unsafe ck_attention(
            queries: qkv.memory.floats,
            query_stride: qkv.stride,
            output: output.memory.floats,
            output_stride: output.stride,
            keys: keyValues.keys(layer: layer),
            values: keyValues.values(layer: layer),
            type: keyValues.elementType.kernelType,
            head_dimension: dimension,
            key_value_head_count: headCount,
            heads_per_group: queryHeadCount / headCount,
            scale: scale,
            window: slidingWindow ?? 0
        )
        attentionScratch.blocks.removeAll(keepingCapacity: true)
        for sequence in batch.sequences {
            check(
                sequence,
                rowCapacity: min(qkv.rowCapacity, output.rowCapacity),
                blockCount: keyValues.blockCount
            )
            attentionScratch.blocks.append(contentsOf: sequence.blocks)
        }
        unsafe attentionScratch.blocks.withUnsafeBufferPointer { blocks in
            guard let blocks = blocks.baseAddress else { return }
            unsafe planItems(attention, batch: batch, blocks: blocks)
            unsafe run(attentionScratch.items, of: attention, with: kernels.table.pointee.attend)
            unsafe run(attentionScratch.merges, of: attention, with: kernels.table.pointee.merge)
        }
    }

    private typealias ItemKernel =
        @convention(c) (
            UnsafePointer<ck_attention>, UnsafePointer<ck_attention_item>,
            UnsafeMutablePointer<Float>
        ) -> Void

    private func run(
        _ items: [ck_attention_item],
        of attention: ck_attention,
        with kernel: ItemKernel
    ) {
        unsafe items.withUnsafeBufferPointer { items in
            let count = items.count
            guard let items = items.baseAddress else { return }
            pool.run(count) { worker, index in
                unsafe withUnsafePointer(to: attention) {
                    unsafe kernel($0, items + index, attentionScratch.floats(worker: worker))
                }
            }
        }
    }

    /// Cuts the batch into items, one for some rows and heads; if those are too few for the
    /// threads, one for each partition as well.
    private func planItems(
        _ attention: ck_attention,
        batch: Batch,
        blocks: UnsafePointer<Int32>
    ) {
        let scratch = attentionScratch
        unsafe scratch.items.removeAll(keepingCapacity: true)
        unsafe scratch.merges.removeAll(keepingCapacity: true)
        var firstBlock = 0
        for sequence in batch.sequences {
            unsafe appendItems(attention, of: sequence, blocks: blocks + firstBlock)
            firstBlock += sequence.blocks.count
        }
        guard pool.threadCount > 1, unsafe (scratch.items.count) < 4 * pool.threadCount else {
            return
        }
        let wholes = unsafe scratch.items
        unsafe scratch.items.removeAll(keepingCapacity: true)
        let resultFloats = unsafe roundedTo16(attention.head_dimension) + 16
        var usedFloats = 0
        for index in unsafe wholes.indices {
            var item = unsafe wholes[index]
            let queryCount = unsafe item.row_count * item.head_count
            let floatCount = unsafe item.end_partition * queryCount * resultFloats
            let partitions = unsafe item.first_partition..<item.end_partition
            guard partitions.count > 1,
                (usedFloats + floatCount) * 4 <= scratch.partials.byteCount
            else {
                unsafe scratch.items.append(item)
                continue
            }
            unsafe item.partials = scratch.partials.floats + usedFloats
            usedFloats += floatCount
            unsafe scratch.merges.append(item)
            for partition in partitions {
                unsafe item.first_partition = partition
                unsafe item.end_partition = partition + 1
                unsafe scratch.items.append(item)
            }
        }
    }

    private func appendItems(
        _ attention: ck_attention,
        of sequence: BatchSequence,
        blocks: UnsafePointer<Int32>
    ) {
        let mostQueries = Int(CK_ITEM_QUERIES)
        let partitionPositions = Int(CK_PARTITION_POSITIONS)
        let groupHeads = unsafe attention.heads_per_group
        let window = unsafe attention.window
        let rowsPerItem = max(1, mostQueries / groupHeads)
        for row in stride(from: 0, to: sequence.rowCount, by: rowsPerItem) {
            let rowCount = min(rowsPerItem, sequence.rowCount - row)
            let position = sequence.firstPosition + row
            let firstSeen = window == 0 ? 0 : max(0, position - window + 1)
            for keyValueHead in 0..<(unsafe attention.key_value_head_count) {
                for head in stride(from: 0, to: groupHeads, by: mostQueries) {
                    unsafe attentionScratch.items.append(
                        ck_attention_item(
                            blocks: blocks,
                            first_row: sequence.firstRow + row,
                            first_position: position,
                            row_count: rowCount,
                            key_value_head: keyValueHead,
                            first_head: head,
                            head_count: min(mostQueries, groupHeads - head),
                            first_partition: firstSeen / partitionPositions,
                            end_partition: (position + rowCount - 1) / partitionPositions + 1,
                            partials: nil
                        )
                    )
                }
            }
        }
    }

    private func check(_ sequence: BatchSequence, rowCapacity: Int, blockCount: Int) {
        precondition(
            sequence.firstRow >= 0 && sequence.rowCount >= 0
                && sequence.rowCount <= rowCapacity - sequence.firstRow,
            "a sequence's rows reach past the tensor"
        )
        precondition(
            sequence.firstPosition >= 0
                && sequence.firstPosition + sequence.rowCount <= sequence.blocks.count * 16,
            "a sequence has too few blocks for its positions"
        )
        precondition(
            sequence.blocks.allSatisfy { $0 >= 0 && $0 < blockCount },
            "the cache has no such block"
        )
    }
}
