const smallest = 6;

/**
 * The largest squares with which all blocks fit; where none does, a square stands for a run of
 * blocks. Sizes are in CSS pixels, the gap between squares included.
 */
export function layoutOf(blockCount, width, height, largest) {
  for (let size = largest; size >= smallest; size -= 1) {
    const layout = gridOf(blockCount, 1, width, size);
    if (layout.rows * size <= height) return layout;
  }
  const most = Math.max(1, Math.floor(width / smallest) * Math.floor(height / smallest));
  return gridOf(blockCount, Math.ceil(blockCount / most), width, smallest);
}

function gridOf(blockCount, perSquare, width, size) {
  const squares = Math.ceil(blockCount / perSquare);
  const columns = Math.max(1, Math.floor(width / size));
  return { size, columns, rows: Math.ceil(squares / columns), squares, perSquare, blockCount };
}
