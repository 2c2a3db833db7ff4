package dev.longtake.model;

/**
 * What a worker needs to render with a checkpoint, in bytes.
 *
 * @param transformerBytes weights of the transformer, which stay
 * @param vaeBytes weights of the VAE, which stay
 * @param textBytes at most, while a prompt is encoded: weights that pass by, and activations
 * @param promptBytes what prompts and controls of the chunks at hand occupy
 * @param stepBytes activations of a denoise step, which stay from the first step on
 * @param encodeBytes activations while references are encoded
 * @param decodeBytes activations while a segment is decoded
 * @param processBytes everything else: the program, messages, pictures and frames
 */
public record MemoryNeed(
    long transformerBytes,
    long vaeBytes,
    long textBytes,
    long promptBytes,
    long stepBytes,
    long encodeBytes,
    long decodeBytes,
    long processBytes) {

  /** The most at any time: what stays, and the largest of what comes and goes. */
  public long peakBytes() {
    long passing = Math.max(textBytes, Math.max(encodeBytes, decodeBytes));
    return transformerBytes + vaeBytes + promptBytes + stepBytes + passing + processBytes;
  }
}
