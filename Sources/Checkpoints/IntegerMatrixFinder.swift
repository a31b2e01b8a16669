import Compute

/// Finds and checks the tensors of one quantized module.
struct IntegerMatrixFinder {
    let folder: SafetensorsFolder
    let module: String
    let scheme: QuantizationScheme
    let rowCount: Int
    let columnCount: Int

    private var groups: ColumnGroups {
        ColumnGroups(storedSize: scheme.groupSize, columnCount: columnCount)
    }

    /// The matrix whose codes are in `codes`.
    func find(_ codes: StoredTensor) throws(CheckpointError) -> StoredIntegerMatrix {
        switch scheme.storage {
        case .awq: try awq(codes)
        case .gptq(let storesZerosLessOne): try gptq(codes, bias: storesZerosLessOne ? 1 : 0)
        case .integers, .floats:
            codes.name.hasSuffix(".weight_packed") ? try packed(codes) : try signedBytes(codes)
        }
    }

    // MARK: - AWQ

    private func awq(_ codes: StoredTensor) throws(CheckpointError) -> StoredIntegerMatrix {
        let wordsPerColumn = wordCount(rowCount, bits: 4)
        try codes.check(type: "I32", shape: [columnCount, wordsPerColumn])
        let zeroLayout = PackedZeros.Layout(
            cell: .interleaved,
            rowStride: 1,
            groupStride: wordsPerColumn
        )
        var zeros: StoredTensor?
        if !scheme.isSymmetric {
            zeros = try tensor("qzeros", [groups.storedCount, wordsPerColumn], type: "I32")
        }
        return try matrix(
            codes,
            .interleaved,
            bitCount: 4,
            scales: scales("scales", groupsFirst: true),
            zeros: zeros.map { ($0, zeroLayout) }
        )
    }

    // MARK: - GPTQ

    private func gptq(
        _ codes: StoredTensor,
        bias: Int
    ) throws(CheckpointError) -> StoredIntegerMatrix {
        let bits = scheme.bitCount
        try codes.check(type: "I32", shape: [wordCount(columnCount, bits: bits), rowCount])
        let wordsPerGroup = wordCount(rowCount, bits: bits)
        let zeros = try tensor("qzeros", [groups.storedCount, wordsPerGroup], type: "I32")
        let zeroLayout = PackedZeros.Layout(
            cell: .bits(bits),
            rowStride: 1,
            groupStride: wordsPerGroup,
            bias: bias
        )
        // Some writers call a scheme symmetric whose zero points are not all in the middle.
        let middle = UInt8(bits == 4 ? (8 - bias) * 0x11 : 128 - bias)
        var isSymmetric = scheme.isSymmetric
        if isSymmetric { isSymmetric = try zeros.read().allSatisfy { $0 == middle } }
        return try matrix(
            codes,
            bits == 4 ? .columnsOfNibbles : .columnsOfBytes,
            bitCount: bits,
            scales: scales("scales", groupsFirst: true),
            zeros: isSymmetric ? nil : (zeros, zeroLayout),
            columnOrder: columnOrder("g_idx", unset: 0)
        )
    }

    // MARK: - compressed-tensors

    private func packed(_ codes: StoredTensor) throws(CheckpointError) -> StoredIntegerMatrix {
        let bits = scheme.bitCount
        let wordsPerRow = wordCount(columnCount, bits: bits)
        try codes.check(type: "I32", shape: [rowCount, wordsPerRow])
        let shapeName = module + ".weight_shape"
        if let shape = folder.storedTensor(named: shapeName) {
            guard shape.shape == [2] else {
                throw shape.invalid("it has shape \(shape.shape), expected [2]")
            }
            let found = try shape.readIntegers()
            guard found == [rowCount, columnCount] else {
                throw .misshapenTensor(
                    file: codes.file.path,
                    name: codes.name,
                    expected: [rowCount, columnCount],
                    found: found
                )
            }
        }
        return try matrix(
            codes,
            bits == 4 ? .rowsOfNibbles : .rowsOfBytes(stride: wordsPerRow * 4, flip: 0),
            bitCount: bits,
            scales: scales("weight_scale", groupsFirst: false),
            zeros: scheme.isSymmetric ? nil : zerosOfRows(bits: bits),
            columnOrder: columnOrder("weight_g_idx", unset: -1)
        )
    }

    private func signedBytes(_ codes: StoredTensor) throws(CheckpointError) -> StoredIntegerMatrix {
        try codes.check(type: "I8", shape: [rowCount, columnCount])
        return try matrix(
            codes,
            .rowsOfBytes(stride: columnCount, flip: 0x80),
            bitCount: 8,
            scales: scales("weight_scale", groupsFirst: false),
            zeros: scheme.isSymmetric ? nil : zerosOfRows(bits: 8),
            columnOrder: columnOrder("weight_g_idx", unset: -1)
        )
    }

    /// Packed along rows, or a signed byte each: one for the matrix, each row or each group.
    private func zerosOfRows(
        bits: Int
    ) throws(CheckpointError) -> (StoredTensor, PackedZeros.Layout) {
        let name = module + ".weight_zero_point"
        let groupCount = groups.storedCount
        let packedShape = [wordCount(rowCount, bits: bits), groupCount]
        let zeros = try folder.requiredTensor(named: name, expectedShape: packedShape)
        guard zeros.entry.elementType == "I8" else {
            try zeros.check(type: "I32", shape: packedShape)
            let layout = PackedZeros.Layout(
                cell: .bits(bits),
                rowStride: groupCount,
                groupStride: 1
            )
            return (zeros, layout)
        }
        let scaleLayout = PackedScales.Layout(
            shape: zeros.shape,
            rowCount: rowCount,
            groupCount: groupCount,
            groupsFirst: false
        )
        guard let scaleLayout else {
            try zeros.check(type: "I8", shape: [rowCount, groupCount])
            throw zeros.invalid("its shape \(zeros.shape) is not known")
        }
        let layout = PackedZeros.Layout(
            cell: .signedByte,
            rowStride: scaleLayout.rowStride,
            groupStride: scaleLayout.groupStride,
            bias: 1 << (bits - 1)
        )
        return (zeros, layout)
    }

    // MARK: - Parts of several methods

    private func wordCount(_ count: Int, bits: Int) -> Int { (count * bits + 31) / 32 }

    private func tensor(
        _ name: String,
        _ shape: [Int],
        type: String
    ) throws(CheckpointError) -> StoredTensor {
        let tensor = try folder.requiredTensor(named: module + "." + name, expectedShape: shape)
        try tensor.check(type: type, shape: shape)
        return tensor
    }

    private func scales(
        _ name: String,
        groupsFirst: Bool
    ) throws(CheckpointError) -> (StoredTensor, PackedScales.Layout) {
        let groupCount = groups.storedCount
        let shape = groupsFirst ? [groupCount, rowCount] : [rowCount, groupCount]
        let scales = try folder.requiredTensor(named: module + "." + name, expectedShape: shape)
        let layout = PackedScales.Layout(
            shape: scales.shape,
            rowCount: rowCount,
            groupCount: groupCount,
            groupsFirst: groupsFirst
        )
        guard let layout else {
            throw .misshapenTensor(
                file: scales.file.path,
                name: scales.name,
                expected: shape,
                found: scales.shape
            )
        }
        return (scales, layout)
    }

    /// The order that a tensor with the group of each column means.
    ///
    /// Where a writer made the tensor and did not use it, all its elements are `unset`.
    private func columnOrder(
        _ name: String,
        unset: Int
    ) throws(CheckpointError) -> [Int32]? {
        let fullName = module + "." + name
        let isNeeded = scheme.hasColumnOrder && groups.storedCount > 1
        if !isNeeded && folder.storedTensor(named: fullName) == nil { return nil }
        let tensor = try tensor(name, [columnCount], type: "I32")
        let indices = try tensor.readIntegers()
        if !scheme.hasColumnOrder && indices.allSatisfy({ $0 == unset }) { return nil }
        return try groups.order(indices, of: tensor)
    }

    private func matrix(
        _ codes: StoredTensor,
        _ codeLayout: PackedCodes.Layout,
        bitCount: Int,
        scales: (tensor: StoredTensor, layout: PackedScales.Layout),
        zeros: (tensor: StoredTensor, layout: PackedZeros.Layout)?,
        columnOrder: [Int32]? = nil
    ) throws(CheckpointError) -> StoredIntegerMatrix {
        StoredIntegerMatrix(
            format: IntegerFormat(
                bitCount: bitCount,
                groupSize: groups.size,
                scaleType: try scales.tensor.checkNumbers(),
                offset: zeros == nil ? .midpoint : .zeroPoints
            ),
            columnOrder: columnOrder,
            rowCount: rowCount,
            groups: groups,
            codes: codes,
            codeLayout: codeLayout,
            scales: scales.tensor,
            scaleLayout: scales.layout,
            zeros: zeros?.tensor,
            zeroLayout: zeros?.layout
        )
    }
}
