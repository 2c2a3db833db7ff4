package dev.longtake.weights;

import dev.longtake.tensor.Shape;

/**
 * Where one tensor lies in a file.
 *
 * @param type how it is stored
 * @param begin first byte, from the end of the header
 * @param end one past the last byte
 */
record TensorEntry(StoredType type, Shape shape, long begin, long end) {}
