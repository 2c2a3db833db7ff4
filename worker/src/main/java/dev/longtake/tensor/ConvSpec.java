package dev.longtake.tensor;

import static dev.longtake.error.Require.require;

/**
 * A convolution over frames in the layout {@code (T, H, W, C)}.
 *
 * <p>In time it is causal: the input frames {@code x} are preceded by {@code pastFrameCount}
 * frames, the last ones of what came before, or zero frames where nothing came before. In space,
 * zeros are added before and after both axes. Hence
 *
 * <pre>
 * T' = (pastFrameCount + T - kernelTime) / strideTime + 1
 * H' = (paddingBefore + H + paddingAfter - kernelHeight) / strideSpace + 1, W' likewise
 * </pre>
 *
 * <p>{@code paddingBefore} and {@code paddingAfter} hold for the axes whose kernel is longer than
 * 1; an axis with kernel 1 is never padded.
 */
public record ConvSpec(
    int outputChannels,
    int inputChannels,
    int kernelTime,
    int kernelHeight,
    int kernelWidth,
    int strideTime,
    int strideSpace,
    int pastFrameCount,
    int paddingBefore,
    int paddingAfter) {

  public ConvSpec {
    require(outputChannels > 0, "outputChannels is not positive: %d", outputChannels);
    require(inputChannels > 0, "inputChannels is not positive: %d", inputChannels);
    require(
        kernelTime > 0 && kernelHeight > 0 && kernelWidth > 0,
        "the kernel (%d, %d, %d) has an empty axis",
        kernelTime,
        kernelHeight,
        kernelWidth);
    require(strideTime > 0 && strideSpace > 0, "a stride is not positive");
    require(
        pastFrameCount >= 0 && pastFrameCount < kernelTime,
        "pastFrameCount %d does not lie in 0..%d",
        pastFrameCount,
        kernelTime - 1);
    require(
        paddingBefore >= 0 && paddingAfter >= 0,
        "a padding is negative: %d, %d",
        paddingBefore,
        paddingAfter);
  }

  /** Stride 1, same height and width, {@code kernelTime - 1} past frames: Wan's CausalConv3d. */
  public static ConvSpec causal(
      int outputChannels, int inputChannels, int kernelTime, int kernelHeight, int kernelWidth) {
    require(
        kernelHeight == kernelWidth && kernelHeight % 2 == 1,
        "the kernel (%d, %d) must be square and odd",
        kernelHeight,
        kernelWidth);
    int padding = kernelHeight / 2;
    return new ConvSpec(
        outputChannels,
        inputChannels,
        kernelTime,
        kernelHeight,
        kernelWidth,
        1,
        1,
        kernelTime - 1,
        padding,
        padding);
  }

  /** 3 x 3 per frame, stride 2, one column of zeros on the right and one row at the bottom. */
  public static ConvSpec halving(int outputChannels, int inputChannels) {
    return new ConvSpec(outputChannels, inputChannels, 1, 3, 3, 1, 2, 0, 0, 1);
  }

  /** 3 x 1 x 1 with stride 2 in time over one past frame and the new ones. */
  public static ConvSpec halvingTime(int outputChannels, int inputChannels) {
    return new ConvSpec(outputChannels, inputChannels, 3, 1, 1, 2, 1, 1, 0, 0);
  }

  /** Frames that come out of {@code frameCount} frames. */
  public int outputFrames(int frameCount) {
    return (pastFrameCount + frameCount - kernelTime) / strideTime + 1;
  }

  /** Rows that come out of {@code height} rows. */
  public int outputHeight(int height) {
    return (paddingTop() + height + paddingBottom() - kernelHeight) / strideSpace + 1;
  }

  /** Columns that come out of {@code width} columns. */
  public int outputWidth(int width) {
    return (paddingLeft() + width + paddingRight() - kernelWidth) / strideSpace + 1;
  }

  /** Rows of zeros above. */
  public int paddingTop() {
    return kernelHeight == 1 ? 0 : paddingBefore;
  }

  /** Rows of zeros below. */
  public int paddingBottom() {
    return kernelHeight == 1 ? 0 : paddingAfter;
  }

  /** Columns of zeros on the left. */
  public int paddingLeft() {
    return kernelWidth == 1 ? 0 : paddingBefore;
  }

  /** Columns of zeros on the right. */
  public int paddingRight() {
    return kernelWidth == 1 ? 0 : paddingAfter;
  }
}
